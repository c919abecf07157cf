package exercises

import (
	"fmt"

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
}

// fault is one at the value at a path, such as "checks[2].needs".
func (s source) fault(path, format string, args ...any) error {
	f := &Fault{File: s.file, Message: fmt.Sprintf(format, args...)}
	if s.doc != nil {
		p := s.doc.At(path)
		f.Line, f.Column = p.Line, p.Column
	}
	return f
}
