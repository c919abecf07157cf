package ui

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// The smallest terminal that the layouts work in, in cells.
const (
	MinWidth  = 60
	MinHeight = 15
)

// WideWidth is the width, in cells, from which a screen may use two panes.
const WideWidth = 110

// Measure is the longest line of running text, in cells: longer ones are hard
// to read on.
const Measure = 84

// Theme is the set of styles for one kind of background. Running text keeps
// the terminal's own foreground, so it stays legible where the background was
// guessed wrong. Colours that the terminal cannot show are left out or
// replaced by Bubble Tea's renderer; every state therefore has a mark as well.
type Theme struct {
	// Dark says which background the theme is for.
	Dark bool

	Text     lipgloss.Style
	Strong   lipgloss.Style
	Muted    lipgloss.Style
	Faint    lipgloss.Style
	Accent   lipgloss.Style
	Heading  lipgloss.Style
	Selected lipgloss.Style
	Good     lipgloss.Style
	Bad      lipgloss.Style
	Warn     lipgloss.Style
	Code     lipgloss.Style
}

// NewTheme returns the theme for a dark or a light background.
func NewTheme(dark bool) *Theme {
	pick := lipgloss.LightDark(dark)
	shade := func(light, dark string) color.Color {
		return pick(lipgloss.Color(light), lipgloss.Color(dark))
	}
	fg := func(light, dark string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(shade(light, dark))
	}
	accent := fg("#00687A", "#56C2D0")
	return &Theme{
		Dark:     dark,
		Text:     lipgloss.NewStyle(),
		Strong:   lipgloss.NewStyle().Bold(true),
		Muted:    fg("#5A626B", "#969DA6"),
		Faint:    fg("#B9BEC5", "#4A5059"),
		Accent:   accent,
		Heading:  accent.Bold(true),
		Selected: accent.Bold(true),
		Good:     fg("#1E7B34", "#7CC77F"),
		Bad:      fg("#B3261E", "#F2777A"),
		Warn:     fg("#8A5A00", "#E6B566"),
		Code:     fg("#7A4A00", "#E0C08A"),
	}
}
