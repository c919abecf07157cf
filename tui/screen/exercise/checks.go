package exercise

import (
	"shipshape/checker"
	"shipshape/tui/ui"
)

// checkList is the exercise's checks with what is known of each.
type checkList struct {
	rows    []checkRow
	running string // the id of the check under way
	cursor  int
	moved   bool // by the learner: the list no longer follows the grade
}

type checkRow struct {
	id, title string
	points    int
	result    *checker.Result
}

func newCheckList(specs []checker.Spec) checkList {
	var l checkList
	for _, s := range specs {
		l.rows = append(l.rows, checkRow{id: s.ID, title: s.Title, points: s.Points})
	}
	return l
}

func (l *checkList) find(id string) int {
	for i, r := range l.rows {
		if r.id == id {
			return i
		}
	}
	return -1
}

func (l *checkList) start(ev checker.CheckStarted) {
	l.running = ev.ID
	if at := l.find(ev.ID); at >= 0 && !l.moved {
		l.cursor = at
	}
}

func (l *checkList) finish(r checker.Result) {
	if l.running == r.ID {
		l.running = ""
	}
	if at := l.find(r.ID); at >= 0 {
		l.rows[at].result = &r
	}
}

// settle takes the report's results over: those of the exercise's checks in
// their places, remarks of the review behind them. The cursor goes to the
// first failure; after a review, which fails nothing, to the first remark.
func (l *checkList) settle(results []checker.Result, review bool) {
	for _, r := range results {
		at := l.find(r.ID)
		if at < 0 || l.rows[at].result != nil && r.Status == checker.StatusAdvice {
			l.rows = append(l.rows, checkRow{id: r.ID, title: r.Title, points: r.Points})
			at = len(l.rows) - 1
		}
		l.rows[at].result = &r
	}
	if l.moved {
		return
	}
	seek := []checker.Status{checker.StatusFail, checker.StatusError}
	if review {
		seek = []checker.Status{checker.StatusAdvice}
	}
	for _, status := range seek {
		for i, r := range l.rows {
			if r.result != nil && r.result.Status == status {
				l.cursor = i
				return
			}
		}
	}
	l.cursor = 0
}

func (l *checkList) selected() (checkRow, bool) {
	if l.cursor >= len(l.rows) {
		return checkRow{}, false
	}
	return l.rows[l.cursor], true
}

func (l *checkList) move(by int) {
	l.moved = true
	l.cursor = max(min(l.cursor+by, len(l.rows)-1), 0)
}

// lines draws the list.
func (m *Model) checkLines(width int) []string {
	t := m.theme
	var lines []string
	for i, r := range m.checks.rows {
		pointer, style := "  ", t.Text
		if i == m.checks.cursor {
			pointer, style = t.Selected.Render(ui.MarkPointer)+" ", t.Selected
		}
		var status checker.Status
		if r.result != nil {
			status = r.result.Status
		}
		mark := t.Mark(status)
		if r.id == m.checks.running && m.run != nil {
			mark = t.Spinner(m.run.ticks)
		}
		lines = append(lines, ui.Row(pointer+mark+" "+style.Render(ui.Plain(t.Inline(r.title))), m.checkNote(r), width))
	}
	return lines
}

// checkNote says at the end of a row what the check is worth, or why it gave
// no verdict.
func (m *Model) checkNote(r checkRow) string {
	t := m.theme
	if r.result != nil {
		switch r.result.Status {
		case checker.StatusSkip:
			return t.Muted.Render("skipped")
		case checker.StatusError:
			return t.Warn.Render("not graded")
		case checker.StatusAdvice:
			return t.Muted.Render("advice")
		}
	}
	if r.points == 0 {
		return ""
	}
	return t.Muted.Render(points(r.points))
}
