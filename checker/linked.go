package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
	"shipshape/checker/layers"
	"shipshape/checker/linking"
)

// loaderTimeout is how long a loader may take to list what a file needs: what a
// container needs on a busy machine, several times over.
const loaderTimeout = 10 * time.Second

// Linked: the service's program, and the files at some paths, find in the image
// the interpreter and the shared libraries that they ask for, and those find
// theirs.
type Linked struct {
	// Paths are globs of further ELF files, such as "/app/**/*.node"; see
	// [layers.Glob]. There has to be one for each.
	Paths []string `yaml:"paths"`
}

func (k *Linked) needsIndex() {}

func (k *Linked) unsound(Assignment) []Unsound {
	var found []Unsound
	for i, pattern := range k.Paths {
		if _, err := layers.NewGlob(pattern); err != nil {
			found = append(found, unsoundf(fmt.Sprintf("paths[%d]", i), "%s: %v", pattern, err))
		}
	}
	return found
}

func (k *Linked) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{
		expected: "the service's program" + k.andPaths() + " find all the libraries that they ask for",
		line:     ev.blame(dockerfile.BlameCmd),
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	l, err := ev.imageLayers(ctx)
	if err != nil {
		return finding{}, err
	}
	libraries := &libraries{ev: ev, image: image, tree: l, read: make(map[string]readObject)}
	program, _, tried, err := ev.program(ctx, image)
	if err != nil {
		return finding{}, err
	}
	files, unmatched, err := k.matched(ctx, libraries)
	if err != nil {
		return finding{}, err
	}
	switch {
	case len(unmatched) > 0:
		f.observed = fmt.Sprintf("no ELF file in the image matches %s", strings.Join(unmatched, ", "))
		return f, nil
	case program == "" && len(files) == 0:
		f.observed = fmt.Sprintf("no ELF program was found where the image starts one (%s)", strings.Join(tried, ", "))
		return f, nil
	case program != "":
		files = append([]string{program}, files...)
	}
	for _, name := range files {
		problem, err := libraries.problem(ctx, name)
		if err != nil {
			return finding{}, err
		}
		if problem != nil {
			f.observed, f.why, f.line = problem.text, problem.why, cmp.Or(problem.line, f.line)
			return f, nil
		}
	}
	f.passed, f.observed = true, "they do: "+listed(files)
	return f, nil
}

func (k *Linked) andPaths() string {
	if len(k.Paths) == 0 {
		return ", and the libraries that it needs,"
	}
	return ", and " + strings.Join(k.Paths, ", ") + ","
}

// matched are the ELF files that match, and the patterns that match none.
func (k *Linked) matched(ctx context.Context, l *libraries) (files, unmatched []string, err error) {
	for _, pattern := range k.Paths {
		glob, err := layers.NewGlob(pattern)
		if err != nil {
			return nil, nil, fmt.Errorf("the exercise's pattern %s: %w", pattern, err)
		}
		some := false
		for _, name := range l.matching(glob) {
			_, err := l.open(ctx, name)
			if errors.Is(err, linking.ErrNotELF) {
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			some = true
			if !slices.Contains(files, name) {
				files = append(files, name)
			}
		}
		if !some {
			unmatched = append(unmatched, pattern)
		}
	}
	return files, unmatched, nil
}
