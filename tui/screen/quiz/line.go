package quiz

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// line takes a line of the question's code.
type line struct {
	question *lessons.Question
	count    int
	cursor   int // from 1
}

func newLine(q *lessons.Question) *line {
	return &line{question: q, count: strings.Count(strings.TrimRight(q.Code, "\n"), "\n") + 1, cursor: 1}
}

func (l *line) press(msg tea.KeyPressMsg) {
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

func (l *line) answer() (lessons.Answer, string) {
	return lessons.Answer{Picks: []int{l.cursor}}, ""
}

func (l *line) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	if v == nil || v.Right {
		return t.Listing(l.question.Code, 1, l.cursor, width), l.cursor - 1, l.cursor - 1
	}
	lines = t.Listing(l.question.Code, 1, l.question.Line, width)
	return append(lines, "", t.Muted.Render(corrected(l.cursor, l.question.Line))), l.cursor - 1, l.cursor - 1
}

func (l *line) hints() []key.Binding {
	return []key.Binding{ui.Key("↑↓", "choose the line", "up")}
}

func corrected(given, right int) string {
	return fmt.Sprintf("You picked line %d; the faulty one is line %d.", given, right)
}
