package ui_test

import (
	"testing"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"shipshape/tui/ui"
)

func TestHintsKeepWhatMustStay(t *testing.T) {
	theme := ui.NewTheme(true)
	own := []key.Binding{ui.Key("enter", "open", "enter"), ui.Key("z", "quiz", "z")}
	keep := []key.Binding{ui.Key("?", "help", "?")}
	for width, want := range map[int]string{
		40: "enter open  z quiz  ? help",
		20: "enter open  ? help",
		10: "? help",
	} {
		if got := ansi.Strip(theme.Hints(own, keep, width)); got != want {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
	}
}

func TestHintsLeaveOutWhatIsDisabled(t *testing.T) {
	off := ui.Key("r", "review", "r")
	off.SetEnabled(false)
	if got := ui.NewTheme(true).Hints([]key.Binding{off}, nil, 40); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}
