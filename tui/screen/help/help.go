// Package help is the overlay that lists the keys of the screen under it.
package help

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// Model is the overlay's state. Make one with [New].
type Model struct {
	theme         *ui.Theme
	width, height int
	groups        [][]key.Binding
	top           int
	closes, up    key.Binding
	down          key.Binding
}

// New returns the overlay for groups of bindings.
func New(theme *ui.Theme, groups [][]key.Binding) *Model {
	return &Model{
		theme:  theme,
		groups: groups,
		closes: ui.Key("?", "close help", "?", "esc", "enter", "q"),
		up:     ui.Key("↑", "up", "up", "k"),
		down:   ui.Key("↓", "down", "down", "j", "space"),
	}
}

// Init has nothing to start.
func (m *Model) Init() tea.Cmd { return nil }

// SetSize tells the overlay how many cells it has.
func (m *Model) SetSize(width, height int) tea.Cmd {
	m.width, m.height = width, height
	return nil
}

// SetTheme changes the styles.
func (m *Model) SetTheme(t *ui.Theme) tea.Cmd {
	m.theme = t
	return nil
}

// Update handles keys.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch {
	case key.Matches(press, m.closes):
		return route.Send(route.Back{})
	case key.Matches(press, m.up):
		m.top = max(m.top-1, 0)
	case key.Matches(press, m.down):
		m.top = max(min(m.top+1, len(m.lines())-m.height), 0)
	}
	return nil
}

// Title names the overlay in the header.
func (m *Model) Title() string { return "Keys" }

// Status is empty.
func (m *Model) Status() string { return "" }

// ShortHelp are the keys for the line at the bottom.
func (m *Model) ShortHelp() []key.Binding {
	scroll := ui.Key("↑↓", "more keys", "up")
	scroll.SetEnabled(len(m.lines()) > m.height)
	return []key.Binding{scroll, m.closes}
}

// FullHelp are all keys of the overlay.
func (m *Model) FullHelp() [][]key.Binding { return [][]key.Binding{{m.closes, m.up, m.down}} }

// View draws the part of the list that is in sight.
func (m *Model) View() string {
	lines := m.lines()
	top := max(min(m.top, len(lines)-m.height), 0)
	return strings.Join(ui.Fit(lines[top:], m.width, m.height), "\n")
}

// lines draws the keys, all of a binding's, not only the one that the hint
// shows.
func (m *Model) lines() []string {
	var lines []string
	for i, g := range m.groups {
		if i > 0 {
			lines = append(lines, "")
		}
		for _, b := range g {
			if !b.Enabled() {
				continue
			}
			keys := strings.Join(b.Keys(), " ")
			pad := strings.Repeat(" ", max(22-ansi.StringWidth(keys), 0))
			lines = append(lines, fmt.Sprintf("  %s%s %s", m.theme.Accent.Render(keys), pad, b.Help().Desc))
		}
	}
	return lines
}
