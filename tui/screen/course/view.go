package course

import (
	"fmt"
	"strings"

	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui/ui"
)

// Title names the screen in the header.
func (m *Model) Title() string { return "" }

// Status sums up the progress, for the header.
func (m *Model) Status() string {
	if m.progress == nil || m.course == nil {
		return ""
	}
	read, passed, tasks := 0, 0, 0
	for _, e := range m.entries {
		switch {
		case e.exercise != nil:
			tasks++
			if m.progress.Summary.Exercises[e.exercise.Slug].Passed {
				passed++
			}
		case m.read(e.lesson):
			read++
		}
	}
	return fmt.Sprintf("%d of %d lessons read · %d of %d exercises", read, len(m.course.Lessons), passed, tasks)
}

// View draws the list and, where there is room, a card about the entry at the
// cursor.
func (m *Model) View() string {
	switch {
	case m.course == nil:
		return m.theme.Muted.Render("  Opening the course …")
	case len(m.entries) == 0:
		return "  This course has no lessons yet."
	}
	width := m.width
	if m.width >= ui.WideWidth {
		width = m.width * 55 / 100
	}
	lines, at := m.list(width - 2)
	first := at
	if m.cursor == 0 {
		first = 0 // keep the part's heading above the first entry in sight
	}
	// What comes next is in sight as well.
	last := min(at+m.height/3, len(lines)-1)
	lines = ui.Inset(ui.Window(lines, first, last, m.height), 1)
	if m.width >= ui.WideWidth {
		card := m.card(m.width - width - 4)
		lines = m.theme.Beside(lines, card, width, m.width, m.height)
	}
	return strings.Join(lines, "\n")
}

// list returns the lines of the list and the number of the cursor's.
func (m *Model) list(width int) (lines []string, at int) {
	part := ""
	for i, e := range m.entries {
		if e.part != part || i == 0 {
			part = e.part
			if i > 0 {
				lines = append(lines, "")
			}
			if part != "" {
				lines = append(lines, m.theme.Muted.Render(ui.Line(part)))
			}
		}
		if i == m.cursor {
			at = len(lines)
		}
		lines = append(lines, m.row(e, i == m.cursor, width))
	}
	return lines, at
}

func (m *Model) row(e entry, selected bool, width int) string {
	pointer, style := "  ", m.theme.Text
	if selected {
		pointer, style = m.theme.Selected.Render(ui.MarkPointer)+" ", m.theme.Selected
	}
	if e.exercise != nil {
		left := pointer + "  " + m.exerciseMark(e.exercise) + " " + style.Render(ui.Line(e.exercise.Title))
		return ui.Row(left, m.theme.Muted.Render(m.exerciseNote(e.exercise)), width)
	}
	left := pointer + m.lessonMark(e.lesson) + " " + style.Render(ui.Line(e.lesson.Title))
	return ui.Row(left, m.theme.Muted.Render(m.lessonNote(e.lesson)), width)
}

// fresh says whether the record is known to be empty.
func (m *Model) fresh() bool {
	return m.progress != nil && len(m.progress.Summary.Read) == 0 && len(m.progress.Summary.Questions) == 0
}

// read says whether the lesson was read to its end.
func (m *Model) read(l *lessons.Lesson) bool {
	return m.progress != nil && !m.progress.Summary.Read[l.Slug].IsZero()
}

// standing is how far the learner is with a lesson.
func (m *Model) standing(l *lessons.Lesson) progress.Standing {
	if m.progress == nil {
		return progress.Standing{}
	}
	return m.progress.Summary.Of(l)
}

func (m *Model) lessonMark(l *lessons.Lesson) string {
	s := m.standing(l)
	switch {
	case s.Whole, s.Known, s.Read && s.Right == len(l.Questions):
		return m.theme.Good.Render(ui.MarkDone)
	case s.Read || s.Answered > 0:
		return m.theme.Accent.Render(ui.MarkPartly)
	default:
		return m.theme.Muted.Render(ui.MarkNew)
	}
}

func (m *Model) lessonNote(l *lessons.Lesson) string {
	switch s := m.standing(l); {
	case s.Whole:
		return "mastered"
	case s.Known && !s.Read:
		return "known"
	case s.Answered > 0:
		return fmt.Sprintf("quiz %d/%d", s.Right, len(l.Questions))
	}
	return fmt.Sprintf("%d min", l.Minutes)
}

func (m *Model) exerciseMark(e *exercises.Exercise) string {
	if m.progress == nil {
		return m.theme.Muted.Render(ui.MarkNew)
	}
	s := m.progress.Summary.Exercises[e.Slug]
	switch {
	case s.Passed:
		return m.theme.Good.Render(ui.MarkDone)
	case s.Attempts > 0:
		return m.theme.Accent.Render(ui.MarkPartly)
	default:
		return m.theme.Muted.Render(ui.MarkNew)
	}
}

func (m *Model) exerciseNote(e *exercises.Exercise) string {
	if m.progress != nil {
		if s := m.progress.Summary.Exercises[e.Slug]; s.Attempts > 0 {
			return fmt.Sprintf("exercise %d/%d", s.BestPoints, s.MaxPoints)
		}
	}
	return fmt.Sprintf("exercise %d points", e.Points())
}
