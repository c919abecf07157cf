package tui

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
)

// terminal is a pseudo-terminal that answers no query.
type terminal struct {
	t        *testing.T
	keyboard *os.File
	tty      *os.File
	drawn    chan string
}

func newTerminal(t *testing.T) terminal {
	t.Helper()
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("no pseudo-terminal: %v", err)
	}
	if err := pty.Setsize(keyboard, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	term := terminal{t, keyboard, tty, make(chan string, 1000)}
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := keyboard.Read(buf)
			if err != nil {
				close(term.drawn)
				return
			}
			term.drawn <- string(buf[:n])
		}
	}()
	t.Cleanup(func() { _ = tty.Close(); _ = keyboard.Close() })
	return term
}

// until waits for texts to be drawn, in any order, and returns all that is
// drawn until they are.
func (term terminal) until(texts ...string) string {
	term.t.Helper()
	var all strings.Builder
	deadline := time.After(patience)
	for {
		drawn := ansi.Strip(all.String())
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(drawn, text) }) {
			return all.String()
		}
		select {
		case s := <-term.drawn:
			all.WriteString(s)
		case <-deadline:
			term.t.Fatalf("%q are not all drawn:\n%s", texts, drawn)
		}
	}
}

func run(ctx context.Context, term terminal, o Options) <-chan error {
	o.Input, o.Output = term.tty, term.tty
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, o) }()
	return ended
}

func TestRunOnATerminalThatAnswersNothing(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	term := newTerminal(t)
	ended := run(t.Context(), term, options(t, &fakeRecord{}, tuitest.Report()))
	term.until("What the engine keeps")
	if _, err := term.keyboard.WriteString("q"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestRunWithoutColour(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[[0-9;]*[34]8[;:]`)
	for name, set := range map[string]func(*Options){
		"option":   func(o *Options) { o.NoColor = true },
		"NO_COLOR": func(*Options) { t.Setenv("NO_COLOR", "1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TERM", "xterm-256color")
			t.Setenv("COLORTERM", "truecolor")
			o := options(t, &fakeRecord{}, tuitest.Report())
			set(&o)
			term := newTerminal(t)
			ended := run(t.Context(), term, o)
			if got := term.until("Building", "of 2 lessons"); colour.MatchString(got) {
				t.Errorf("colours in %q", got)
			}
			if _, err := term.keyboard.WriteString("\x03"); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func TestRunReturnsWhyTheCourseCannotBeRead(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	fault := errors.New("cache/lesson.md:3:1: no title")
	o := options(t, &fakeRecord{}, tuitest.Report())
	o.Load = func() (*lessons.Course, *exercises.Catalog, error) { return nil, nil, fault }
	if err := <-run(t.Context(), newTerminal(t), o); !errors.Is(err, fault) {
		t.Errorf("it ended with %v, want %v", err, fault)
	}
}

// heldRecord takes its time to note that a lesson was read.
type heldRecord struct {
	fakeRecord
	began, release chan struct{}
}

func (r *heldRecord) MarkRead(ctx context.Context, lesson string) error {
	close(r.began)
	<-r.release
	return r.fakeRecord.MarkRead(ctx, lesson)
}

func TestRunTellsAfterwardsWhatTheRecordSaidAtTheEnd(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	r := &heldRecord{began: make(chan struct{}), release: make(chan struct{})}
	r.odd = "the record was damaged"
	o := options(t, nil, tuitest.Report())
	o.Record = func(context.Context) (Recorder, error) { return r, nil }
	var told []string
	o.Tell = func(text string) { told = append(told, text) }
	o.Open = route.Lesson{Slug: "context"}
	term := newTerminal(t)
	ended := run(t.Context(), term, o)
	term.until("Two hundred requests")
	for _, key := range []string{"\x1b[F", "\x03"} { // end, and ctrl+c while that is written
		if _, err := term.keyboard.WriteString(key); err != nil {
			t.Fatal(err)
		}
		<-r.began
	}
	term.until("stopping")
	close(r.release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, []string{"the record was damaged"}) {
		t.Errorf("it told %q", told)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	ctx, cancel := context.WithCancel(t.Context())
	r := &fakeRecord{}
	term := newTerminal(t)
	ended := run(ctx, term, options(t, r, tuitest.Report()))
	term.until("of 2 lessons")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v, want that the context was cancelled", err)
	}
	if !r.closed {
		t.Error("the record is not closed")
	}
}
