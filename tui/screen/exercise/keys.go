package exercise

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/tui/route"
	"shipshape/tui/ui"
)

type keyMap struct {
	start, stack, edit, check, checkAgain, review, cancel, hint, lesson, detail, next, previous, up, down, pageUp, pageDown, top, bottom key.Binding
}

func newKeyMap() keyMap {
	return keyMap{
		start:      ui.Key("s", "start: get the project", "s"),
		stack:      ui.Key("t", "another stack, before the start", "t"),
		edit:       ui.Key("e", "edit the Dockerfile", "e"),
		check:      ui.Key("c", "check", "c"),
		checkAgain: ui.Key("C", "check again what has not changed", "C"),
		review:     ui.Key("r", "review without an engine", "r"),
		cancel:     ui.Key("esc", "cancel the check", "esc"),
		hint:       ui.Key("h", "hint", "h"),
		lesson:     ui.Key("l", "lesson", "l"),
		detail:     ui.Key("enter", "evidence", "enter"),
		next:       ui.Key("tab", "next pane", "tab", "right"),
		previous:   ui.Key("shift+tab", "previous pane", "shift+tab", "left"),
		up:         ui.Key("↑", "up", "up", "k"),
		down:       ui.Key("↓", "down", "down", "j"),
		pageUp:     ui.Key("pgup", "page up", "pgup", "b"),
		pageDown:   ui.Key("space", "page down", "space", "pgdown"),
		top:        ui.Key("home", "start", "home", "g"),
		bottom:     ui.Key("end", "end", "end", "G"),
	}
}

// ShortHelp are the keys for the line at the bottom.
func (m *Model) ShortHelp() []key.Binding {
	k := m.keys
	switch {
	case m.detail:
		return []key.Binding{ui.Key("esc", "all checks", "esc"), ui.Key("↑↓", "other checks", "up"), ui.Key("space", "scroll", "space"), k.lesson}
	case m.run != nil:
		return []key.Binding{k.cancel, k.next, ui.Key("↑↓", "move", "up")}
	}
	var out []key.Binding
	if m.state == absent {
		out = append(out, ui.Key("s", "start", "s"))
		if len(m.exercise.Stacks) > 1 {
			out[0] = ui.Key("s", "start in "+ui.Line(m.exercise.Stack), "s")
			out = append(out, ui.Key("t", "another stack", "t"))
		}
	} else {
		check := k.check
		if m.deps.Grade == nil {
			check = ui.Key("c", "review", "c")
		}
		out = append(out, check, ui.Key("e", "edit", "e"))
	}
	if m.tab == tabChecks {
		out = append(out, k.detail)
	}
	return append(out, m.hintKey(), k.next, ui.Key("↑↓", "move", "up"), k.lesson)
}

// FullHelp are all keys of this screen.
func (m *Model) FullHelp() [][]key.Binding {
	k := m.keys
	k.stack.SetEnabled(len(m.exercise.Stacks) > 1)
	if m.deps.Grade == nil {
		k.check = ui.Key("c", "review without an engine", "c", "r")
		k.checkAgain.SetEnabled(false)
		k.review.SetEnabled(false)
	}
	return [][]key.Binding{
		{k.start, k.stack, k.edit, k.check, k.checkAgain, k.review, k.cancel, m.hintKey(), k.detail, k.lesson},
		{k.next, k.previous, k.up, k.down, k.pageUp, k.pageDown, k.top, k.bottom},
	}
}

func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.cancel):
		if m.detail {
			m.showDetail(false)
			return nil
		}
		m.Stop()
	case key.Matches(msg, m.keys.detail) && m.tab == tabChecks:
		m.showDetail(!m.detail)
	case key.Matches(msg, m.keys.next):
		m.turn(+1)
	case key.Matches(msg, m.keys.previous):
		m.turn(-1)
	case key.Matches(msg, m.keys.up):
		m.scroll(-1)
	case key.Matches(msg, m.keys.down):
		m.scroll(+1)
	case key.Matches(msg, m.keys.pageUp):
		m.page(-1)
	case key.Matches(msg, m.keys.pageDown):
		m.page(+1)
	case key.Matches(msg, m.keys.top):
		m.scroll(-bottom)
	case key.Matches(msg, m.keys.bottom):
		m.scroll(+bottom)
	case key.Matches(msg, m.keys.hint):
		return m.hint()
	case key.Matches(msg, m.keys.lesson):
		return m.openLesson()
	case m.run != nil:
		// What follows changes the workspace, or needs it at rest.
	case key.Matches(msg, m.keys.start):
		return m.start(false)
	case key.Matches(msg, m.keys.stack):
		return m.nextStack()
	case key.Matches(msg, m.keys.edit):
		return m.edit()
	case key.Matches(msg, m.keys.check):
		if m.deps.Grade == nil {
			return m.check(toReview)
		}
		return m.check(toGrade)
	case key.Matches(msg, m.keys.checkAgain) && m.deps.Grade != nil:
		return m.check(toGradeAgain)
	case key.Matches(msg, m.keys.review):
		return m.check(toReview)
	}
	return nil
}

// openLesson opens the lesson that explains the check at the cursor, or the
// exercise's own.
func (m *Model) openLesson() tea.Cmd {
	slug := m.exercise.Lesson
	if row, ok := m.checks.selected(); ok && m.tab == tabChecks && row.result != nil && row.result.Lesson != "" {
		slug = row.result.Lesson
	}
	if slug == "" || m.deps.Lesson(slug) == "" {
		return route.Send(route.Notice{Text: "No lesson belongs to this exercise."})
	}
	return route.Send(route.Lesson{Slug: slug})
}
