// Package course is the tutor's first screen: the lessons and exercises by
// part, with what the learner has done of each.
package course

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// Model is the screen's state. Make one with [New].
type Model struct {
	theme         *ui.Theme
	width, height int
	keys          keyMap

	course   *lessons.Course
	entries  []entry
	cursor   int
	progress *route.Progress
}

// entry is a line that the cursor stops at: a lesson, or an exercise.
type entry struct {
	part     string
	lesson   *lessons.Lesson
	exercise *exercises.Exercise
}

// New returns the screen of a course and its exercises. Without a course, nil,
// it says that one is being opened.
func New(theme *ui.Theme, c *lessons.Course, catalog *exercises.Catalog) *Model {
	m := &Model{theme: theme, course: c, keys: newKeyMap()}
	if c != nil {
		m.entries = list(c, catalog)
	}
	return m
}

// list puts each exercise under the lesson that it practises, and those
// without a lesson at the end.
func list(c *lessons.Course, catalog *exercises.Catalog) []entry {
	var out []entry
	placed := map[string]bool{}
	for _, l := range c.Lessons {
		out = append(out, entry{part: l.Part, lesson: l})
		for _, e := range catalog.Exercises {
			if e.Slug == l.Exercise || e.Lesson == l.Slug {
				out = append(out, entry{part: l.Part, exercise: e})
				placed[e.Slug] = true
			}
		}
	}
	for _, e := range catalog.Exercises {
		if !placed[e.Slug] {
			out = append(out, entry{part: "More exercises", exercise: e})
		}
	}
	return out
}

// Init has nothing to start.
func (m *Model) Init() tea.Cmd { return nil }

// SetSize tells the screen how many cells it has.
func (m *Model) SetSize(width, height int) tea.Cmd {
	m.width, m.height = width, height
	return nil
}

// SetTheme changes the styles.
func (m *Model) SetTheme(t *ui.Theme) tea.Cmd {
	m.theme = t
	return nil
}

// Update handles keys and the learner's progress.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case route.Progress:
		m.progress = &msg
		m.keys.review.SetEnabled(len(msg.Due) > 0)
	case tea.KeyPressMsg:
		return m.press(msg)
	}
	return nil
}

func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	last := len(m.entries) - 1
	switch {
	case key.Matches(msg, m.keys.up):
		m.cursor = max(m.cursor-1, 0)
	case key.Matches(msg, m.keys.down):
		m.cursor = max(min(m.cursor+1, last), 0)
	case key.Matches(msg, m.keys.top):
		m.cursor = 0
	case key.Matches(msg, m.keys.bottom):
		m.cursor = max(last, 0)
	case key.Matches(msg, m.keys.review):
		return route.Send(route.Review{})
	case key.Matches(msg, m.keys.placement):
		return route.Send(route.Placement{})
	case key.Matches(msg, m.keys.quit):
		return route.Send(route.Quit{})
	case len(m.entries) == 0:
	case key.Matches(msg, m.keys.open):
		e := m.entries[m.cursor]
		if e.exercise != nil {
			return route.Send(route.Exercise{Slug: e.exercise.Slug})
		}
		return route.Send(route.Lesson{Slug: e.lesson.Slug})
	case key.Matches(msg, m.keys.quiz):
		if e := m.entries[m.cursor]; e.lesson != nil && len(e.lesson.Questions) > 0 {
			return route.Send(route.Quiz{Lesson: e.lesson.Slug})
		}
	}
	return nil
}
