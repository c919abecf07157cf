package ui

import (
	"fmt"
	"strings"

	"charm.land/glamour/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"shipshape/checker/inert"
)

// Markdown renders a text for a background and a width in cells, as lines. It
// takes milliseconds, so it is called in commands, never in Update or View.
func Markdown(text string, dark bool, width int) ([]string, error) {
	width = min(width, Measure)
	r, err := glamour.NewTermRenderer(
		glamour.WithStyles(markdownStyle(dark)),
		glamour.WithWordWrap(width),
		glamour.WithChromaFormatter("terminal16m"),
	)
	if err != nil {
		return nil, fmt.Errorf("set up the markdown renderer: %w", err)
	}
	out, err := r.Render(inert.Text(text))
	if err != nil {
		return nil, fmt.Errorf("render markdown: %w", err)
	}
	var lines []string
	for line := range strings.Lines(out) {
		line = trimRight(strings.TrimRight(line, "\n"))
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, continued(line, width)...)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines, nil
}

// continued breaks a line that glamour leaves too long, which it does to code,
// and shows that the break is not the author's.
func continued(line string, width int) []string {
	if ansi.StringWidth(line) <= width {
		return []string{line}
	}
	const lead = "      ↪ "
	head := ansi.Truncate(line, width, "")
	lines := []string{head}
	rest := ansi.TruncateLeft(line, width, "")
	for _, l := range strings.Split(lipgloss.Wrap(rest, width-len([]rune(lead)), ""), "\n") {
		lines = append(lines, lead+l)
	}
	return lines
}
