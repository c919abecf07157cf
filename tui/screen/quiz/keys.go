package quiz

import (
	"charm.land/bubbles/v2/key"

	"shipshape/tui/ui"
)

type keyMap struct {
	submit, next, up, down, section, again key.Binding
}

func newKeyMap() keyMap {
	return keyMap{
		submit:  ui.Key("enter", "answer", "enter"),
		next:    ui.Key("enter", "go on", "enter"),
		up:      ui.Key("↑", "up", "up", "k"),
		down:    ui.Key("↓", "down", "down", "j"),
		section: ui.Key("s", "read the section", "s"),
		again:   ui.Key("r", "ask wrong ones again", "r"),
	}
}

// ShortHelp are the keys for the line at the bottom.
func (m *Model) ShortHelp() []key.Binding {
	k := m.keys
	switch {
	case m.item == nil:
		next := ui.Key("enter", "done", "enter")
		if m.set.Exercise != "" {
			next = ui.Key("enter", "to the exercise", "enter")
		}
		again := k.again
		again.SetEnabled(len(m.wrong()) > 0 && m.set.Placement == nil)
		return []key.Binding{next, again, k.section}
	case m.verdict != nil:
		next := ui.Key("enter", "next question", "enter")
		if m.set.Placement != nil {
			next = ui.Key("enter", "go on", "enter")
		} else if len(m.results) == len(m.asked) {
			next = ui.Key("enter", "summary", "enter")
		}
		return []key.Binding{next, ui.Key("↑↓", "scroll", "up"), k.section}
	default:
		return append([]key.Binding{k.submit}, m.item.hints()...)
	}
}

// FullHelp are all keys of this screen.
func (m *Model) FullHelp() [][]key.Binding {
	groups := [][]key.Binding{m.ShortHelp()}
	if m.item != nil {
		groups = append(groups, []key.Binding{m.keys.section, m.keys.again})
	}
	return groups
}
