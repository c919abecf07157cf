package exercises

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"shipshape/checker"
)

// stackFile is what stack.yaml may replace of exercise.yaml: a key there takes
// the place of the same key here, whole.
type stackFile struct {
	StarterFails []string `yaml:"starter_fails"`

	checker.Assignment `yaml:",inline"`
}

// stacks makes of an exercise that several stacks share one for each, and
// returns the default.
func (l *loader) stacks(shared *Exercise, names []string) *Exercise {
	at := path.Join(shared.Slug, "stacks")
	switch {
	case len(names) == 0:
		l.faults = append(l.faults, shared.source.fault("stacks", "stacks is empty: leave it out, or name those that the exercise is offered in"))
		return shared
	case shared.Stack != "":
		l.faults = append(l.faults, shared.source.fault("stack", "stack stands beside stacks: the first of stacks is the default"))
	}
	for _, part := range []string{"starter", "solution", "variants"} {
		if _, err := fs.Stat(l.fsys, path.Join(shared.Slug, part)); err == nil {
			l.fault(path.Join(shared.Slug, part), "an exercise with stacks keeps this in stacks/<stack>/%s", part)
		}
	}
	var all []*Exercise
	for i, name := range names {
		if !isSlug(name) || slices.Index(names, name) != i {
			l.faults = append(l.faults, shared.source.fault("stacks", "stacks names %q: each is named once, by lower-case words and digits joined by hyphens", name))
			continue
		}
		all = append(all, l.stack(shared, name, path.Join(at, name)))
	}
	entries, err := fs.ReadDir(l.fsys, at)
	if err != nil {
		l.fault(at, "can't be listed: %v", err)
	}
	for _, entry := range entries {
		if !slices.Contains(names, entry.Name()) {
			l.fault(path.Join(at, entry.Name()), "exercise.yaml names no such stack")
		}
	}
	if len(all) == 0 {
		return shared
	}
	for _, e := range all {
		e.Stacks = all
	}
	return all[0]
}

// stack reads the exercise's part in one stack.
func (l *loader) stack(shared *Exercise, name, folder string) *Exercise {
	e := *shared
	e.Stack = name
	own := stackFile{StarterFails: e.StarterFails, Assignment: e.Assignment}
	e.source = l.yaml(path.Join(folder, "stack.yaml"), &own)
	e.source.under = &shared.source
	e.StarterFails, e.Assignment = own.StarterFails, own.Assignment
	if _, err := fs.Stat(l.fsys, path.Join(folder, "hints")); !errors.Is(err, fs.ErrNotExist) {
		e.Hints, e.hintsFolder = l.hints(folder), path.Join(folder, "hints")
	}
	l.project(&e, folder)
	return &e
}

// In returns the exercise in the stack of that name, or nil where it isn't
// offered in it. The name "" is that of the default stack.
func (e *Exercise) In(stack string) *Exercise {
	for i, in := range e.Stacks {
		if in.Stack == stack || stack == "" && i == 0 {
			return in
		}
	}
	if stack == "" || stack == e.Stack {
		return e
	}
	return nil
}

// StackNames are the stacks that the exercise is offered in, the default first.
func (e *Exercise) StackNames() []string {
	names := make([]string, 0, len(e.Stacks))
	for _, in := range e.Stacks {
		names = append(names, in.Stack)
	}
	return names
}

// AllBases are the base images that the exercise needs in any of its stacks.
func (e *Exercise) AllBases() []string {
	all := slices.Clone(e.Bases)
	for _, in := range e.Stacks {
		for _, base := range in.Bases {
			if !slices.Contains(all, base) {
				all = append(all, base)
			}
		}
	}
	return all
}

// Like returns the exercise in the stack that a folder without a marker looks
// like: whose starter has the most files of the same names.
func (e *Exercise) Like(dir string) *Exercise {
	best, most := e.In(""), 0
	if len(e.Stacks) < 2 {
		return best
	}
	for _, in := range e.Stacks {
		files, err := listTree(in.files, "starter")
		if err != nil {
			continue
		}
		same := 0
		for _, f := range files {
			if info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.name))); err == nil && info.Mode().IsRegular() {
				same++
			}
		}
		if same > most {
			best, most = in, same
		}
	}
	return best
}
