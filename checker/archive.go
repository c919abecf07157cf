package checker

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"

	"shipshape/checker/layers"
)

// pieceBytes is how much of a file is handed on at once while an archive passes
// by: the pass needs no more memory than this, however large a file is.
const pieceBytes = 64 << 10

// errEnough is what the Write of a watcher's sink returns when it has seen what
// it needs: it is given no further piece of that file, and the pass goes on.
var errEnough = errors.New("seen enough of this file")

// watcher looks on while the files of an image pass by, layer by layer. An
// archive is streamed once a grade, whatever the number of checks that look at
// it: each of them has a watcher, which keeps what it needs and no more.
type watcher interface {
	// file is called once for each entry of each layer, whiteouts included,
	// from one goroutine. The layers come in any order. The header is the
	// watcher's for the call only.
	//
	// Where it returns a sink, that is given the entry's bytes, in pieces, and
	// is closed after the last. An error of Write or Close, other than
	// errEnough, ends the pass.
	file(layer string, hdr *tar.Header) (io.WriteCloser, error)
}

// watchful is a kind that looks at the files of all layers with a watcher of
// its own. The watcher is made before the pass begins, so that one pass serves
// all; the kind gets it back from watched.
type watchful interface {
	watcher(ev *evidence) watcher
}

// archivePass is the one pass over the archive of the image that is run.
type archivePass struct {
	watchers []watcher
	// of are the watchers by the kind that they were made for.
	of map[kind]watcher
	// index is that of all files, nil where no check needs it.
	index *indexWatcher
	done  once[*Archive]
}

// newArchivePass asks all kinds that look at layers for their watchers.
func newArchivePass(ev *evidence, specs []Spec) *archivePass {
	p := &archivePass{of: make(map[kind]watcher)}
	for _, s := range specs {
		_, k, err := s.kind()
		if err != nil {
			continue // the check itself will say so
		}
		if w, ok := k.(watchful); ok {
			p.of[k] = w.watcher(ev)
			p.watchers = append(p.watchers, p.of[k])
		}
		if _, ok := k.(indexing); ok && p.index == nil {
			p.index = &indexWatcher{index: layers.NewIndex()}
			p.watchers = append(p.watchers, p.index)
		}
	}
	return p
}

// archive streams the archive of the image that is run past all watchers, at
// the first call, and tells how its layers fit together.
func (ev *evidence) archive(ctx context.Context) (*Archive, error) {
	build, err := ev.runBuild(ctx)
	if err != nil {
		return nil, err
	}
	return ev.pass.done.get(ctx, &ev.shared, func(ctx context.Context) (*Archive, error) {
		return passBy(ctx, ev.eng, build.ImageID, ev.pass.watchers...)
	})
}

// watched returns the watcher that a kind's watcher method made, of type W,
// once the whole archive has passed by it.
func watched[W watcher](ctx context.Context, ev *evidence, k kind) (*Archive, W, error) {
	var none W
	archive, err := ev.archive(ctx)
	if err != nil {
		return nil, none, err
	}
	w, ok := ev.pass.of[k].(W)
	if !ok {
		return nil, none, fmt.Errorf("the archive passed by without a %T to look on", none)
	}
	return archive, w, nil
}

// passBy streams the archive of any image past watchers.
func passBy(ctx context.Context, eng Engine, ref string, watchers ...watcher) (*Archive, error) {
	piece := make([]byte, pieceBytes)
	return eng.Archive(ctx, ref, func(layer string, hdr *tar.Header, r io.Reader) error {
		var sinks fanOut
		for _, w := range watchers {
			sink, err := w.file(layer, hdr)
			if err != nil {
				return errors.Join(err, sinks.Close())
			}
			if sink != nil {
				sinks.open = append(sinks.open, sink)
			}
		}
		return sinks.copy(r, piece)
	})
}

// fanOut hands each piece of a file to all sinks that still want it.
type fanOut struct {
	open []io.WriteCloser
}

// copy reads r until its end, or until no sink wants more of it.
func (f *fanOut) copy(r io.Reader, piece []byte) error {
	for len(f.open) > 0 {
		n, err := r.Read(piece)
		if werr := f.write(piece[:n]); werr != nil {
			return errors.Join(werr, f.Close())
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

func (f *fanOut) write(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	still := f.open[:0]
	for i, sink := range f.open {
		_, err := sink.Write(p)
		switch {
		case err == nil:
			still = append(still, sink)
		case errors.Is(err, errEnough):
			if err := sink.Close(); err != nil {
				f.open = append(still, f.open[i+1:]...)
				return err
			}
		default:
			f.open = append(still, f.open[i:]...)
			return err
		}
	}
	f.open = still
	return nil
}

// Close closes the sinks that are still open, all of them whatever one says.
func (f *fanOut) Close() error {
	var errs []error
	for _, sink := range f.open {
		errs = append(errs, sink.Close())
	}
	f.open = nil
	return errors.Join(errs...)
}
