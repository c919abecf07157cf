package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"
)

// Key makes a binding: what the hint shows, what it does, and its keys.
func Key(shown, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
}

// Hints is the line of keys at the bottom: as many of the bindings as fit, in
// their order, and always the last one, which is where help stands.
func (t *Theme) Hints(bindings []key.Binding, width int) string {
	const gap = "  "
	var items []string
	for _, b := range bindings {
		if b.Enabled() {
			items = append(items, t.Accent.Render(b.Help().Key)+" "+t.Muted.Render(b.Help().Desc))
		}
	}
	if len(items) == 0 {
		return ""
	}
	last := items[len(items)-1]
	room := width - ansi.StringWidth(last)
	var shown []string
	for _, it := range items[:len(items)-1] {
		need := ansi.StringWidth(it) + len(gap)
		if need > room {
			break
		}
		room -= need
		shown = append(shown, it)
	}
	return strings.Join(append(shown, last), gap)
}
