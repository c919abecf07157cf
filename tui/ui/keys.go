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
// their order, and always those of keep.
func (t *Theme) Hints(bindings, keep []key.Binding, width int) string {
	const gap = "  "
	last := strings.Join(t.hints(keep), gap)
	room := width - ansi.StringWidth(last)
	var shown []string
	for _, hint := range t.hints(bindings) {
		need := ansi.StringWidth(hint) + len(gap)
		if need > room {
			break
		}
		room -= need
		shown = append(shown, hint)
	}
	return strings.Join(append(shown, last), gap)
}

func (t *Theme) hints(bindings []key.Binding) []string {
	var out []string
	for _, b := range bindings {
		if b.Enabled() {
			out = append(out, t.Accent.Render(b.Help().Key)+" "+t.Muted.Render(b.Help().Desc))
		}
	}
	return out
}
