package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long a workspace must be left alone before it is graded: editors
// write a file in several steps.
const quiet = 150 * time.Millisecond

// watch grades at once and then at each save, until the context ends. A save
// during a grade cancels it and begins another.
func (a *app) watch(ctx context.Context, g *grader, w workspace, o checkOptions) error {
	saves, err := watchTree(ctx, w.dir)
	if err != nil {
		return fmt.Errorf("the files in %s can't be watched: %w", w.dir, err)
	}
	for {
		saved, err := a.checkUntilSaved(ctx, g, w, o, saves)
		if err != nil {
			a.io.explain(err)
		}
		if a.io.unread() {
			return err
		}
		if !saved {
			fmt.Fprintf(a.io.Err, "%s\n", a.io.errPaint().dim("watching "+w.dir+" (Ctrl-C ends)"))
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-saves:
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(a.io.Out, "\n%s\n", a.io.outPaint().dim("saved at "+time.Now().Format(time.TimeOnly)))
	}
}

// checkUntilSaved grades once, and reports whether a save cut it short.
func (a *app) checkUntilSaved(ctx context.Context, g *grader, w workspace, o checkOptions, saves <-chan struct{}) (bool, error) {
	grading, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- a.check(grading, g, w, o) }()
	select {
	case err := <-done:
		return false, err
	case <-saves:
		cancel()
		err := <-done
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		return true, err
	}
}

// watchTree sends on the channel when files below dir were saved and have been
// left alone for a moment. Folders that hold no source are not watched.
func watchTree(ctx context.Context, dir string) (<-chan struct{}, error) {
	// A walk does not enter a link, and the workspace may be one.
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := addTree(watcher, dir); err != nil {
		return nil, errors.Join(err, watcher.Close())
	}
	saves := make(chan struct{}, 1)
	go func() {
		defer func() { _ = watcher.Close() }()
		settled := time.NewTimer(0)
		<-settled.C
		for {
			select {
			case <-ctx.Done():
				return
			case event, ok := <-watcher.Events:
				if !ok {
					return
				}
				if event.Op == fsnotify.Chmod || ignored(filepath.Base(event.Name)) {
					continue
				}
				if event.Has(fsnotify.Create) {
					// Not a folder, or gone again: then there is nothing to add.
					_ = addTree(watcher, event.Name)
				}
				settled.Reset(quiet)
			case _, open := <-watcher.Errors:
				if !open {
					return
				}
				// Events were lost: grade, since something was saved.
				settled.Reset(quiet)
			case <-settled.C:
				select {
				case saves <- struct{}{}:
				default:
				}
			}
		}
	}()
	return saves, nil
}

func addTree(watcher *fsnotify.Watcher, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case path != dir && ignored(d.Name()):
			return filepath.SkipDir
		}
		return watcher.Add(path)
	})
}

// ignored names what changes without a save: shipshape's own folder, git's,
// and installed packages.
func ignored(name string) bool {
	return name == ".shipshape" || name == ".git" || name == "node_modules"
}
