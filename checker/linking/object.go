package linking

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNotELF says that a file is no ELF file.
var ErrNotELF = errors.New("not an ELF program")

// pathLimit is the longest path that is read from a file, in bytes: Linux's
// PATH_MAX. The file's own figure is not to be trusted.
const pathLimit = 4096

// Object is what an ELF file says of itself.
type Object struct {
	// Class and Machine have to be the same for all that is loaded together.
	Class   elf.Class
	Machine elf.Machine
	// Interpreter is the loader that a program asks for; empty for a library,
	// and for a static program.
	Interpreter string
	// Soname is what a library calls itself; it may have none.
	Soname string
	// Needed are the libraries that it asks for.
	Needed []string
	// RPath and RunPath are where it wants them searched, as written.
	RPath, RunPath []string
	// Versions are those that it asks of each library, by the library's name.
	Versions map[string][]string
	// Defines are the versions that it offers itself.
	Defines map[string]bool
}

// Static reports whether it asks for nothing.
func (o *Object) Static() bool { return o.Interpreter == "" && len(o.Needed) == 0 }

// Read reads an ELF file's header and dynamic section. What is no ELF file is an
// error that matches ErrNotELF.
func Read(r io.ReaderAt) (*Object, error) {
	file, err := open(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotELF, err)
	}
	o := &Object{Class: file.Class, Machine: file.Machine, Interpreter: interpreter(file)}
	t := &tables{file: file, left: textsLimit}
	texts, err := t.dynamic()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotELF, err)
	}
	o.Needed, o.Soname = texts[elf.DT_NEEDED], strings.Join(texts[elf.DT_SONAME], "")
	o.RPath, o.RunPath = searchPaths(texts[elf.DT_RPATH]), searchPaths(texts[elf.DT_RUNPATH])
	// A file without these sections asks for no version, and offers none.
	if o.Versions, err = t.needs(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotELF, err)
	}
	if o.Defines, err = t.offers(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotELF, err)
	}
	return o, nil
}

// interpreter is the path of a program's loader.
func interpreter(file *elf.File) string {
	for _, p := range file.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		raw := make([]byte, min(p.Filesz, pathLimit))
		n, _ := p.ReadAt(raw, 0) // what a cut file holds of it is enough
		return strings.TrimRight(strings.ToValidUTF8(string(raw[:n]), "�"), "\x00")
	}
	return ""
}

// searchPaths takes texts apart at their colons.
func searchPaths(texts []string) []string {
	var out []string
	for _, t := range texts {
		for dir := range strings.SplitSeq(t, ":") {
			if dir != "" {
				out = append(out, dir)
			}
		}
	}
	return out
}
