package lesson

import (
	"charm.land/bubbles/v2/key"

	"shipshape/tui/ui"
)

type keyMap struct {
	up, down, pageUp, pageDown, top, bottom key.Binding
	next, previous, forward                 key.Binding
	quiz, exercise                          key.Binding
}

func newKeyMap() keyMap {
	return keyMap{
		up:       ui.Key("↑", "line up", "up", "k"),
		down:     ui.Key("↓", "line down", "down", "j"),
		pageUp:   ui.Key("pgup", "page up", "pgup", "b", "shift+space"),
		pageDown: ui.Key("space", "page down", "space", "pgdown", "f"),
		top:      ui.Key("home", "start", "home", "g"),
		bottom:   ui.Key("end", "end", "end", "G"),
		next:     ui.Key("n", "next section", "n", "right", "tab"),
		previous: ui.Key("p", "previous section", "p", "left", "shift+tab"),
		forward:  ui.Key("enter", "go on", "enter"),
		quiz:     ui.Key("z", "quiz", "z"),
		exercise: ui.Key("x", "exercise", "x"),
	}
}

// ShortHelp are the keys for the line at the bottom. What enter does depends
// on what is in sight.
func (m *Model) ShortHelp() []key.Binding {
	forward := ui.Key("enter", m.next(), "enter")
	scroll := ui.Key("↑↓", "scroll", "up")
	sections := ui.Key("n/p", "section", "n")
	return []key.Binding{forward, scroll, sections, m.keys.quiz, m.keys.exercise}
}

func (m *Model) next() string {
	if _, ok := m.prediction(); ok {
		return "show what happens"
	}
	switch {
	case m.pages == nil || !m.view.AtBottom():
		return "read on"
	case len(m.lesson.Questions) > 0:
		return "to the quiz"
	case m.lesson.Exercise != "":
		return "to the exercise"
	default:
		return "done"
	}
}

// FullHelp are all keys of this screen.
func (m *Model) FullHelp() [][]key.Binding {
	k := m.keys
	return [][]key.Binding{
		{k.forward, k.quiz, k.exercise},
		{k.up, k.down, k.pageUp, k.pageDown, k.top, k.bottom, k.next, k.previous},
	}
}
