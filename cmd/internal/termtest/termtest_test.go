package termtest

import (
	"context"
	"errors"
	"os/exec"
	"testing"
	"time"
)

func TestTerminalKeepsWhatACommandWritesAndTypesForIt(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	term, err := Start(exec.CommandContext(ctx, "sh", "-c", `echo ready; read word; echo "got $word"; exit 7`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ready, err := term.Await(ctx, 0, "ready")
	if err != nil {
		t.Fatal(err)
	}
	if err := term.Type("rope\r"); err != nil {
		t.Fatal(err)
	}
	got, err := term.Await(ctx, 0, "got rope")
	if err != nil {
		t.Fatal(err)
	}
	if ready.Before(term.Started) || got.Before(ready) {
		t.Errorf("started %v, ready %v, got %v: out of order", term.Started, ready, got)
	}
	if _, err := term.Await(ctx, 0, "never written"); !errors.Is(err, ErrEnded) {
		t.Errorf("waiting for what is never written: %v, want ErrEnded", err)
	}
	if code, err := term.Wait(); code != 7 || err != nil {
		t.Errorf("Wait() = %d, %v, want 7", code, err)
	}
}

func TestAnswer(t *testing.T) {
	for _, test := range []struct{ name, asked, want string }{
		{"background", "text\x1b]11;?\x07more", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"},
		{"foreground", "\x1b]10;?\x1b\\", "\x1b]10;rgb:e0e0/e0e0/e0e0\x1b\\"},
		{"mode", "\x1b[?2026$p", "\x1b[?2026;2$y"},
		{"keyboard", "\x1b[?u", "\x1b[?0u"},
		{"kind and cursor", "\x1b[c\x1b[6n", "\x1b[?62;22c\x1b[1;1R"},
		{"nothing", "\x1b[31mred", ""},
		{"not whole yet", "\x1b]11;?", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, _ := answer([]byte(test.asked)); got != test.want {
				t.Errorf("answer(%q) = %q, want %q", test.asked, got, test.want)
			}
		})
	}
}
