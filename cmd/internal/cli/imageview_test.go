package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"shipshape/exercises/images"
)

func TestTheImageViewDrawsOnTerminalsThatMayBeDrawnOn(t *testing.T) {
	const width = 60
	for name, c := range map[string]struct {
		io    IO
		draws bool
	}{
		"a terminal":     {IO{ErrTerminal: true, Width: width}, true},
		"without colour": {IO{ErrTerminal: true, Width: width, NoColor: true}, false},
		"a pipe":         {IO{Width: width}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c.io.Err = &out
			view := newImageView(&c.io)
			view.tell(images.Event{Base: "node:24-slim", Phase: images.PhaseLog, Line: strings.Repeat("包", width)})
			if got := ansi.StringWidth(out.String()); got >= width {
				t.Errorf("what is under way takes %d cells of %d", got, width)
			}
			view.tell(images.Event{Base: "node:24-slim", Phase: images.PhaseBuilt})
			view.end()
			if strings.Contains(out.String(), "\x1b") != c.draws || !strings.Contains(out.String(), "node:24-slim") {
				t.Errorf("it wrote %q", out.String())
			}
		})
	}
}
