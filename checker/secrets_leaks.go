package checker

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// leak is a place of the image that holds a canary.
type leak struct {
	canary int
	// place is where, as in "in /app/.env, stored by `COPY . .` (line 4)".
	place string
	line  int
	// why tells what such a place means and what to do; empty where the
	// canary's source says that.
	why string
}

// Why what is said in the configuration is no secret.
const (
	whyEnv = "ENV is a part of the image's configuration: whoever has the image reads it with `docker inspect`. " +
		"A service gets its secrets when it is run, and a build by `RUN --mount=type=secret`."
	whyLabel   = "A label is a part of the image's configuration: whoever has the image reads it with `docker inspect`."
	whyHistory = "The history of an image keeps every build argument, with its value, and the text of every instruction: " +
		"`docker history` shows it. What only a step may know it gets by `RUN --mount=type=secret`."
	whyRunTime = "The value was given to nobody but the build, so the image holds it in some form, and gives it to the service."
)

// why tells how a canary gets from its source into a file.
func (c canary) why() string {
	switch c.source {
	case fromFile:
		return fmt.Sprintf("COPY and ADD take along what .dockerignore lets through, and deleting a file later only hides it. "+
			"Name %s in .dockerignore; the service gets what it holds when it is run.", c.name)
	case fromArg:
		return "A build argument is for what anybody may know. What only a step may know it gets by `RUN --mount=type=secret`, and writes into no file."
	default:
		return "A mounted secret is in no layer by itself: the step stored what it read. Let it use the secret and write it into no file, not even for a moment that a later RUN ends."
	}
}

// inLayers are the leaks in the files of all layers, base first.
func (w *leakWatcher) inLayers(archive *Archive, l *imageLayers) []leak {
	var leaks []leak
	for position, layer := range archive.Layers {
		if lastIndex(archive.Layers, layer) != position {
			continue
		}
		made := l.origin(position)
		for _, s := range w.spots {
			if s.layer != layer {
				continue
			}
			place := fmt.Sprintf("%s %s%s, stored by %s", s.part, s.path, s.how, made.named())
			if now, ok := l.stack.Lookup(s.path); !ok || now.Layer != position {
				place += ", hidden by a later layer and still there"
			}
			leaks = append(leaks, leak{canary: s.canary, place: place, line: made.line})
		}
	}
	return leaks
}

// imageConfig is the part of a stored configuration that is told apart.
type imageConfig struct {
	History []struct {
		CreatedBy string `json:"created_by"`
		Comment   string `json:"comment"`
		Author    string `json:"author"`
	} `json:"history"`
	Config map[string]json.RawMessage `json:"config"`
}

// inConfig are the leaks in the configuration of an image, as it is stored.
func (w *leakWatcher) inConfig(raw []byte, file *dockerfile.File) ([]leak, error) {
	var config imageConfig
	if err := json.Unmarshal(raw, &config); err != nil {
		return nil, fmt.Errorf("read the image's configuration: %w", err)
	}
	var env []string
	var labels map[string]string
	for key, into := range map[string]any{"Env": &env, "Labels": &labels} {
		if text, ok := config.Config[key]; ok {
			if err := json.Unmarshal(text, into); err != nil {
				return nil, fmt.Errorf("read %s in the image's configuration: %w", key, err)
			}
		}
	}
	c := configLeaks{leakWatcher: w}
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		c.add(e, "in the environment variable "+name, file.BlameEnv(name), whyEnv)
	}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		c.add(name+"="+labels[name], "in the label "+name, file.BlameLabel(name), whyLabel)
	}
	var createdBy []string
	for _, h := range config.History {
		createdBy = append(createdBy, h.CreatedBy)
	}
	for i, line := range file.HistoryLines(createdBy) {
		h := config.History[i]
		of := origin{instruction: plainInstruction(h.CreatedBy), line: line}
		c.add(strings.Join([]string{h.CreatedBy, h.Comment, h.Author}, "\n"), "in the history of "+of.named(), line, whyHistory)
	}
	// What is none of these, such as a command or a volume.
	c.addNew(string(raw), "in the image's configuration")
	return c.leaks, nil
}

// configLeaks collects the leaks of a configuration.
type configLeaks struct {
	*leakWatcher
	leaks []leak
}

// add adds what is in a text. An instruction is told once: what ENV says stands
// in the history as well.
func (c *configLeaks) add(text, place string, line int, why string) {
	for _, hit := range c.text(text).Hits {
		if !slices.ContainsFunc(c.leaks, func(l leak) bool { return l.canary == hit.Needle && l.line == line && line > 0 }) {
			c.leaks = append(c.leaks, leak{hit.Needle, place + written(hit), line, why})
		}
	}
}

// addNew adds what is in a text, of canaries that are not found yet.
func (c *configLeaks) addNew(text, place string) {
	for _, hit := range c.text(text).Hits {
		if !slices.ContainsFunc(c.leaks, func(l leak) bool { return l.canary == hit.Needle }) {
			c.leaks = append(c.leaks, leak{canary: hit.Needle, place: place + written(hit)})
		}
	}
}

// inEnvironment are the leaks in what the service's processes have in their
// environment.
func (w *leakWatcher) inEnvironment(env string) []leak {
	var leaks []leak
	for _, hit := range w.text(env).Hits {
		leaks = append(leaks, leak{hit.Needle, "in the environment of the running service" + written(hit), 0, whyRunTime})
	}
	return leaks
}

const (
	// canariesTold and placesTold are how many a verdict names.
	canariesTold = 3
	placesTold   = 3
)

// describeLeaks makes the verdict on leaks, of which there is at least one.
func describeLeaks(f finding, p *plants, given []canary, leaks []leak) finding {
	var told []string
	for i, c := range given {
		var places []string
		for _, l := range leaks {
			if l.canary != i {
				continue
			}
			if f.why == "" {
				f.line, f.why = l.line, l.why
				if f.why == "" {
					f.why = c.why()
				}
			}
			places = append(places, l.place)
		}
		if len(places) > 0 {
			told = append(told, fmt.Sprintf("the value of %s is in the image: %s", c.what(), atMost(placesTold, places)))
		}
	}
	f.observed = p.masked(atMost(canariesTold, told))
	return f
}

// atMost joins the first texts, and counts the others.
func atMost(n int, texts []string) string {
	if more := len(texts) - n; more > 0 {
		texts = append(slices.Clone(texts[:n]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, "; ")
}
