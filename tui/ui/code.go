package ui

import (
	"fmt"
	"slices"
	"strings"

	"shipshape/checker/inert"
)

// Listing shows source with line numbers from first: each of its lines as those
// that it takes up at that width, so that nothing of it is lost. The line with
// the number mark, where there is one, is pointed at.
func (t *Theme) Listing(src string, first, mark, width int) [][]string {
	return t.listing(src, first, mark, width, func(line string, room int) []string {
		return strings.Split(breakCode(line, max(room, 16)), "\n")
	})
}

func (t *Theme) listing(src string, first, mark, width int, fit func(line string, room int) []string) [][]string {
	src = strings.TrimRight(strings.ReplaceAll(inert.Text(src), "\t", "    "), "\n")
	lines := strings.Split(src, "\n")
	digits := len(fmt.Sprint(first + len(lines) - 1))
	bar := t.Faint.Render("│")
	out := make([][]string, len(lines))
	for i, l := range lines {
		number, style := fmt.Sprintf("%*d", digits, first+i), t.Text
		lead := "  " + t.Muted.Render(number)
		if first+i == mark {
			lead, style = t.Selected.Render(MarkPointer+" "+number), t.Strong
		}
		for _, part := range fit(l, width-digits-5) {
			out[i] = append(out[i], lead+" "+bar+" "+style.Render(part))
			lead = strings.Repeat(" ", digits+2)
		}
	}
	return out
}

// Excerpt is the part of a listing around one line, with the given number of
// lines before and after it, cut to width. It is nil where src has no such line.
func (t *Theme) Excerpt(src string, line, around, width int) []string {
	lines := strings.Split(strings.TrimRight(src, "\n"), "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	from, to := max(1, line-around), min(len(lines), line+around)
	return slices.Concat(t.listing(strings.Join(lines[from-1:to], "\n"), from, line, width, func(line string, room int) []string {
		return []string{Clip(line, room)}
	})...)
}

// Bar shows a share of a whole as a bar of width cells.
func (t *Theme) Bar(part, whole, width int) string {
	if whole <= 0 {
		return t.Faint.Render(strings.Repeat("─", width))
	}
	full := min(part*width/whole, width)
	return t.Accent.Render(strings.Repeat("━", full)) + t.Faint.Render(strings.Repeat("─", width-full))
}
