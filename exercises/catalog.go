package exercises

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Bounds on a course, which may come from anybody's disk. The project of an
// exercise is read into memory whole.
const (
	maxExercises = 500
	maxVariants  = 100
	maxHints     = 9
	// maxText bounds a brief, a hint and a YAML file, in bytes.
	maxText = 64 << 10
	// maxFile, maxTree and maxFiles bound a starter, a solution or a variant:
	// bytes of one file, bytes of all, and how many.
	maxFile  = 4 << 20
	maxTree  = 16 << 20
	maxFiles = 2000
)

// Catalog is the exercises of a course.
type Catalog struct {
	// Exercises are sorted by Order, then by slug.
	Exercises []*Exercise
}

// Exercise returns the exercise of that slug, or nil.
func (c *Catalog) Exercise(slug string) *Exercise {
	for _, e := range c.Exercises {
		if e.Slug == slug {
			return e
		}
	}
	return nil
}

// Load reads the exercises of fsys: a folder each, named by the exercise's
// slug. All that is wrong with them comes back as one joined error whose parts
// are [*Fault]s, and with it a catalog of the exercises that are sound; the
// catalog is never nil.
//
// Load accepts only what can be graded; what a good exercise has beyond that,
// [Lint] knows. Symbolic links are refused wherever they lead, but those above
// fsys's root can't be seen from in here: open a course from disk with
// os.OpenRoot and load its FS.
func Load(fsys fs.FS) (*Catalog, error) {
	catalog := &Catalog{}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return catalog, fmt.Errorf("the exercises can't be listed: %w", err)
	}
	var faults []error
	for _, entry := range entries {
		switch {
		case entry.Type()&fs.ModeSymlink != 0:
			faults = append(faults, &Fault{File: entry.Name(), Message: "a symbolic link: a course consists of plain files and folders"})
			continue
		case !entry.IsDir():
			continue // a README, a licence
		case len(catalog.Exercises) == maxExercises:
			return catalog, errors.Join(append(faults, fmt.Errorf("more than %d exercises", maxExercises))...)
		}
		e, found := load(fsys, entry.Name())
		faults = append(faults, found...)
		if len(found) == 0 {
			catalog.Exercises = append(catalog.Exercises, e)
		}
	}
	slices.SortFunc(catalog.Exercises, func(a, b *Exercise) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Slug, b.Slug))
	})
	return catalog, errors.Join(faults...)
}
