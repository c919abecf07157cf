package quiz

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// line takes a line of the question's code, and then the reason.
type line struct {
	question *lessons.Question
	count    int
	cursor   int // from 1
	// reasons is nil where none is asked for; reasoning is true once it is.
	reasons   *series
	reasoning bool
}

func newLine(q *lessons.Question, times int) *line {
	return &line{question: q, count: len(q.CodeLines()), cursor: 1, reasons: newReasons(q, times)}
}

func (l *line) press(msg tea.KeyPressMsg) {
	if l.reasoning {
		if k := msg.String(); k == "left" || k == "h" || k == "backspace" {
			l.reasoning = false
			return
		}
		l.reasons.press(msg)
		return
	}
	switch k := msg.String(); k {
	case "up", "k":
		l.cursor = max(l.cursor-1, 1)
	case "down", "j":
		l.cursor = min(l.cursor+1, l.count)
	default:
		if n := number(k); n >= 1 && n <= l.count {
			l.cursor = n
		}
	}
}

// advance goes on to the reason.
func (l *line) advance() bool {
	if l.reasons == nil || l.reasoning {
		return false
	}
	l.reasoning = true
	return true
}

func (l *line) answer() (lessons.Answer, string) {
	a := lessons.Answer{Picks: []int{l.cursor}}
	if l.reasons != nil {
		why, _ := l.reasons.answer()
		a.Picks = append(a.Picks, why.Picks...)
	}
	return a, ""
}

func (l *line) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	if v == nil {
		for i, own := range t.Listing(l.question.Code, 1, l.cursor, width) {
			if i == l.cursor-1 {
				first, last = len(lines), len(lines)+len(own)-1
			}
			lines = append(lines, own...)
		}
		if !l.reasoning {
			return lines, first, last
		}
		lines = append(lines, "")
		own, first, last := l.reasons.lines(t, width, nil)
		return append(lines, own...), first + len(lines), last + len(lines)
	}
	lines = slices.Concat(t.Listing(l.question.Code, 1, l.question.Line, width)...)
	if l.cursor != l.question.Line {
		lines = append(lines, "", t.Muted.Render(corrected(l.cursor, l.question.Line)))
	}
	if l.reasons != nil {
		own, _, _ := l.reasons.lines(t, width, v)
		lines = append(append(lines, ""), own...)
	}
	return lines, l.cursor - 1, l.cursor - 1
}

func (l *line) hints() []key.Binding {
	if l.reasoning {
		return append(l.reasons.hints(), ui.Key("←", "another line", "left"))
	}
	return []key.Binding{upDown("choose the line")}
}

func corrected(given, right int) string {
	return fmt.Sprintf("You picked line %d; the faulty one is line %d.", given, right)
}
