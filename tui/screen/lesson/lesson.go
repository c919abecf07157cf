// Package lesson is the screen on which a lesson is read, section by section,
// with predictions whose outcome is shown on a key.
package lesson

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// Model is the screen's state. Make one with [New].
type Model struct {
	theme         *ui.Theme
	width, height int
	keys          keyMap

	lesson *lessons.Lesson
	// want is the section to open at once the text is there.
	want     string
	pages    *pages
	layout   layout
	revealed map[int]bool
	view     viewport.Model
	anchor   place // where the reader is, whatever the width
	noted    bool
}

// New returns the screen of a lesson, opened at the section of that id, or at
// the top where it is empty or unknown.
func New(theme *ui.Theme, l *lessons.Lesson, section string) *Model {
	view := viewport.New()
	view.KeyMap = viewport.KeyMap{} // the keys are this screen's own
	m := &Model{theme: theme, lesson: l, want: section, revealed: map[int]bool{}, view: view, keys: newKeyMap()}
	m.keys.quiz.SetEnabled(len(l.Questions) > 0)
	m.keys.exercise.SetEnabled(l.Exercise != "")
	return m
}

// Init has nothing to start: the text is rendered when the size is known.
func (m *Model) Init() tea.Cmd { return nil }

// Show moves to a section.
func (m *Model) Show(section string) {
	m.want = section
	m.moveToWanted()
}

// SetSize tells the screen how many cells it has, and renders the text anew
// where its width changes.
func (m *Model) SetSize(width, height int) tea.Cmd {
	m.width, m.height = width, height
	m.view.SetHeight(height)
	m.view.SetWidth(m.textWidth())
	return m.rerender()
}

// SetTheme changes the styles and renders the text anew.
func (m *Model) SetTheme(t *ui.Theme) tea.Cmd {
	m.theme = t
	return m.rerender()
}

func (m *Model) rerender() tea.Cmd {
	if m.width == 0 || (m.pages != nil && m.pages.fits(m.textWidth(), m.theme.Dark)) {
		return nil
	}
	return render(m.lesson, m.textWidth(), m.theme.Dark)
}

// Update handles keys and the rendered text.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case renderedMsg:
		return m.rendered(msg)
	case tea.KeyPressMsg:
		cmd := m.press(msg)
		m.anchor = m.layout.place(m.view.YOffset())
		return cmd
	}
	return nil
}

// rendered takes the text over, unless the size or the theme has changed since
// it was asked for.
func (m *Model) rendered(msg renderedMsg) tea.Cmd {
	if msg.slug != m.lesson.Slug || msg.err == nil && !msg.pages.fits(m.textWidth(), m.theme.Dark) {
		return nil
	}
	if msg.err != nil {
		return route.Send(route.Failed{Err: msg.err})
	}
	m.pages = msg.pages
	m.lay()
	m.view.SetYOffset(m.layout.line(m.anchor))
	m.moveToWanted()
	return m.noteIfRead()
}

// lay puts the rendered sections together, with the predictions that are
// revealed.
func (m *Model) lay() {
	m.layout = compose(m.theme, m.pages, m.revealed)
	m.view.SetContentLines(m.layout.lines)
}

func (m *Model) moveToWanted() {
	if m.pages == nil || m.want == "" {
		return
	}
	for i, s := range m.lesson.Sections {
		if s.ID == m.want {
			m.view.SetYOffset(m.layout.starts[i])
			m.anchor = place{section: i}
		}
	}
	m.want = ""
}

// noteIfRead tells, once, that the end of the text was reached.
func (m *Model) noteIfRead() tea.Cmd {
	if m.noted || m.pages == nil || !m.view.AtBottom() {
		return nil
	}
	m.noted = true
	return route.Send(route.Read{Lesson: m.lesson.Slug})
}

func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.up):
		m.view.ScrollUp(1)
	case key.Matches(msg, m.keys.down):
		m.view.ScrollDown(1)
	case key.Matches(msg, m.keys.pageUp):
		m.view.ScrollUp(m.page())
	case key.Matches(msg, m.keys.pageDown):
		m.view.ScrollDown(m.page())
	case key.Matches(msg, m.keys.top):
		m.view.GotoTop()
	case key.Matches(msg, m.keys.bottom):
		m.view.GotoBottom()
	case key.Matches(msg, m.keys.next):
		m.jump(+1)
	case key.Matches(msg, m.keys.previous):
		m.jump(-1)
	case key.Matches(msg, m.keys.forward):
		return m.forward()
	case key.Matches(msg, m.keys.quiz):
		return route.Send(route.Quiz{Lesson: m.lesson.Slug})
	case key.Matches(msg, m.keys.exercise):
		return route.Send(route.Exercise{Slug: m.lesson.Exercise})
	}
	return m.noteIfRead()
}

// kept are the lines of a page that stay in sight on the next one, so that a
// sentence, or the title of a section, is not cut off there.
const kept = 2

// page is how many lines a page is scrolled by.
func (m *Model) page() int { return max(m.height-kept, 1) }

// jump moves to the start of a section: the next one, or, going back, the
// current one first.
func (m *Model) jump(by int) {
	if m.pages == nil {
		return
	}
	at := m.layout.place(m.view.YOffset())
	if by < 0 && at.share > 0 {
		by = 0
	}
	section := min(max(at.section+by, 0), len(m.layout.starts)-1)
	m.view.SetYOffset(m.layout.starts[section])
}

// forward does what comes next: show the outcome of the prediction in sight,
// read on, go to the questions, or to the exercise.
func (m *Model) forward() tea.Cmd {
	if i, ok := m.prediction(); ok {
		m.revealed[i] = true
		m.lay()
		return m.noteIfRead()
	}
	if m.pages != nil && !m.view.AtBottom() {
		m.view.ScrollDown(m.page())
		return m.noteIfRead()
	}
	switch {
	case len(m.lesson.Questions) > 0:
		return route.Send(route.Quiz{Lesson: m.lesson.Slug})
	case m.lesson.Exercise != "":
		return route.Send(route.Exercise{Slug: m.lesson.Exercise})
	default:
		return route.Send(route.Back{})
	}
}

// prediction is the first one in sight that is not revealed yet.
func (m *Model) prediction() (section int, ok bool) {
	from, to := m.view.YOffset(), m.view.YOffset()+m.height
	for i, at := range m.layout.asks {
		if at >= from && at < to && !m.revealed[i] {
			return i, true
		}
	}
	return 0, false
}
