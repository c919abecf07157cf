package quiz

import (
	"charm.land/bubbles/v2/key"

	"shipshape/tui/ui"
)

type keyMap struct {
	submit, next, up, down, section, again, skip key.Binding
}

func newKeyMap() keyMap {
	return keyMap{
		submit:  ui.Key("enter", "answer", "enter"),
		next:    ui.Key("enter", "go on", "enter"),
		up:      ui.Key("↑", "up", "up", "k"),
		down:    ui.Key("↓", "down", "down", "j"),
		section: ui.Key("s", "read the section", "s"),
		skip:    ui.Key("tab", "don't know", "tab"),
		again:   ui.Key("r", "ask wrong ones again", "r"),
	}
}

// ShortHelp are the keys for the line at the bottom.
func (m *Model) ShortHelp() []key.Binding {
	k := m.keys
	switch {
	case m.item == nil:
		next := ui.Key("enter", "done", "enter")
		switch p := m.set.Placement; {
		case p != nil && p.Begin() != nil:
			next = ui.Key("enter", "begin there", "enter")
		case m.set.Exercise != "":
			next = ui.Key("enter", "to the exercise", "enter")
		}
		again := k.again
		again.SetEnabled(len(m.wrong()) > 0 && m.set.Placement == nil)
		section := ui.Key("s", "section", "s")
		section.SetEnabled(len(m.asked) > 0)
		return []key.Binding{next, again, section}
	case m.verdict != nil:
		next := ui.Key("enter", "next question", "enter")
		if m.set.Placement != nil {
			next = ui.Key("enter", "go on", "enter")
		} else if len(m.results) == len(m.asked) {
			next = ui.Key("enter", "summary", "enter")
		}
		return []key.Binding{next, upDown("scroll"), k.section}
	default:
		if m.carrying() {
			return m.item.hints()
		}
		own := []key.Binding{k.submit}
		if m.set.Placement != nil {
			own = append(own, k.skip)
		}
		return append(own, m.item.hints()...)
	}
}

// FullHelp are all keys of this screen, and those that it will have later on.
func (m *Model) FullHelp() [][]key.Binding {
	if len(m.asked) == 0 {
		return [][]key.Binding{m.ShortHelp()}
	}
	again := ui.Key("r", "at the end: ask wrong ones again", "r")
	again.SetEnabled(m.set.Placement == nil)
	var rest []key.Binding
	switch {
	case m.item == nil:
		rest = []key.Binding{upDown("choose a question")}
	case m.verdict != nil:
		rest = []key.Binding{again}
	default:
		rest = []key.Binding{ui.Key("s", "once answered: read the section", "s"), again}
	}
	return [][]key.Binding{m.ShortHelp(), rest}
}

// upDown are the keys that go up and down.
func upDown(does string) key.Binding { return ui.Key("↑↓", does, "up", "k", "down", "j") }

// choosing are those that choose an option, by its number as well.
func choosing() key.Binding {
	return ui.Key("↑↓ 1-9", "choose", "up", "k", "down", "j", "1-9")
}
