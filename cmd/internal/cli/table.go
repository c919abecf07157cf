package cli

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// table sets rows in columns that are as wide as their widest cell, with
// headings between them.
type table struct {
	io   *IO
	rows [][]string
}

func newTable(io *IO) *table { return &table{io: io} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// heading stands over the rows that follow it, and takes part in no column.
func (t *table) heading(text string) { t.rows = append(t.rows, []string{text}) }

func (t *table) print() {
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
	p := t.io.outPaint()
	for i, r := range t.rows {
		if len(r) == 1 {
			if i > 0 {
				fmt.Fprintln(t.io.Out)
			}
			fmt.Fprintln(t.io.Out, p.strong(r[0]))
			continue
		}
		line := "  "
		for i, c := range r {
			if i < len(r)-1 {
				c += strings.Repeat(" ", widths[i]-ansi.StringWidth(c)+2)
			}
			line += c
		}
		fmt.Fprintln(t.io.Out, line)
	}
}
