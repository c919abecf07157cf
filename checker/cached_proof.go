package checker

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
)

// reallyDone keeps a step that only speaks of the work from being taken for it:
// the Dockerfile is built down to the step, which costs little since the cache
// has it, and what the work leaves behind must be there.
func (w Work) reallyDone(ctx context.Context, ev *evidence, steps []Step, f finding) (finding, error) {
	if len(w.Leaves) == 0 {
		return f, nil
	}
	tried := make(map[int]bool)
	for _, s := range steps {
		if tried[s.Line] {
			continue
		}
		tried[s.Line] = true
		left, err := w.leftBelow(ctx, ev, s.Line)
		if err != nil || left {
			return f, err
		}
	}
	f.passed = false
	f.observed = fmt.Sprintf("%s came from cache, and below it there is no %s", steps[0].Name, strings.Join(w.Leaves, " or "))
	f.why = fmt.Sprintf("A step that only prints what %s prints keeps nothing in the cache. What counts is that what it installs is there before the source comes in.", w.Name)
	return f, nil
}

// leftBelow tells whether what the work leaves is there once the instruction at
// a line has run.
func (w Work) leftBelow(ctx context.Context, ev *evidence, line int) (bool, error) {
	build, err := ev.buildDownTo(ctx, line)
	if err != nil {
		return false, err
	}
	found := false
	err = ev.eng.Walk(ctx, build.ImageID, func(hdr *tar.Header, _ io.Reader) error {
		if found = w.leaves(hdr.Name); found {
			return SkipAll
		}
		return nil
	})
	return found, err
}

// leaves tells whether a path ends as one of the work's files does.
func (w Work) leaves(name string) bool {
	elements := strings.Split(strings.Trim(path.Clean(name), "/"), "/")
	return slices.ContainsFunc(w.Leaves, func(pattern string) bool {
		n := strings.Count(pattern, "/") + 1
		if n > len(elements) {
			return false
		}
		ok, err := path.Match(pattern, strings.Join(elements[len(elements)-n:], "/"))
		return ok && err == nil
	})
}

// buildDownTo builds the submission's Dockerfile without what stands below the
// instruction at a line.
func (ev *evidence) buildDownTo(ctx context.Context, line int) (*Build, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return nil, err
	}
	end := 0
	for _, stage := range file.Stages {
		for _, in := range stage.Instructions {
			if in.Line == line {
				end = in.EndLine
			}
		}
	}
	if end == 0 {
		return nil, fmt.Errorf("no instruction stands at line %d of the Dockerfile", line)
	}
	overlay, err := ev.sub.Assignment.Nonce.overlay(ev.sub.Dir, ev.nonce)
	if err != nil {
		return nil, err
	}
	build, err := ev.buildCopy(ctx, fmt.Sprintf("down to line %d", line), copied{overlay: overlay, end: end})
	if _, broken := isBuildError(err); broken {
		// The whole file did build: this is no fault of the submission's.
		return nil, fmt.Errorf("the Dockerfile does not build down to line %d: %w", line, errors.New(err.Error()))
	}
	return build, err
}

// returns asks the service, as it is after the manifest edit, for the value that
// was written into the manifest.
func (k *Cached) returns(ctx context.Context, ev *evidence, build *Build, f finding) (finding, error) {
	s, err := ev.launch(ctx, ev.runRequest(build.ImageID))
	if err != nil {
		return finding{}, err
	}
	file := ev.sub.Assignment.Manifest.File
	f.passed = false
	if !s.answered {
		f.observed = fmt.Sprintf("after the edit of %s, %s", file, s.problem(ev.sub.Assignment.Service.Port))
		return f, nil
	}
	answer, err := ask(ctx, s.container, http.MethodGet, k.Returns, askTimeout)
	switch {
	case fatal(err):
		return finding{}, err
	case err != nil:
		f.observed = fmt.Sprintf("after the edit of %s, the service does not answer %s: %v", file, k.Returns, err)
	case !strings.Contains(answer.Body, ev.manifestValue):
		f.observed = fmt.Sprintf("the service does not give back on %s what the grader wrote into %s: %s", k.Returns, file, shown(answer.Body))
		f.why = fmt.Sprintf("The step ran again, and what the service uses still does not come from %s: it was installed elsewhere, or from something else.", file)
		f.line = 0
	default:
		f.passed = true
		f.observed += fmt.Sprintf("; and the service gives back on %s what was written into %s", k.Returns, file)
	}
	return f, nil
}
