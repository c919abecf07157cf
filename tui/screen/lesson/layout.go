package lesson

import "shipshape/tui/ui"

// layout is the text as it is scrolled.
type layout struct {
	lines []string
	// starts are the line numbers of the sections' titles.
	starts []int
	// asks are the lines that offer to show a prediction's outcome, by
	// section.
	asks map[int]int
	// hidden are the numbers of lines that the outcomes will add, by section.
	hidden map[int]int
}

// compose puts sections under each other. It only joins lines that are
// rendered already, so it is quick enough for Update.
func compose(t *ui.Theme, p *pages, revealed map[int]bool) layout {
	out := layout{asks: map[int]int{}, hidden: map[int]int{}}
	for i, s := range p.sections {
		if i > 0 {
			out.lines = append(out.lines, "", "")
		}
		out.starts = append(out.starts, len(out.lines))
		out.lines = append(out.lines, t.Heading.Render(s.title), "")
		out.lines = append(out.lines, s.body...)
		switch {
		case s.reveal == nil:
		case revealed[i]:
			out.lines = append(out.lines, "")
			for _, l := range s.reveal {
				out.lines = append(out.lines, t.Good.Render("┃")+" "+l)
			}
		default:
			out.lines = append(out.lines, "")
			out.asks[i] = len(out.lines)
			out.hidden[i] = len(s.reveal) - 1
			out.lines = append(out.lines, t.Warn.Render(ui.MarkPointer+" What do you expect? Decide, then press enter."))
		}
	}
	return out
}

// place is a place in the text that means the same at every width: a section,
// and how far into it, 0 at its title and towards 1 at its end.
type place struct {
	section int
	share   float64
}

// place is the place of a line.
func (l layout) place(line int) place {
	var p place
	for i, start := range l.starts {
		if start > line {
			break
		}
		p = place{section: i, share: float64(line-start) / float64(l.size(i))}
	}
	return p
}

// line is the line nearest to a place.
func (l layout) line(p place) int {
	if p.section >= len(l.starts) {
		return 0
	}
	return l.starts[p.section] + int(p.share*float64(l.size(p.section))+0.5)
}

// size is the number of lines of a section, at least 1.
func (l layout) size(section int) int {
	end := len(l.lines)
	if section+1 < len(l.starts) {
		end = l.starts[section+1]
	}
	return max(end-l.starts[section], 1)
}

// read is the share of the whole text above a window of that height from a
// line on. What is still hidden counts, so that showing it takes nothing back.
func (l layout) read(line, height int) float64 {
	above, total := line, len(l.lines)
	for i, n := range l.hidden {
		total += n
		if l.asks[i] < line {
			above += n
		}
	}
	if total <= height {
		return 1
	}
	return min(float64(above)/float64(total-height), 1)
}
