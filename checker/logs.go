package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	// logDeadline is how long after its answer a request may take to show in
	// the log: what is written is there within milliseconds, and a machine
	// under load is given a thousand times that.
	logDeadline = 5 * time.Second
	// logLimit is how much of a log is searched, in bytes from its end.
	logLimit = 1 << 20
	// logFileLimit is the largest file that is searched for the request.
	logFileLimit = 4 << 20
	// logFilesMost is how many changed files are searched.
	logFilesMost = 200
)

// Logs: a request to the service shows in the container's log, and in no file.
type Logs struct {
	// Path is asked with a random value where {{value}} stands. It defaults to
	// the service's own with the query "trace={{value}}".
	Path string `yaml:"path"`
	// JSON demands that each line that holds the request is a JSON object.
	JSON bool `yaml:"json"`
	// EveryLine demands that of all lines of the log.
	EveryLine bool `yaml:"every_line"`
	// Data are folders whose files may hold the request, because they are the
	// service's data and no log.
	Data []string `yaml:"data"`
}

func (k *Logs) unsound(a Assignment) []Unsound {
	var found []Unsound
	if k.Path != "" && !strings.Contains(k.Path, placeholder) {
		found = append(found, unsoundf("path", "path holds no %s, so no request is told from another", placeholder))
	}
	if k.EveryLine && !k.JSON {
		found = append(found, unsoundf("every_line", "every_line goes with json"))
	}
	return append(found, relativePaths("data", k.Data)...)
}

// relativePaths finds those settings of a list that name no absolute path.
func relativePaths(name string, paths []string) []Unsound {
	var found []Unsound
	for i, p := range paths {
		if !path.IsAbs(p) {
			found = append(found, unsoundf(fmt.Sprintf("%s[%d]", name, i), "%s: %q is not an absolute path", name, p))
		}
	}
	return found
}

func (k *Logs) look(ctx context.Context, ev *evidence) (finding, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	svc := ev.sub.Assignment.Service
	f := finding{expected: k.expected()}
	if !s.answered {
		f.observed = s.problem(svc.Port)
		return f, nil
	}
	r := request{service: svc, value: rand.Text()}
	r.path = strings.ReplaceAll(cmp.Or(k.Path, tracePath(svc)), placeholder, r.value)
	if err := r.ask(ctx, s.container); err != nil {
		if fatal(err) {
			return finding{}, err
		}
		f.observed = fmt.Sprintf("it does not answer %s: %v", r.path, err)
		return f, nil
	}
	lines, err := r.awaitLines(ctx, s.container, logDeadline)
	if err != nil {
		return finding{}, err
	}
	files, err := k.files(ctx, ev, s.container, r.value)
	if err != nil {
		return finding{}, err
	}
	if len(lines.holding) == 0 && len(files) == 0 {
		return k.missing(ctx, ev, f, r)
	}
	return k.judge(f, lines, files), nil
}

// judge says what the lines and files that hold a request mean.
func (k *Logs) judge(f finding, lines logLines, files []string) finding {
	switch {
	case len(lines.holding) == 0:
		f.observed = fmt.Sprintf("the request stands in %s inside the container, and not in the container's log", strings.Join(files, " and "))
		f.why = "A file in a container is lost with it, fills its disk, and no tool reads it. Write to standard output; `docker logs` and every platform collect that."
	case len(files) > 0:
		f.observed = fmt.Sprintf("the request stands in the container's log, and in %s as well", strings.Join(files, " and "))
		f.why = "A log file in a container grows until the disk is full, and is lost with the container. Standard output alone is enough."
	case k.JSON && firstOther(lines.holding) != "":
		f.observed = "the line of the request is no JSON object: " + shown(firstOther(lines.holding))
	case k.EveryLine && firstOther(lines.all) != "":
		f.observed = "the request is a JSON object, and another line of the log is none: " + shown(firstOther(lines.all))
	default:
		f.passed, f.observed = true, "it shows in the log: "+shown(lines.holding[0])
	}
	return f
}

// firstOther returns the first line that is no JSON object.
func firstOther(lines []string) string {
	for _, line := range lines {
		if !holdsObjects(line) {
			return line
		}
	}
	return ""
}

// holdsObjects tells that a line is a JSON object. Two that were written at the
// same moment may share a line: some runtimes write the end of a line by itself,
// and who comes in between is chance.
func holdsObjects(line string) bool {
	objects := json.NewDecoder(strings.NewReader(line))
	for {
		var object map[string]json.RawMessage
		switch err := objects.Decode(&object); {
		case errors.Is(err, io.EOF):
			return true
		case err != nil || object == nil:
			return false
		}
	}
}

// tracePath is the service's route with a query that changes nothing.
func tracePath(svc Service) string {
	route := cmp.Or(svc.Path, "/")
	if strings.Contains(route, "?") {
		return route + "&trace=" + placeholder
	}
	return route + "?trace=" + placeholder
}

func (k *Logs) expected() string {
	switch {
	case k.EveryLine:
		return "a request shows in the container's log, whose lines are all JSON objects, and in no file"
	case k.JSON:
		return "a request shows in the container's log, as a JSON object on one line, and in no file"
	}
	return "a request shows in the container's log, and in no file"
}

// files returns those files of a container, other than its data's, that hold a
// value: those that differ from the image's, and those of its volumes.
func (k *Logs) files(ctx context.Context, ev *evidence, c Container, value string) ([]string, error) {
	changes, err := c.Changes(ctx)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, name := range ownChanges(changes) {
		if len(files) < logFilesMost && !below(name, k.Data) {
			files = append(files, name)
		}
	}
	var holding []string
	for _, name := range files {
		content, err := c.ReadFile(ctx, name, logFileLimit)
		var unreadable *fs.PathError
		switch {
		case errors.As(err, &unreadable):
			// No regular file, gone again, or too large to be the log of one
			// request: it does not hold it.
		case err != nil:
			return nil, err
		case strings.Contains(string(content), value):
			holding = append(holding, name)
		}
	}
	inVolumes, err := k.volumeFiles(ctx, ev, c, value)
	return append(holding, inVolumes...), err
}

// volumeFiles searches the image's own volumes, which the engine leaves out of
// what it says that a container changed. An image without grep cannot be
// searched.
func (k *Logs) volumeFiles(ctx context.Context, ev *evidence, c Container, value string) ([]string, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return nil, err
	}
	volumes := slices.DeleteFunc(slices.Clone(image.Volumes), func(v string) bool { return below(v, k.Data) })
	if len(volumes) == 0 {
		return nil, nil
	}
	got, err := c.Exec(ctx, "", append([]string{"grep", "-rlF", "-e", value}, volumes...)...)
	if err != nil || got.NotFound || got.ExitCode != 0 {
		return nil, err
	}
	return strings.Fields(got.Output), nil
}

// ownChanges returns the paths of changes that say something of their own: a
// folder that changed because something below it did is left out, and so is
// what was deleted.
func ownChanges(changes []Change) []string {
	parents := make(map[string]bool)
	for _, c := range changes {
		for dir := path.Dir(c.Path); dir != "/" && dir != "."; dir = path.Dir(dir) {
			parents[dir] = true
		}
	}
	var names []string
	for _, c := range changes {
		if !parents[c.Path] && c.Kind != Deleted {
			names = append(names, c.Path)
		}
	}
	return names
}

// below tells whether a path is one of some folders, or lies in one.
func below(name string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		folder = path.Clean(folder)
		return name == folder || strings.HasPrefix(name, strings.TrimSuffix(folder, "/")+"/")
	})
}
