package checker

import (
	"archive/tar"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"shipshape/checker/layers"
)

// indexing is a kind that needs the index of all files in all layers.
type indexing interface {
	needsIndex()
}

// indexWatcher writes the index while the archive passes by.
type indexWatcher struct {
	index *layers.Index
	// err is why there is no whole index. It ends nothing: other watchers may
	// still see what they look for.
	err error
}

func (w *indexWatcher) file(layer string, hdr *tar.Header) (io.WriteCloser, error) {
	if w.err != nil {
		return nil, nil //nolint:nilnil // as a watcher says that it wants no content
	}
	sink, err := w.index.Add(layer, hdr)
	w.err = err
	return sink, nil
}

// whole returns the index, or why it is none.
func (w *indexWatcher) whole() (*layers.Index, error) {
	if w == nil {
		return nil, errors.New("the archive passed by without an index to look on")
	}
	return w.index, layersFault(w.err)
}

// layersFault makes the error of a look at an image's layers one of a grade.
func layersFault(err error) error {
	switch {
	case errors.Is(err, layers.ErrTooMany):
		return &EnvironmentError{
			Problem: "the image's files can't be looked at one by one",
			Remedy:  "An image with fewer files can be graded: look for what .dockerignore should keep out.", Err: err,
		}
	case err != nil:
		return fmt.Errorf("read the image's layers: %w", err)
	}
	return nil
}

// imageLayers are the layers of the image that is run, laid over one another.
type imageLayers struct {
	stack *layers.Stack
	// origins tell what made each layer, base first.
	origins []origin
}

// origin is the instruction that made a layer.
type origin struct {
	// instruction is as in the Dockerfile, without the shell; empty where it
	// isn't known.
	instruction string
	// line is its Dockerfile line; 0 for a layer of the base image.
	line int
}

// named is an origin for a sentence: "`RUN npm ci` (line 4)".
func (o origin) named() string {
	switch {
	case o.instruction == "":
		return "a layer without a history"
	case o.line == 0:
		return fmt.Sprintf("`%s` of the base image", shortInstruction(o.instruction))
	}
	return fmt.Sprintf("`%s` (line %d)", shortInstruction(o.instruction), o.line)
}

// origin tells what made the layer at a position.
func (l *imageLayers) origin(position int) origin {
	if position < 0 || position >= len(l.origins) {
		return origin{}
	}
	return l.origins[position]
}

// imageLayers stacks the layers of the image that is run. It works for checks
// whose kind is indexing.
func (ev *evidence) imageLayers(ctx context.Context) (*imageLayers, error) {
	archive, err := ev.archive(ctx)
	if err != nil {
		return nil, err
	}
	return ev.stacked.get(ctx, &ev.shared, func(ctx context.Context) (*imageLayers, error) {
		index, err := ev.pass.index.whole()
		if err != nil {
			return nil, err
		}
		made, err := ev.historyOf(archive)
		if err != nil {
			return nil, err
		}
		base, err := ev.baseLayers(ctx, made)
		if err != nil {
			return nil, err
		}
		stack, err := index.Stack(ctx, archive.Layers, base)
		return &imageLayers{stack: stack, origins: made}, layersFault(err)
	})
}

// historyOf tells what made each layer of an archive of the submission.
func (ev *evidence) historyOf(archive *Archive) ([]origin, error) {
	var config struct {
		History []struct {
			CreatedBy  string `json:"created_by"`
			EmptyLayer bool   `json:"empty_layer"`
		} `json:"history"`
	}
	if err := json.Unmarshal(archive.Config, &config); err != nil {
		return nil, fmt.Errorf("read the image's configuration: %w", err)
	}
	file, err := ev.dockerfile()
	if err != nil {
		return nil, err
	}
	var createdBy []string
	for _, h := range config.History {
		createdBy = append(createdBy, h.CreatedBy)
	}
	var made []origin
	for i, line := range file.HistoryLines(createdBy) {
		if !config.History[i].EmptyLayer {
			made = append(made, origin{instruction: plainInstruction(createdBy[i]), line: line})
		}
	}
	if len(made) != len(archive.Layers) {
		return make([]origin, len(archive.Layers)), nil // a history that was rewritten says nothing
	}
	return made, nil
}

// baseLayers is how many of the image's layers, from the first, are those of
// the image that it is built on: as the engine knows that image, and where it
// doesn't, because another one has its name by now, as the history tells.
func (ev *evidence) baseLayers(ctx context.Context, made []origin) (int, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return 0, err
	}
	file, err := ev.dockerfile()
	if err != nil {
		return 0, err
	}
	name := file.BaseImage()
	if name == "" {
		return 0, nil
	}
	base, err := ev.eng.Image(ctx, name)
	if err != nil && !errors.Is(err, ErrNoImage) {
		return 0, err
	}
	if err == nil && image.beginsWith(base) {
		return len(base.RootFS), nil
	}
	return max(0, slices.IndexFunc(made, func(o origin) bool { return o.line > 0 })), nil
}

// beginsWith tells whether an image is built on another one.
func (i *Image) beginsWith(base *Image) bool {
	return len(base.RootFS) <= len(i.RootFS) && slices.Equal(base.RootFS, i.RootFS[:len(base.RootFS)])
}

// plainInstruction is an entry of an image's history as the learner wrote it:
// without the shell and the builder's remarks.
func plainInstruction(createdBy string) string {
	text := strings.TrimSuffix(strings.TrimSpace(createdBy), " # buildkit")
	rest, isRun := strings.CutPrefix(text, "RUN ")
	if !isRun {
		return text
	}
	if strings.HasPrefix(rest, "|") {
		// "|2 A=1 B=2 /bin/sh -c …": the build arguments that were set.
		if _, after, ok := strings.Cut(rest, " /bin/sh -c "); ok {
			rest = after
		}
	}
	return "RUN " + strings.TrimPrefix(rest, "/bin/sh -c ")
}

// above are the layers above the base image's; one that is there twice counts
// once.
func (l *imageLayers) above() []heavyLayer {
	var out []heavyLayer
	seen := make(map[string]bool)
	for position, layer := range l.stack.Layers() {
		if position < l.stack.Base() || seen[layer.Name] {
			continue
		}
		seen[layer.Name] = true
		out = append(out, heavyLayer{bytes: layer.Bytes, origin: l.origin(position)})
	}
	return out
}

// heavyLayer is a layer above the base image's.
type heavyLayer struct {
	bytes  int64
	origin origin
}

// heaviest sorts layers by their bytes, the most first.
func heaviest(all []heavyLayer) []heavyLayer {
	return slices.SortedStableFunc(slices.Values(all), func(a, b heavyLayer) int { return cmp.Compare(b.bytes, a.bytes) })
}
