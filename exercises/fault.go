package exercises

import (
	"fmt"
	"strings"

	"shipshape/exercises/internal/strictyaml"
)

// Fault is something wrong with the data of a course, at a place in a file.
type Fault struct {
	// File is the slash-separated path below the exercises' folder.
	File string
	// Line and Column count from 1; 0 where the fault is the whole file's.
	Line, Column int
	Message      string
}

// Error is "file:line:column: message", as editors and CI jobs link it.
func (f *Fault) Error() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s", f.File, f.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// source is a decoded YAML file, to report faults at its places.
type source struct {
	file string
	doc  *strictyaml.Document
	// under has the keys that this one leaves out; nil for none.
	under *source
}

// fault is one at the value at a path, such as "checks[2].needs".
func (s source) fault(path, format string, args ...any) error {
	if key, _, _ := strings.Cut(path, "."); s.under != nil && key != "" {
		if key, _, _ = strings.Cut(key, "["); !s.doc.Has(key) {
			return s.under.fault(path, format, args...)
		}
	}
	f := &Fault{File: s.file, Message: fmt.Sprintf(format, args...)}
	if s.doc != nil {
		p := s.doc.At(path)
		f.Line, f.Column = p.Line, p.Column
	}
	return f
}

// distinct leaves out what is told already: the stacks of an exercise share
// most of what may be wrong with them.
func distinct(faults []error) []error {
	told := map[string]bool{}
	var once []error
	for _, f := range faults {
		if !told[f.Error()] {
			told[f.Error()] = true
			once = append(once, f)
		}
	}
	return once
}
