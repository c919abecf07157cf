package exercises

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"shipshape/checker/inert"
	"shipshape/exercises/internal/strictyaml"
)

// loader reads one exercise and collects what is wrong with it.
type loader struct {
	fsys   fs.FS
	faults []error
}

func load(fsys fs.FS, slug string) (*Exercise, []error) {
	l := &loader{fsys: fsys}
	if !isSlug(slug) {
		l.fault(slug, "an exercise's folder is named by lower-case words and digits joined by hyphens")
		return nil, l.faults
	}
	var described exerciseFile
	s := l.yaml(path.Join(slug, "exercise.yaml"), &described)
	e := &described.Exercise
	e.Slug, e.source = slug, s
	e.Brief = l.text(path.Join(slug, "brief.md"))
	e.Hints, e.hintsFolder = l.hints(slug), path.Join(slug, "hints")
	if described.Stacks == nil {
		l.project(e, slug)
		e.Stacks = []*Exercise{e}
	} else {
		e = l.stacks(e, described.Stacks)
	}
	if len(l.faults) == 0 {
		for _, in := range e.Stacks {
			l.faults = append(l.faults, validate(in)...)
		}
	}
	return e, distinct(l.faults)
}

// exerciseFile is the content of exercise.yaml.
type exerciseFile struct {
	Exercise `yaml:",inline"`
	// Stacks are the names of those that the exercise is offered in.
	Stacks []string `yaml:"stacks"`
}

// project reads the starter, the solution and the variants in a folder.
func (l *loader) project(e *Exercise, folder string) {
	sub, err := fs.Sub(l.fsys, folder)
	if err != nil {
		l.fault(folder, "%v", err)
		return
	}
	e.folder, e.files = folder, sub
	l.tree(e, "starter", true)
	l.tree(e, "solution", true)
	e.Variants = l.variants(e)
}

// hints reads hints/1.md and on below a folder, without a gap.
func (l *loader) hints(folder string) []string {
	var hints []string
	for n := 1; n <= maxHints; n++ {
		name := fmt.Sprintf("%s/hints/%d.md", folder, n)
		if _, err := fs.Stat(l.fsys, name); errors.Is(err, fs.ErrNotExist) {
			break
		}
		hints = append(hints, l.text(name))
	}
	entries, _ := fs.ReadDir(l.fsys, folder+"/hints")
	if len(entries) > len(hints) {
		l.fault(folder+"/hints", "holds more than 1.md to %d.md: hints are numbered from 1 without a gap, at most %d", len(hints), maxHints)
	}
	return hints
}

func (l *loader) variants(e *Exercise) []Variant {
	dir := path.Join(e.folder, "variants")
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.fault(dir, "can't be listed: %v", err)
		}
		return nil
	}
	if len(entries) > maxVariants {
		l.fault(dir, "more than %d variants", maxVariants)
		return nil
	}
	variants := make([]Variant, 0, len(entries))
	for _, entry := range entries {
		v := Variant{Name: entry.Name()}
		if !entry.IsDir() {
			l.fault(path.Join(dir, v.Name), "not a folder: a variant is one")
			continue
		}
		v.source = l.yaml(path.Join(dir, v.Name, variantFile), &v)
		l.tree(e, path.Join("variants", v.Name), false)
		variants = append(variants, v)
	}
	return variants
}

// tree checks that a part of the exercise is a project that can be written.
func (l *loader) tree(e *Exercise, dir string, required bool) {
	files, err := listTree(e.files, dir)
	if err != nil {
		l.fault(path.Join(e.folder, dir), "%v", err)
		return
	}
	if required && len(files) == 0 {
		l.fault(path.Join(e.folder, dir), "holds no files")
	}
}

func (l *loader) yaml(name string, into any) source {
	s := source{file: name}
	data, err := readBounded(l.fsys, name, maxText)
	if err != nil {
		l.fault(name, "%v", err)
		return s
	}
	text, misfit := inert.Written(data)
	if misfit != nil {
		l.misfit(name, misfit)
		return s
	}
	doc, faults := strictyaml.Decode([]byte(text), into)
	s.doc = doc
	for _, f := range faults {
		l.faults = append(l.faults, &Fault{File: name, Line: f.Line, Column: f.Column, Message: f.Message})
	}
	return s
}

func (l *loader) text(name string) string {
	data, err := readBounded(l.fsys, name, maxText)
	if err != nil {
		l.fault(name, "%v", err)
		return ""
	}
	text, misfit := inert.Written(data)
	switch {
	case misfit != nil:
		l.misfit(name, misfit)
	case strings.TrimSpace(text) == "":
		l.fault(name, "is empty")
	}
	return text
}

func (l *loader) misfit(file string, m *inert.Misfit) {
	l.faults = append(l.faults, &Fault{File: file, Line: m.Line, Column: m.Column, Message: m.Message})
}

func (l *loader) fault(file, format string, args ...any) {
	l.faults = append(l.faults, &Fault{File: file, Message: fmt.Sprintf(format, args...)})
}

// readBounded reads a regular file of at most limit bytes. The limit holds for
// what is read, not for what Stat says: the file may grow meanwhile.
func readBounded(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Lstat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("is missing")
	case err != nil:
		return nil, fmt.Errorf("can't be read: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errors.New("is a symbolic link: a course consists of plain files and folders")
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("can't be read: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("can't be read: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("is larger than %d KiB", limit>>10)
	}
	return data, nil
}
