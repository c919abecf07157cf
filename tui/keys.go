package tui

import (
	"charm.land/bubbles/v2/key"

	"shipshape/tui/ui"
)

// keyMap are the keys that are the same on every screen.
type keyMap struct{ help, back, suspend, leave key.Binding }

func newKeyMap() keyMap {
	return keyMap{
		help:    ui.Key("?", "help", "?"),
		back:    ui.Key("esc", "back", "esc"),
		suspend: ui.Key("ctrl+z", "to the shell; fg comes back", "ctrl+z"),
		leave:   ui.Key("ctrl+c", "quit", "ctrl+c"),
	}
}

func (k keyMap) everywhere() []key.Binding {
	return []key.Binding{k.help, k.back, k.suspend, k.leave}
}
