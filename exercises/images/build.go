package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"shipshape/checker"
)

// atOnce is how many stand-ins are built at a time: one downloads packages
// while another unpacks them.
const atOnce = 2

// build builds stand-ins for bases, and for those that they are built on. Each
// waits for all of those; a failure fails those that wait for it.
func (w *work) build(ctx context.Context, missing []Base) error {
	targets, err := w.withFoundations(ctx, missing)
	if err != nil {
		return err
	}
	var (
		all   sync.WaitGroup
		slots = make(chan struct{}, atOnce)
		done  = map[string]chan struct{}{}
		fault = make([]error, len(targets))
		place = map[string]int{}
	)
	for i, b := range targets {
		done[b.Name] = make(chan struct{})
		place[b.Name] = i
	}
	for i, b := range targets {
		all.Go(func() {
			defer close(done[b.Name])
			for _, from := range b.From {
				below, ok := done[from]
				if !ok {
					continue // it is there already
				}
				<-below
				if fault[place[from]] != nil {
					fault[i] = fmt.Errorf("%s is built on %s, which failed", b.Name, from)
					w.event(Event{Base: b.Name, Phase: PhaseFailed, Err: fault[i]})
					return
				}
			}
			slots <- struct{}{}
			defer func() { <-slots }()
			fault[i] = w.buildOne(ctx, b)
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(fault...)
}

// withFoundations adds the bases that others are built on and that the engine
// lacks, in the order of the catalog.
func (w *work) withFoundations(ctx context.Context, missing []Base) ([]Base, error) {
	wanted := map[string]bool{}
	var strangers []Base
	for _, b := range missing {
		if b.Recipe == "" {
			strangers = append(strangers, b)
			continue
		}
		wanted[b.Name] = true
		if err := w.wantFoundations(ctx, b, wanted); err != nil {
			return nil, err
		}
	}
	var targets []Base
	for _, b := range w.bases {
		if wanted[b.Name] {
			targets = append(targets, b)
		}
	}
	return append(targets, strangers...), nil
}

// wantFoundations adds to wanted the bases below b that the engine lacks.
func (w *work) wantFoundations(ctx context.Context, b Base, wanted map[string]bool) error {
	for _, from := range b.From {
		if wanted[from] {
			continue
		}
		image, err := look(ctx, w.store, from)
		if err != nil {
			return err
		}
		if image != nil {
			continue
		}
		wanted[from] = true
		below, _ := find(w.bases, from)
		if err := w.wantFoundations(ctx, below, wanted); err != nil {
			return err
		}
	}
	return nil
}

// buildOne builds one stand-in and gives it its names.
func (w *work) buildOne(ctx context.Context, b Base) (err error) {
	defer func() {
		if err != nil && ctx.Err() == nil {
			w.event(Event{Base: b.Name, Phase: PhaseFailed, Err: err})
		}
	}()
	if b.Recipe == "" {
		return &checker.EnvironmentError{
			Problem: "the base image " + b.Name + " can't be had: there is no stand-in for it",
			Remedy:  "Pull it where its registry answers, and bring it here with `docker save` and `docker load`.",
			Err:     w.pullFaults[b.Name],
		}
	}
	began := time.Now()
	w.event(Event{Base: b.Name, Phase: PhaseBuilding})
	log := &tail{}
	say := func(line string) {
		log.add(line)
		w.event(Event{Base: b.Name, Phase: PhaseLog, Line: line})
	}
	parts, err := w.gather(ctx, b, say)
	if err != nil {
		return err
	}
	defer parts.Close()
	id, err := w.send(ctx, b, parts, say)
	if err != nil {
		return failedBuild(ctx, b, err, log)
	}
	named, err := w.name(ctx, b, id)
	if err != nil {
		return err
	}
	if !named {
		w.event(Event{Base: b.Name, Phase: PhasePresent})
		return nil
	}
	w.event(Event{Base: b.Name, Phase: PhaseBuilt, Took: time.Since(began)})
	return nil
}

// gather takes from this machine what the recipe needs.
func (w *work) gather(ctx context.Context, b Base, say func(string)) (*Parts, error) {
	parts := &Parts{Recipe: b.Recipe, About: b.About}
	for _, need := range b.Needs {
		if err := w.options.Supply.Supply(ctx, need, parts, say); err != nil {
			return nil, errors.Join(err, parts.Close())
		}
	}
	return parts, nil
}

// send streams the recipe with its parts to the engine as a build context, and
// returns the image's id.
func (w *work) send(ctx context.Context, b Base, parts *Parts, say func(string)) (string, error) {
	r, out := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		out.CloseWithError(writeContext(out, recipes(), parts))
	}()
	id, err := w.store.BuildImage(ctx, checker.ImageBuild{
		For: b.Name, Labels: labels(b, parts.About), Context: r, Args: parts.Args, Log: say,
	})
	// Whoever stopped reading early must not leave the writer waiting.
	r.CloseWithError(io.ErrClosedPipe)
	<-written
	return id, err
}

// name gives a stand-in its names, where they are free or those of its
// predecessor. It reports whether the base's own name was: a build takes
// minutes, in which the image itself may have been pulled or loaded, and that
// one keeps it.
func (w *work) name(ctx context.Context, b Base, id string) (bool, error) {
	for i, name := range b.Names() {
		image, err := look(ctx, w.store, name)
		if err != nil {
			return false, err
		}
		if image != nil && !isStandIn(b, *image) {
			if i == 0 {
				return false, w.discard(ctx, id)
			}
			continue
		}
		if err := w.store.TagImage(ctx, id, name); err != nil {
			return false, fmt.Errorf("name the stand-in %s: %w", name, err)
		}
	}
	return true, nil
}

// discard removes a stand-in that got no name. The engine may know it by one
// still, where an earlier build made the same.
func (w *work) discard(ctx context.Context, id string) error {
	image, err := look(ctx, w.store, id)
	if err != nil || image == nil || len(image.Tags) > 0 {
		return err
	}
	if err := w.store.UntagImage(ctx, id); err != nil {
		return fmt.Errorf("remove the stand-in that is not needed any more: %w", err)
	}
	return nil
}

// failedBuild words the failure of a recipe: it is the surroundings' doing.
func failedBuild(ctx context.Context, b Base, err error, log *tail) error {
	if ctx.Err() != nil {
		return err
	}
	return &checker.EnvironmentError{
		Problem: "the stand-in for " + b.Name + " does not build",
		Remedy: "Stand-ins are made of Debian packages: see that containers of this engine reach Debian's mirror. " +
			"Or bring the images from another machine with `shipshape images load FILE`. The build said last:\n" + log.String(),
		Err: brief{err},
	}
}

// brief is an error whose text is cut: that of a failed build holds the whole
// command of its step.
type brief struct{ error }

// briefRunes is about two lines of a terminal.
const briefRunes = 160

func (b brief) Error() string {
	text := []rune(b.error.Error())
	if len(text) <= briefRunes {
		return string(text)
	}
	return string(text[:briefRunes]) + "…"
}

func (b brief) Unwrap() error { return b.error }

// tail keeps the last lines of a build's output.
type tail struct {
	mu    sync.Mutex
	lines []string
}

// tailLines is enough for the cause and what led to it.
const tailLines = 12

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, line)
	if len(t.lines) > tailLines {
		t.lines = t.lines[1:]
	}
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return "  " + strings.Join(t.lines, "\n  ")
}
