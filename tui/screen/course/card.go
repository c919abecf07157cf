package course

import (
	"fmt"
	"strings"

	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/tui/ui"
)

// card tells about the entry at the cursor.
func (m *Model) card(width int) []string {
	e := m.entries[m.cursor]
	if e.exercise != nil {
		return m.exerciseCard(e.exercise, width)
	}
	return m.lessonCard(e.lesson, width)
}

func (m *Model) lessonCard(l *lessons.Lesson, width int) []string {
	t := m.theme
	lines := ui.Wrap(t.Heading.Render(ui.Line(l.Title)), width)
	lines = append(lines, t.Muted.Render(fmt.Sprintf("%d minutes · %s", l.Minutes, count(len(l.Questions), "question"))), "")
	lines = append(lines, ui.Wrap(t.Inline(l.Summary), width)...)
	lines = append(lines, "")
	for _, s := range l.Sections {
		lines = append(lines, ui.Hang(t.Muted.Render("· "), ui.Line(s.Title), width)...)
	}
	if s := m.standing(l); s.Answered > 0 {
		lines = append(lines, "", t.Bar(s.Right, len(l.Questions), min(width, 24)),
			fmt.Sprintf("%d of %d questions right, %d mastered", s.Right, len(l.Questions), s.Mastered))
	}
	return lines
}

func (m *Model) exerciseCard(e *exercises.Exercise, width int) []string {
	t := m.theme
	lines := ui.Wrap(t.Heading.Render(ui.Line(e.Title)), width)
	lines = append(lines, t.Muted.Render(fmt.Sprintf("exercise · %s · %d minutes · %s",
		ui.Line(stacks(e)), e.Minutes, count(e.Points(), "point"))), "")
	lines = append(lines, ui.Wrap(t.Inline(e.Summary), width)...)
	lines = append(lines, "", t.Muted.Render("It is graded by"))
	for _, c := range e.Checks {
		lines = append(lines, ui.Hang(t.Muted.Render("· "), t.Inline(c.Title), width)...)
	}
	if m.progress == nil {
		return lines
	}
	if s := m.progress.Summary.Exercises[e.Slug]; s.Attempts > 0 {
		lines = append(lines, "", t.Bar(s.BestPoints, s.MaxPoints, min(width, 24)),
			fmt.Sprintf("best so far %d of %d points, %s", s.BestPoints, s.MaxPoints, count(s.Attempts, "check")))
	}
	return lines
}

// stacks names those that an exercise is offered in.
func stacks(e *exercises.Exercise) string {
	if len(e.Stacks) < 2 {
		return e.Stack
	}
	return strings.Join(e.StackNames(), ", ")
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
