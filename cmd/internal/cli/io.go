package cli

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/charmbracelet/x/term"
)

// IO is where a command reads and writes, and what it may assume about it.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	// InTerminal, OutTerminal and ErrTerminal say which of them are terminals.
	InTerminal, OutTerminal, ErrTerminal bool
	// Width is how many cells a line of text may take.
	Width int
	// Columns is how many cells a line of the terminal has that Out is; 0 where it
	// is none.
	Columns int
	// NoColor turns colours off, also on a terminal.
	NoColor bool
}

// The widths that text is set in: a line longer than maxWidth is hard to read,
// and one shorter than minWidth leaves no room for the evidence's margins.
const (
	minWidth     = 40
	maxWidth     = 100
	defaultWidth = 80
)

// SystemIO is the process's own standard input, output and error.
func SystemIO(in, out, err *os.File, getenv func(string) string) *IO {
	s := &IO{
		In:          in,
		Out:         pipeWriter{file: out, broken: new(atomic.Bool)},
		Err:         pipeWriter{file: err, broken: new(atomic.Bool)},
		InTerminal:  term.IsTerminal(in.Fd()),
		OutTerminal: term.IsTerminal(out.Fd()),
		ErrTerminal: term.IsTerminal(err.Fd()),
		Width:       defaultWidth,
		NoColor:     getenv("NO_COLOR") != "" || getenv("TERM") == "dumb",
	}
	if s.OutTerminal {
		if w, _, sizeErr := term.GetSize(out.Fd()); sizeErr == nil && w > 0 {
			s.Width, s.Columns = min(max(w, minWidth), maxWidth), w
		}
	}
	return s
}

// Interactive reports whether a person is at both ends.
func (s *IO) Interactive() bool { return s.InTerminal && s.OutTerminal }

// unread reports whether nobody reads Out any more, as far as the last write showed.
// What goes on until somebody has had enough ends then.
func (s *IO) unread() bool {
	p, ok := s.Out.(pipeWriter)
	return ok && p.broken.Load()
}

// pipeWriter swallows writes to a pipe that nobody reads any more: `| head` has
// had enough, and the command is still to end with its own exit code.
//
// It is a term.File, so that those who ask a writer what colours it shows see
// the terminal behind it.
type pipeWriter struct {
	file *os.File
	// broken tells that a write found nobody to read it.
	broken *atomic.Bool
}

func (p pipeWriter) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		p.broken.Store(true)
		return len(b), nil
	}
	return n, err
}

func (p pipeWriter) Read(b []byte) (int, error) { return p.file.Read(b) }

func (p pipeWriter) Close() error { return p.file.Close() }

func (p pipeWriter) Fd() uintptr { return p.file.Fd() }

// indent puts a margin before each line of s but empty ones.
func indent(s, margin string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = margin + l
		}
	}
	return strings.Join(lines, "\n")
}
