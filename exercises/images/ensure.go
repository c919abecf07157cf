package images

import (
	"context"
	"errors"
	"time"

	"shipshape/checker"
)

// registryTime is how long a registry may take before it says anything. One
// that is in reach does within a second or two; an engine on a network that
// swallows packets waits for a minute.
const registryTime = 8 * time.Second

// Options say how base images are seen to.
type Options struct {
	// NoPull asks no registry.
	NoPull bool
	// NoBuild builds no stand-ins.
	NoBuild bool
	// Rebuild builds stand-ins anew that are there. Other images are never
	// replaced.
	Rebuild bool
	// Tell, when set, is told of events, from one goroutine at a time.
	Tell func(Event)
	// Supply gives what recipes take from this machine; nil for [ThisMachine].
	Supply Supplier
}

// Ensure sees to it that the engine has base images: it pulls those that are
// missing and, where no registry answers, builds stand-ins. Names may be
// aliases; without any, all of [Catalog] are seen to. An image that can't be
// had is a [*checker.EnvironmentError]; the others are seen to all the same.
func Ensure(ctx context.Context, store Store, names []string, o Options) error {
	w := newWork(store, o)
	missing, err := w.missing(ctx, names)
	if err != nil {
		return err
	}
	if !o.NoPull {
		missing = w.pull(ctx, missing)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.NoBuild {
		return w.unhad(missing)
	}
	return w.build(ctx, missing)
}

// Pull pulls the base images that are missing.
func Pull(ctx context.Context, store Store, names []string, o Options) error {
	o.NoPull, o.NoBuild = false, true
	return Ensure(ctx, store, names, o)
}

// Build builds stand-ins for the base images that are missing and, with
// Options.Rebuild, for the stand-ins that are there.
func Build(ctx context.Context, store Store, names []string, o Options) error {
	o.NoPull, o.NoBuild = true, false
	return Ensure(ctx, store, names, o)
}

// work is one call of Ensure.
type work struct {
	store   Store
	options Options
	bases   []Base
	teller
	// pullFaults are why the images that are missing could not be pulled.
	pullFaults map[string]error
}

func newWork(store Store, o Options) *work {
	if o.Supply == nil {
		o.Supply = ThisMachine()
	}
	return &work{
		store: store, options: o, bases: Catalog(),
		teller: teller{tell: o.Tell}, pullFaults: map[string]error{},
	}
}

// missing returns the bases of the names that the engine lacks, in the order of
// the catalog. A name that is in no catalog can be pulled, but not built.
func (w *work) missing(ctx context.Context, names []string) ([]Base, error) {
	var missing []Base
	for _, b := range w.chosen(names) {
		image, err := look(ctx, w.store, b.Name)
		if err != nil {
			return nil, err
		}
		if image != nil && !(w.options.Rebuild && isStandIn(b, *image)) {
			w.event(Event{Base: b.Name, Phase: PhasePresent})
			continue
		}
		missing = append(missing, b)
	}
	return missing, nil
}

func (w *work) chosen(names []string) []Base {
	if len(names) == 0 {
		return w.bases
	}
	var strangers []Base
	wanted := map[string]bool{}
	for _, name := range names {
		if b, ok := find(w.bases, name); ok {
			wanted[b.Name] = true
		} else if !wanted[name] {
			wanted[name] = true
			strangers = append(strangers, Base{Name: name})
		}
	}
	var chosen []Base
	for _, b := range w.bases {
		if wanted[b.Name] {
			chosen = append(chosen, b)
		}
	}
	return append(chosen, strangers...)
}

// pull pulls what it can and returns the rest. The first pull that ends before
// anything came shows that no registry is in reach, and no other is tried.
func (w *work) pull(ctx context.Context, missing []Base) []Base {
	var rest []Base
	var noRegistry error
	for _, b := range missing {
		if noRegistry != nil || ctx.Err() != nil {
			w.pullFaults[b.Name] = noRegistry
			rest = append(rest, b)
			continue
		}
		heard, err := w.pullOne(ctx, b)
		if err == nil {
			continue
		}
		w.event(Event{Base: b.Name, Phase: PhaseNoRegistry, Err: err})
		w.pullFaults[b.Name] = err
		rest = append(rest, b)
		if !heard {
			noRegistry = err
		}
	}
	return rest
}

// pullOne pulls one image. heard tells whether its registry said anything.
func (w *work) pullOne(ctx context.Context, b Base) (heard bool, err error) {
	began := time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(registryTime, func() { cancel(errSilent) })
	defer silence.Stop()
	w.event(Event{Base: b.Name, Phase: PhasePulling, Pull: checker.PullProgress{Image: b.Name, Status: "Asking the registry"}})
	err = w.store.PullImage(ctx, b.Name, func(p checker.PullProgress) {
		heard = true
		silence.Stop()
		w.event(Event{Base: b.Name, Phase: PhasePulling, Pull: p})
	})
	if err != nil {
		if errors.Is(context.Cause(ctx), errSilent) {
			err = errSilent
		}
		return heard, err
	}
	w.event(Event{Base: b.Name, Phase: PhasePulled, Took: time.Since(began)})
	return heard, nil
}

var errSilent = errors.New("its registry says nothing")

// unhad is the error for images that could not be pulled and may not be built.
func (w *work) unhad(missing []Base) error {
	var faults []error
	for _, b := range missing {
		err := &checker.EnvironmentError{
			Problem: "the base image " + b.Name + " can't be pulled",
			Remedy:  "Make a stand-in with `shipshape images build`, or bring the images from another machine with `shipshape images load FILE`.",
			Err:     w.pullFaults[b.Name],
		}
		w.event(Event{Base: b.Name, Phase: PhaseFailed, Err: err})
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}
