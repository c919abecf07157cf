package cli

import "charm.land/lipgloss/v2"

// paint colours words, or leaves them as they are. Its colours are the
// terminal's own sixteen, which its owner has chosen to be legible, so it needs
// to ask the terminal nothing.
type paint struct{ on bool }

func (s *IO) outPaint() paint { return paint{on: s.OutTerminal && !s.NoColor} }

func (s *IO) errPaint() paint { return paint{on: s.ErrTerminal && !s.NoColor} }

func (p paint) render(style lipgloss.Style, s string) string {
	if !p.on || s == "" {
		return s
	}
	return style.Render(s)
}

func (p paint) good(s string) string {
	return p.render(lipgloss.NewStyle().Foreground(lipgloss.Green), s)
}

func (p paint) bad(s string) string {
	return p.render(lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true), s)
}

func (p paint) warn(s string) string {
	return p.render(lipgloss.NewStyle().Foreground(lipgloss.Yellow), s)
}

func (p paint) strong(s string) string {
	return p.render(lipgloss.NewStyle().Bold(true), s)
}

func (p paint) dim(s string) string {
	return p.render(lipgloss.NewStyle().Faint(true), s)
}
