package lessons

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// maxFaults bounds what one course can make [Load] or [Lint] report: past it
// nobody reads on, and a hostile course must not fill the memory.
const maxFaults = 200

// Fault is one thing that is wrong with a course, at the place where an author
// can put it right.
type Fault struct {
	// File is the path in the course, slash-separated.
	File string
	// Line and Column count from 1; Column counts characters.
	Line, Column int
	// Message says what is wrong and, where it is not plain, what to do. It
	// holds no control characters.
	Message string
}

// Error writes the fault as compilers do, so that editors find the place.
func (f *Fault) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// place is a spot in a file.
type place struct {
	file         string
	line, column int
}

// start is the first character of a file.
func start(file string) place { return place{file: file, line: 1, column: 1} }

// places are the spots of a YAML mapping's keys, and under "" its own start.
type places map[string]place

// of returns the spot of a key, or of the whole mapping where the key is
// missing.
func (p places) of(key string) place {
	if at, ok := p[key]; ok {
		return at
	}
	return p[""]
}

// item names an entry of a list in places, such as "options[2]".
func item(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

// faults gathers what is wrong.
type faults struct {
	found   []error
	dropped int
}

func (f *faults) add(at place, format string, args ...any) {
	if len(f.found) == maxFaults {
		f.dropped++
		return
	}
	f.found = append(f.found, &Fault{
		File:    visible(at.file),
		Line:    max(at.line, 1),
		Column:  max(at.column, 1),
		Message: visible(fmt.Sprintf(format, args...)),
	})
}

// list returns the faults found, with a last one that tells how many more
// there were.
func (f *faults) list() []error {
	if f.dropped == 0 {
		return f.found
	}
	return append(f.found, fmt.Errorf("and %d more faults", f.dropped))
}

// err joins the faults; nil when there are none.
func (f *faults) err() error { return errors.Join(f.list()...) }

// visible writes out every character that a terminal might obey. A course from
// disk is untrusted, and so is what a fault quotes of it.
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a character can move the cursor, change colours, break
// a line, or turn text around.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}
