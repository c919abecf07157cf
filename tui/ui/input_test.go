package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"shipshape/tui/internal/tuitest"
	"shipshape/tui/ui"
)

func TestInputEdits(t *testing.T) {
	for _, tc := range []struct{ keys, want string }{
		{"a b c", "abc"},
		{"a b left c", "acb"},
		{"a b home c", "cab"},
		{"a b home c end d", "cabd"},
		{"a b c backspace", "ab"},
		{"backspace", ""},
		{"a b left delete delete", "a"},
		{"a space b ctrl+w", "a "},
		{"a b left ctrl+u", ""},
		{"a b home ctrl+u c", "c"},
		{"a b left ctrl+k", "a"},
		{"?", "?"},
	} {
		var in ui.Input
		for k := range strings.FieldsSeq(tc.keys) {
			in.Press(tuitest.Key(k))
		}
		if got := in.Value(); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.keys, got, tc.want)
		}
	}
}

// A terminal sends the line breaks of what is pasted as carriage returns.
func TestInputTakesALineBreakForASpace(t *testing.T) {
	for pasted, want := range map[string]string{
		"one\rtwo":          "one two",
		"one\ntwo":          "one two",
		"one\r\ntwo":        "one two",
		"one\r\rtwo":        "one  two",
		"one\ttwo\r\nthree": "one two three",
	} {
		var in ui.Input
		in.Insert(pasted)
		if got := in.Value(); got != want {
			t.Errorf("%q is taken as %q, want %q", pasted, got, want)
		}
	}
}

func TestInputTakesPastedTextAsOneShortLine(t *testing.T) {
	var in ui.Input
	in.Insert("one\ntwo\x1b[2J" + strings.Repeat("x", 1000))
	if got := in.Value(); !strings.HasPrefix(got, "one two[2Jxx") || len(got) != 200 {
		t.Errorf("got %d characters: %.20q", len(got), got)
	}
	if w := ansi.StringWidth(in.View(ui.NewTheme(true), 30)); w > 30 {
		t.Errorf("drawn %d cells wide, want at most 30", w)
	}
}
