package ui

import (
	"fmt"
	"strings"

	"shipshape/checker/inert"
)

// Listing shows source with line numbers from first, cut to width. The line
// with the number mark, where there is one, is pointed at.
func (t *Theme) Listing(src string, first, mark, width int) []string {
	src = strings.TrimRight(strings.ReplaceAll(inert.Text(src), "\t", "    "), "\n")
	lines := strings.Split(src, "\n")
	digits := len(fmt.Sprint(first + len(lines) - 1))
	bar := t.Faint.Render("│")
	for i, l := range lines {
		n := first + i
		number := fmt.Sprintf("%*d", digits, n)
		if n == mark {
			lines[i] = Clip(t.Selected.Render(MarkPointer+" "+number)+" "+bar+" "+t.Strong.Render(l), width)
			continue
		}
		lines[i] = Clip("  "+t.Muted.Render(number)+" "+bar+" "+l, width)
	}
	return lines
}

// Excerpt is the part of a listing around one line, with the given number of
// lines before and after it. It is nil where src has no such line.
func (t *Theme) Excerpt(src string, line, around, width int) []string {
	lines := strings.Split(strings.TrimRight(src, "\n"), "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	from, to := max(1, line-around), min(len(lines), line+around)
	return t.Listing(strings.Join(lines[from-1:to], "\n"), from, line, width)
}

// Bar shows a share of a whole as a bar of width cells.
func (t *Theme) Bar(part, whole, width int) string {
	if whole <= 0 {
		return t.Faint.Render(strings.Repeat("─", width))
	}
	full := min(part*width/whole, width)
	return t.Accent.Render(strings.Repeat("━", full)) + t.Faint.Render(strings.Repeat("─", width-full))
}
