package quiz

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// fill takes a text: an answer, or a line in the place of another.
type fill struct {
	question *lessons.Question
	input    ui.Input
}

// newFill starts with the line that is to be repaired, where there is one.
func newFill(q *lessons.Question) *fill {
	f := &fill{question: q}
	f.input.Insert(q.LineToRepair())
	return f
}

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
		lines = ui.Hang(lead, t.Strong.Render(f.input.Value()), width)
		if !v.Right {
			lines = append(lines, "", t.Muted.Render("A right answer:"))
			lines = append(lines, ui.Hang(t.Good.Render("  "+ui.MarkDone+" "), ui.Line(f.question.Solution()), width)...)
		}
		return lines, 0, 0
	}
	rule := "  " + t.Rule(min(width-2, 48))
	return []string{lead + f.input.View(t, width-2), rule}, 0, 1
}

func (f *fill) hints() []key.Binding {
	return []key.Binding{ui.Key("ctrl+u", "clear", "ctrl+u")}
}
