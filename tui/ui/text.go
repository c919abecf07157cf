package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"shipshape/checker/inert"
)

// Line makes foreign text harmless and one line long.
func Line(s string) string { return inert.Line(s) }

// Clip cuts one line to a width in cells, with an ellipsis where it was cut.
func Clip(line string, width int) string {
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(line, width, "…")
}

// Wrap breaks text into lines of at most width cells, at spaces where it can,
// and keeps the styles on each of them.
func Wrap(s string, width int) []string {
	// Only the dash: the others stand in the sequences that carry styles.
	return strings.Split(unglue(lipgloss.Wrap(glue(s, "-"), max(width, 1), "")), "\n")
}

// Hang wraps text behind a lead, the later lines aligned with the first.
func Hang(lead, s string, width int) []string {
	indent := ansi.StringWidth(lead)
	lines := Wrap(s, width-indent)
	for i := range lines {
		if i == 0 {
			lines[i] = lead + lines[i]
			continue
		}
		lines[i] = strings.Repeat(" ", indent) + lines[i]
	}
	return lines
}

// Row sets left and right at the two ends of a line of that width. The left
// one is cut where both do not fit; a right one that would leave it fewer than
// 16 cells is dropped.
func Row(left, right string, width int) string {
	room := width - ansi.StringWidth(right) - 2
	if right == "" || room < min(16, ansi.StringWidth(left)) {
		return Clip(left, width)
	}
	left = Clip(left, room)
	gap := width - ansi.StringWidth(left) - ansi.StringWidth(right)
	return left + strings.Repeat(" ", gap) + right
}

// Fit makes a block exactly height lines of at most width cells.
func Fit(lines []string, width, height int) []string {
	out := make([]string, max(height, 0))
	for i := range out {
		if i < len(lines) {
			out[i] = Clip(lines[i], width)
		}
	}
	return out
}

// Beside sets two blocks next to each other with a rule between them, in
// height lines; the left one is leftWidth cells wide.
func (t *Theme) Beside(left, right []string, leftWidth, width, height int) []string {
	rule := t.Faint.Render("│")
	l := Fit(left, leftWidth, height)
	r := Fit(right, width-leftWidth-3, height)
	for i := range l {
		pad := leftWidth - ansi.StringWidth(l[i])
		l[i] += strings.Repeat(" ", max(pad, 0)) + " " + rule + " " + r[i]
	}
	return l
}

// Inset moves lines to the right by n cells.
func Inset(lines []string, n int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		if l != "" {
			l = strings.Repeat(" ", n) + l
		}
		out[i] = l
	}
	return out
}

// Rest says where a text that is scrolled goes on out of sight; it is empty
// where it doesn't.
func Rest(above, below bool) string {
	switch {
	case above && below:
		return "↑↓ there is more above and below"
	case above:
		return "↑ there is more above"
	case below:
		return "↓ there is more below"
	default:
		return ""
	}
}

// Window returns at most height of the lines so that those from first to last
// are among them: a list that follows its cursor.
func Window(lines []string, first, last, height int) []string {
	if len(lines) <= height {
		return lines
	}
	top := 0
	if last >= height {
		top = last - height + 1
	}
	top = min(top, first, len(lines)-height)
	top = max(top, 0)
	return lines[top : top+max(height, 0)]
}

// Inline makes foreign text harmless and styles the little markdown that
// prompts, options and remarks use: `code` and **strong**. The stars of patterns
// such as **/*.log and dist/** are no marks.
func (t *Theme) Inline(s string) string {
	var b strings.Builder
	s = inert.Text(strings.TrimSpace(s))
	before := byte(' ') // what stands before s
	for s != "" {
		at := strings.IndexAny(s, "`*")
		if at < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:at])
		if at > 0 {
			before = s[at-1]
		}
		s = s[at:]
		fence, style := "`", t.Code
		if strings.HasPrefix(s, "**") {
			fence, style = "**", t.Strong
		} else if s[0] == '*' {
			b.WriteByte('*')
			before, s = '*', s[1:]
			continue
		}
		body, rest, closed := strings.Cut(s[len(fence):], fence)
		if !closed || body == "" || fence == "**" && !strong(before, body) {
			b.WriteString(fence)
			before, s = fence[0], s[len(fence):]
			continue
		}
		b.WriteString(style.Render(body))
		before, s = fence[0], rest
	}
	return b.String()
}

// strong tells whether what stands between two ** is emphasized, and not between
// the stars of two patterns.
func strong(before byte, body string) bool {
	return strings.IndexByte(" \n(\"'", before) >= 0 && body[0] != '/' && strings.TrimSpace(body) == body
}

// Rule is a thin line of that width.
func (t *Theme) Rule(width int) string {
	return t.Faint.Render(strings.Repeat("─", max(width, 0)))
}

// Plain takes the styles off a text, to give it others.
func Plain(s string) string { return ansi.Strip(s) }
