package cli

import (
	"fmt"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker/inert"
)

// statusLine is a line at the end of standard error that says what is under way
// and is replaced by what comes next. It shows on a terminal only.
type statusLine struct {
	io    *IO
	shown bool
}

func (l *statusLine) set(what string) {
	if !l.io.ErrTerminal || l.io.NoColor {
		return
	}
	l.clear()
	fmt.Fprint(l.io.Err, l.io.errPaint().dim(ansi.Truncate("… "+inert.Line(what), l.io.Width-1, "…")))
	l.shown = true
}

func (l *statusLine) clear() {
	if l.shown {
		fmt.Fprint(l.io.Err, "\r"+ansi.EraseLineRight)
		l.shown = false
	}
}
