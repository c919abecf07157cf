package compose

import (
	"fmt"
)

// Place is where something stands in a Compose file.
type Place struct {
	// File is the file's path in the project, slash-separated.
	File string
	// Line counts from 1; 0 where it is not known.
	Line int
}

// String is such as "compose.yaml line 7".
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s line %d", p.File, p.Line)
}

// Fault says that a Compose file is wrong, or asks for what is refused.
type Fault struct {
	Place
	// Message says what is wrong, and where it helps, what to do.
	Message string
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: %s", f.Place, f.Message) }

// Unknown says that a Compose file uses what this package does not know.
type Unknown struct {
	Place
	// Key is the path of what it uses, such as "services.api.dns".
	Key string
	// Why says more, as half a sentence; empty for nothing.
	Why string
}

func (u *Unknown) Error() string {
	text := fmt.Sprintf("%s: %s is more than this grader can do", u.Place, u.Key)
	if u.Why != "" {
		text += ": " + u.Why
	}
	return text
}
