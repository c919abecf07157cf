package compose

import "fmt"

const (
	// expandLimit is how many bytes all variables of a project may give together,
	// where they are used: a thousand times what people write. Twenty lines that
	// each name the one before twice would fill the memory.
	expandLimit = 4 << 20
	// deepest is how deep a default may stand in defaults, as ${A:-${B}}: the
	// library reads the innermost as often as there are such around it.
	deepest = 16
)

// measured is a lookup that counts what it gives. It panics with a [*Fault] in the
// file that is read where that is more than expandLimit: the library's lookups
// can't fail.
func (l *loading) measured(file string, lookup func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := lookup(name)
		if l.expanded += len(value); l.expanded > expandLimit {
			panic(&Fault{Place{File: file}, fmt.Sprintf("its variables give more than %d MiB, the last of them %s", expandLimit>>20, name)})
		}
		return value, ok
	}
}

// notTooDeep returns a [*Fault] where defaults stand in defaults too often.
func notTooDeep(file string, content []byte) error {
	depth, line := 0, 1
	for i, b := range content {
		switch {
		case b == '\n':
			line++
		case b == '{' && i > 0 && content[i-1] == '$':
			depth++
		case b == '}' && depth > 0:
			depth--
		}
		if depth > deepest {
			return &Fault{Place{file, line}, fmt.Sprintf("more than %d defaults of variables stand in one another", deepest)}
		}
	}
	return nil
}
