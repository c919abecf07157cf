package tui

import (
	"fmt"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/route"
	"shipshape/tui/screen/exercise"
	"shipshape/tui/screen/help"
	"shipshape/tui/screen/lesson"
	"shipshape/tui/screen/quiz"
)

// open shows the screen that a target names, making it where it does not exist
// yet. A screen that is open already comes back on top instead of once more.
func (m *root) open(to route.Target) tea.Cmd {
	if m.options.Course == nil {
		return nil // still being read
	}
	m.help = nil
	switch to := to.(type) {
	case route.Course:
		return m.show(courseScreen)
	case route.Lesson:
		return m.openLesson(to)
	case route.Quiz:
		return m.openQuiz(to)
	case route.Review:
		return m.openReview()
	case route.Placement:
		return m.openPlacement()
	case route.Exercise:
		return m.openExercise(to)
	}
	return nil
}

func (m *root) openLesson(to route.Lesson) tea.Cmd {
	l := m.options.Course.Lesson(to.Slug)
	if l == nil {
		return m.missing("lesson", to.Slug)
	}
	name := "lesson " + l.Slug
	if s, ok := m.screens[name].(*lesson.Model); ok {
		s.Show(to.Section)
		m.lift(name)
		return m.show(name)
	}
	return m.add(name, lesson.New(m.theme, l, to.Section))
}

func (m *root) openQuiz(to route.Quiz) tea.Cmd {
	l := m.options.Course.Lesson(to.Lesson)
	if l == nil {
		return m.missing("lesson", to.Lesson)
	}
	name := "quiz " + l.Slug
	if s, ok := m.screens[name].(*quiz.Model); ok && s.Underway() {
		return m.show(name)
	}
	return m.add(name, quiz.New(m.theme, quiz.Set{
		Title:     "Quiz: " + l.Title,
		Questions: l.Questions,
		Exercise:  l.Exercise,
		Times:     m.timesAsked,
	}))
}

func (m *root) openReview() tea.Cmd {
	var due []*lessons.Question
	if m.progress != nil {
		due = m.progress.Due
	}
	return m.add("review", quiz.New(m.theme, quiz.Set{
		Title: "Review", Questions: due, Times: m.timesAsked,
		Nothing: "Nothing is due for review. The course shows what there is to learn.",
	}))
}

func (m *root) openPlacement() tea.Cmd {
	if s, ok := m.screens["placement"].(*quiz.Model); ok && s.Underway() {
		return m.show("placement")
	}
	return m.add("placement", quiz.New(m.theme, quiz.Set{
		Title: "Placement", Placement: lessons.NewPlacement(m.options.Course), Times: m.timesAsked,
	}))
}

// timesAsked is how often the learner answered a question, by the record.
func (m *root) timesAsked(q *lessons.Question) int {
	if m.progress == nil {
		return 0
	}
	return m.progress.Summary.Questions[q.ID].Times()
}

func (m *root) openExercise(to route.Exercise) tea.Cmd {
	e := m.options.Catalog.Exercise(to.Slug)
	if e == nil {
		return m.missing("exercise", to.Slug)
	}
	name := "exercise " + e.Slug
	if m.screens[name] != nil {
		return m.show(name)
	}
	var former []string
	for _, slug := range e.Formerly {
		former = append(former, filepath.Join(m.options.WorkspaceRoot, slug))
	}
	return m.add(name, exercise.New(m.theme, e, exercise.Deps{
		Context: m.ctx,
		Here:    m.options.Here,
		Dir:     filepath.Join(m.options.WorkspaceRoot, e.Slug),
		Former:  former,
		Grade:   m.options.Grade,
		Review:  m.options.Review,
		Start:   m.options.Start,
		Lesson:  m.lessonTitle,
	}))
}

func (m *root) lessonTitle(slug string) string {
	if l := m.options.Course.Lesson(slug); l != nil {
		return l.Title
	}
	return ""
}

func (m *root) missing(kind, slug string) tea.Cmd {
	return route.Send(route.Failed{Err: fmt.Errorf("this course has no %s %q", kind, slug)})
}

// add takes a new screen in, in the place of an older one of that name, and
// shows it.
func (m *root) add(name string, s screen) tea.Cmd {
	m.screens[name] = s
	cmds := []tea.Cmd{s.Init()}
	if m.progress != nil {
		cmds = append(cmds, s.Update(*m.progress))
	}
	return tea.Batch(append(cmds, m.show(name))...)
}

// show puts a screen on top. Where it is in the trail already, those above it
// are closed.
func (m *root) show(name string) tea.Cmd {
	if at := slices.Index(m.trail, name); at >= 0 {
		m.trail = m.trail[:at+1]
	} else {
		m.trail = append(m.trail, name)
	}
	return m.resize()
}

// lift puts a screen of the trail on its top, and leaves those above it open:
// whoever reads in a lesson for a quiz or an exercise comes back to that.
func (m *root) lift(name string) {
	if at := slices.Index(m.trail, name); at >= 0 {
		m.trail = append(slices.Delete(m.trail, at, at+1), name)
	}
}

// back closes the overlay, or the screen on top. Its state stays.
func (m *root) back() tea.Cmd {
	switch {
	case m.help != nil:
		m.help = nil
	case len(m.trail) > 1:
		m.trail = m.trail[:len(m.trail)-1]
	}
	return m.resize()
}

func (m *root) showHelp() tea.Cmd {
	groups := append(m.top().FullHelp(), m.keys.everywhere())
	m.help = help.New(m.theme, groups)
	return m.resize()
}
