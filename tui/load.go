package tui

import (
	tea "charm.land/bubbletea/v2"

	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/tui/route"
	"shipshape/tui/screen/course"
)

// loadedMsg carries the course.
type loadedMsg struct {
	course  *lessons.Course
	catalog *exercises.Catalog
	err     error
}

// load reads the course, which takes longer than to draw a frame.
func (m *root) load() tea.Cmd {
	read := m.options.Load
	if read == nil {
		return nil
	}
	return func() tea.Msg {
		c, catalog, err := read()
		return loadedMsg{c, catalog, err}
	}
}

// loaded shows the course. Without one there is nothing to do here.
func (m *root) loaded(msg loadedMsg) tea.Cmd {
	if msg.err != nil {
		m.err = msg.err
		m.leaving = true
		return nil
	}
	m.options.Course, m.options.Catalog = msg.course, msg.catalog
	return tea.Batch(m.add(courseScreen, course.New(m.theme, msg.course, msg.catalog)), m.tellProgress(), m.openFirst())
}

// openFirst opens the screen that the options ask for, once what it shows is
// there. The review waits for the record as well, which knows what is due.
func (m *root) openFirst() tea.Cmd {
	_, review := m.options.Open.(route.Review)
	if m.shown || m.options.Open == nil || m.options.Course == nil || review && m.progress == nil {
		return nil
	}
	m.shown = true
	return m.open(m.options.Open)
}
