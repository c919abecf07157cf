package cli

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// table sets rows in columns that are as wide as their widest cell, with
// headings between them. On a terminal no line is wider than it.
type table struct {
	io   *IO
	rows [][]string
	// text is the column whose cells may be cut, or left out, where there is not
	// room for all; 0 is none: the first one names what a row is about.
	text int
}

const (
	tableMargin = 2
	tableGap    = 2
	// foldMargin is that of a row's further lines.
	foldMargin = 6
	// leastText is what must be left of a text that is cut.
	leastText = 10
)

func newTable(io *IO, text int) *table { return &table{io: io, text: text} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// heading stands over the rows that follow it, and takes part in no column.
func (t *table) heading(text string) { t.rows = append(t.rows, []string{text}) }

func (t *table) print() {
	widths := t.widths()
	room := t.io.Columns
	over := 0
	if room > 0 {
		over = tableMargin + rowWidth(widths) - room
	}
	if over > 0 && t.text > 0 {
		widths[t.text] = max(widths[t.text]-over, 0)
		if widths[t.text] < leastText {
			widths[t.text] = 0
		}
	}
	fold := over > 0 && tableMargin+rowWidth(widths) > room
	p := t.io.outPaint()
	for i, r := range t.rows {
		switch {
		case len(r) > 1 && fold:
			t.line(tableMargin, r[:1], widths)
			t.line(foldMargin, r[1:], widths[1:])
		case len(r) > 1:
			t.line(tableMargin, r, widths)
		default:
			if i > 0 {
				fmt.Fprintln(t.io.Out)
			}
			fmt.Fprintln(t.io.Out, p.strong(t.wrapped(r[0])))
		}
	}
}

// widths are those of the widest cells.
func (t *table) widths() []int {
	var widths []int
	for _, r := range t.rows {
		if len(r) == 1 {
			continue
		}
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(c))
		}
	}
	return widths
}

// rowWidth is how many cells columns of some widths take, side by side.
func rowWidth(widths []int) int {
	sum := -tableGap
	for _, w := range widths {
		if w > 0 {
			sum += w + tableGap
		}
	}
	return max(sum, 0)
}

// line prints cells behind a margin.
func (t *table) line(margin int, cells []string, widths []int) {
	var b strings.Builder
	gap := margin
	for i, c := range cells {
		if widths[i] == 0 {
			continue
		}
		c = ansi.Truncate(c, widths[i], "…")
		if c != "" {
			b.WriteString(strings.Repeat(" ", gap) + c)
			gap = 0
		}
		gap += tableGap + widths[i] - ansi.StringWidth(c)
	}
	fmt.Fprintln(t.io.Out, t.wrapped(b.String()))
}

// wrapped breaks what is still too wide for the terminal between words.
func (t *table) wrapped(text string) string {
	if t.io.Columns == 0 {
		return text
	}
	return wrapWords(text, t.io.Columns)
}
