package tui

import (
	"charm.land/bubbles/v2/key"

	"shipshape/tui/ui"
)

// keyMap are the keys that are the same on every screen.
type keyMap struct{ help, back, leave key.Binding }

func newKeyMap() keyMap {
	return keyMap{
		help:  ui.Key("?", "help", "?"),
		back:  ui.Key("esc", "back", "esc"),
		leave: ui.Key("ctrl+c", "quit", "ctrl+c"),
	}
}

func (k keyMap) everywhere() []key.Binding {
	return []key.Binding{k.help, k.back, k.leave}
}
