package linking

import (
	"debug/elf"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Image is the image in which libraries are searched.
type Image struct {
	// Open reads the ELF file at a path, following links. It returns an error
	// that matches fs.ErrNotExist where there is none, and one that matches
	// ErrNotELF where it is no ELF file.
	Open func(path string) (*Object, error)
	// LibraryPath are the folders of LD_LIBRARY_PATH.
	LibraryPath []string
	// Cache is that of ParseCache; nil where the image has none.
	Cache map[string][]string
	// Folders are those that the loader itself knows; see [Folders].
	Folders []string
	// Musl tells that the loader is musl's.
	Musl bool
	// Loader is the path of the loader, which is in memory before all else: who
	// asks for it by its name has it.
	Loader string
}

// Missing is something that a program asks for and that is not there.
type Missing struct {
	// By is the path of the file that asks.
	By string
	// Library is the name of a library that was not found, or that was found
	// and does not offer Version.
	Library, Version string
	// At is where a library without the version was found.
	At string
}

// loaded is a file in the course of loading.
type loaded struct {
	path   string
	object *Object
	// by is what asked for it; nil for the first.
	by *loaded
}

// Resolve finds what a program or library, and what it asks for in turn, lacks
// in the image. At is where its path really leads, without links. An error is
// one of Open's that matches neither fs.ErrNotExist nor ErrNotELF.
func (im *Image) Resolve(at string, first *Object) ([]Missing, error) {
	var out []Missing
	found := map[string]*loaded{path.Base(im.Loader): {path: im.Loader}}
	queue := []*loaded{{path: at, object: first}}
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		for _, name := range l.object.Needed {
			lib, known := found[name]
			if !known {
				var err error
				if lib, err = im.load(name, l); err != nil {
					return nil, err
				}
				found[name] = lib
				if lib != nil && lib.object != nil {
					// The same file goes by its own name as well.
					if soname := lib.object.Soname; soname != "" && found[soname] == nil {
						found[soname] = lib
					}
					queue = append(queue, lib)
				}
			}
			out = append(out, im.lacks(l, name, lib)...)
		}
	}
	return out, nil
}

// lacks compares what a file asks of a library with what was found.
func (im *Image) lacks(l *loaded, name string, lib *loaded) []Missing {
	if lib == nil {
		return []Missing{{By: l.path, Library: name}}
	}
	if im.Musl || lib.object == nil || len(lib.object.Defines) == 0 {
		return nil // no versions are compared
	}
	var out []Missing
	for _, v := range l.object.Versions[name] {
		if !lib.object.Defines[v] {
			out = append(out, Missing{By: l.path, Library: name, Version: v, At: lib.path})
		}
	}
	return out
}

// load finds a library; nil where there is none. What is a part of the loader
// is found without an object: it is there already.
func (im *Image) load(name string, by *loaded) (*loaded, error) {
	if im.Musl && muslItself(name) {
		return &loaded{path: name, by: by}, nil
	}
	for _, candidate := range im.candidates(name, by) {
		object, err := im.Open(candidate)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotELF) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if object.Class == by.object.Class && object.Machine == by.object.Machine {
			return &loaded{path: candidate, object: object, by: by}, nil
		}
	}
	return nil, nil //nolint:nilnil // no library is an answer
}

// candidates are the paths at which a loader looks for a library, in order.
func (im *Image) candidates(name string, by *loaded) []string {
	if strings.Contains(name, "/") {
		return []string{path.Clean("/" + name)}
	}
	var dirs []string
	if im.Musl {
		dirs = slices.Concat(im.LibraryPath, im.muslPaths(by), im.Folders)
		return inside(dirs, name)
	}
	if len(by.object.RunPath) == 0 {
		for l := by; l != nil; l = l.by {
			if len(l.object.RunPath) == 0 {
				dirs = append(dirs, expand(l.object.RPath, l)...)
			}
		}
	}
	dirs = append(dirs, im.LibraryPath...)
	dirs = append(dirs, expand(by.object.RunPath, by)...)
	return slices.Concat(inside(dirs, name), im.Cache[name], inside(im.Folders, name))
}

// muslPaths are the search paths of a file and of all that asked for it: musl
// takes no difference between the two sorts.
func (im *Image) muslPaths(by *loaded) []string {
	var dirs []string
	for l := by; l != nil; l = l.by {
		own := l.object.RunPath
		if len(own) == 0 {
			own = l.object.RPath
		}
		dirs = append(dirs, expand(own, l)...)
	}
	return dirs
}

func inside(dirs []string, name string) []string {
	var out []string
	for _, dir := range dirs {
		out = append(out, path.Join("/", dir, name))
	}
	return out
}

// expand replaces what may stand in a search path (ld.so(8)).
func expand(dirs []string, l *loaded) []string {
	lib := "lib"
	if l.object.Class == elf.ELFCLASS64 {
		lib = "lib64"
	}
	replace := strings.NewReplacer(
		"$ORIGIN", path.Dir(l.path), "${ORIGIN}", path.Dir(l.path),
		"$LIB", lib, "${LIB}", lib,
		"$PLATFORM", platform(l.object.Machine), "${PLATFORM}", platform(l.object.Machine),
	)
	var out []string
	for _, dir := range dirs {
		out = append(out, replace.Replace(dir))
	}
	return out
}

func platform(machine elf.Machine) string {
	switch machine {
	case elf.EM_X86_64:
		return "x86_64"
	case elf.EM_AARCH64:
		return "aarch64"
	}
	return strings.ToLower(strings.TrimPrefix(machine.String(), "EM_"))
}

// muslItself reports whether a library's name means musl itself: it holds all of
// the C library, under whatever of these names it is asked for
// (musl/ldso/dynlink.c, load_library).
func muslItself(name string) bool {
	rest, ok := strings.CutPrefix(name, "lib")
	if !ok {
		return false
	}
	stem, _, _ := strings.Cut(rest, ".")
	switch stem {
	case "c", "pthread", "rt", "m", "dl", "util", "xnet":
		return true
	}
	return false
}
