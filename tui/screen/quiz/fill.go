package quiz

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// fill takes a text.
type fill struct{ input ui.Input }

func (f *fill) press(msg tea.KeyPressMsg) {
	f.input.Press(msg)
}

func (f *fill) answer() (lessons.Answer, string) {
	text := strings.TrimSpace(f.input.Value())
	if text == "" {
		return lessons.Answer{}, "Type your answer, then press enter."
	}
	return lessons.Answer{Text: text}, ""
}

func (f *fill) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	lead := t.Accent.Render("› ")
	if v != nil {
		return ui.Hang(lead, t.Strong.Render(f.input.Value()), width), 0, 0
	}
	rule := "  " + t.Rule(min(width-2, 48))
	return []string{lead + f.input.View(t, width-2), rule}, 0, 1
}

func (f *fill) hints() []key.Binding {
	return []key.Binding{ui.Key("ctrl+u", "clear", "ctrl+u")}
}
