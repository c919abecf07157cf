package course

import (
	"charm.land/bubbles/v2/key"

	"shipshape/tui/ui"
)

type keyMap struct {
	up, down, top, bottom, open, quiz, review, placement, quit key.Binding
}

func newKeyMap() keyMap {
	k := keyMap{
		up:     ui.Key("↑", "up", "up", "k"),
		down:   ui.Key("↓", "down", "down", "j"),
		top:    ui.Key("home", "first", "home", "g"),
		bottom: ui.Key("end", "last", "end", "G"),
		open:   ui.Key("enter", "open", "enter", "right", "l"),
		quiz:   ui.Key("z", "quiz", "z"),
		review: ui.Key("r", "review due questions", "r"),
		quit:   ui.Key("q", "quit", "q"),

		placement: ui.Key("p", "what do I know already?", "p"),
	}
	k.review.SetEnabled(false)
	return k
}

// ShortHelp are the keys for the line at the bottom.
func (m *Model) ShortHelp() []key.Binding {
	move := ui.Key("↑↓", "move", "up")
	if m.fresh() { // who is new here has to hear of it
		return []key.Binding{m.keys.open, m.keys.placement, m.keys.quit, move, m.keys.quiz}
	}
	return []key.Binding{m.keys.open, move, m.keys.quiz, m.keys.review, m.keys.quit}
}

// FullHelp are all keys of this screen.
func (m *Model) FullHelp() [][]key.Binding {
	return [][]key.Binding{
		{m.keys.up, m.keys.down, m.keys.top, m.keys.bottom},
		{m.keys.open, m.keys.quiz, m.keys.review, m.keys.placement, m.keys.quit},
	}
}
