package images

import (
	"context"
	"fmt"

	"shipshape/checker/inert"
)

// Supplier gives what recipes take from the machine that builds them.
type Supplier interface {
	// Supply adds to the parts what is needed; say is told of progress, one
	// line at a time. What can't be had here is a [*checker.EnvironmentError].
	Supply(ctx context.Context, need Need, parts *Parts, say func(line string)) error
}

// ThisMachine supplies a Debian made by debootstrap, for which it must be root,
// and the Go that stands on the PATH.
func ThisMachine() Supplier { return machine{} }

type machine struct{}

// Supply implements [Supplier].
func (machine) Supply(ctx context.Context, need Need, parts *Parts, say func(string)) error {
	switch need {
	case NeedRootFS:
		return supplyRootFS(ctx, parts, say)
	case NeedGoRoot:
		return supplyGoRoot(ctx, parts, say)
	}
	return fmt.Errorf("nothing on this machine is called %q", need)
}

// lineWriter cuts what is written to it into inert lines.
type lineWriter struct {
	say  func(string)
	rest []byte
}

// Write never fails.
func (w *lineWriter) Write(p []byte) (int, error) {
	for _, b := range p {
		if b != '\n' {
			w.rest = append(w.rest, b)
			continue
		}
		w.say(inert.Line(string(w.rest)))
		w.rest = w.rest[:0]
	}
	return len(p), nil
}
