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

// Exercise returns the exercise of that slug, or that had it once, or nil.
func (c *Catalog) Exercise(slug string) *Exercise {
	i := slices.IndexFunc(c.Exercises, func(e *Exercise) bool { return e.Called(slug) })
	if i < 0 {
		return nil
	}
	return c.Exercises[i]
}

// Renamed are the slugs that exercises had in earlier versions of the course,
// each with today's.
func (c *Catalog) Renamed() map[string]string {
	renamed := map[string]string{}
	for _, e := range c.Exercises {
		for _, old := range e.Formerly {
			renamed[old] = e.Slug
		}
	}
	return renamed
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
	faults = append(faults, catalog.dropTwiceNamed()...)
	return catalog, errors.Join(faults...)
}

// dropTwiceNamed takes exercises out whose former slugs can't have been one, or
// mean another exercise as well, and returns the faults.
func (c *Catalog) dropTwiceNamed() []error {
	owner := map[string]string{}
	for _, e := range c.Exercises {
		owner[e.Slug] = e.Slug
	}
	var faults []error
	c.Exercises = slices.DeleteFunc(c.Exercises, func(e *Exercise) bool {
		before := len(faults)
		for i, old := range e.Formerly {
			at := fmt.Sprintf("formerly[%d]", i)
			switch taken := owner[old]; {
			case !isSlug(old):
				faults = append(faults, e.source.fault(at, "%q can't have been its slug: lower-case words and digits joined by hyphens", old))
			case taken != "":
				faults = append(faults, e.source.fault(at, "%q is a slug of the exercise %s", old, taken))
			default:
				owner[old] = e.Slug
			}
		}
		return len(faults) > before
	})
	return faults
}
