package quiz

import (
	"cmp"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

func (m *Model) pressSummary(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case m.unseen() && key.Matches(msg, m.keys.up, m.keys.down, m.keys.section):
		m.start = false
	case key.Matches(msg, m.keys.up):
		m.start = m.cursor == 0 // above the list
		m.cursor = max(m.cursor-1, 0)
	case key.Matches(msg, m.keys.down):
		m.start = false
		m.cursor = max(min(m.cursor+1, len(m.asked)-1), 0)
	case key.Matches(msg, m.keys.again) && m.set.Placement == nil:
		if wrong := m.wrong(); len(wrong) > 0 {
			m.round++
			m.begin(wrong)
		}
	case key.Matches(msg, m.keys.section):
		if m.cursor < len(m.asked) {
			return m.read(m.asked[m.cursor])
		}
	case key.Matches(msg, m.keys.next):
		if p := m.set.Placement; p != nil && p.Begin() != nil {
			return route.Send(route.Lesson{Slug: p.Begin().Slug})
		}
		if m.set.Exercise != "" {
			return route.Send(route.Exercise{Slug: m.set.Exercise})
		}
		return route.Send(route.Back{})
	}
	return nil
}

// wrong are the questions that were answered wrong in this round.
func (m *Model) wrong() []*lessons.Question {
	var out []*lessons.Question
	for i, right := range m.results {
		if !right {
			out = append(out, m.asked[i])
		}
	}
	return out
}

// summary draws the end of a round.
func (m *Model) summary(width int) (lines []string, first, last int) {
	t := m.theme
	if len(m.asked) == 0 {
		text := cmp.Or(m.set.Nothing, "There is nothing to ask here.")
		return append([]string{""}, ui.Wrap(text, width)...), 0, 0
	}
	right := len(m.results) - len(m.wrong())
	lines = []string{
		"",
		t.Heading.Render(fmt.Sprintf("%d of %d right", right, len(m.asked))),
		t.Bar(right, len(m.asked), min(width, 40)),
		"",
	}
	for part := range strings.SplitSeq(m.advice(), "\n") {
		lines = append(lines, ui.Wrap(t.Muted.Render(part), width)...)
	}
	lines = append(lines, "")
	for i, q := range m.asked {
		pointer, style, mark := "  ", t.Text, t.Good.Render(ui.MarkDone)
		if !m.results[i] {
			mark = t.Bad.Render(ui.MarkFail)
		}
		if i == m.cursor {
			pointer, style = t.Selected.Render(ui.MarkPointer)+" ", t.Selected
			first = len(lines)
		}
		lines = append(lines, ui.Clip(pointer+mark+" "+style.Render(ui.Plain(t.Inline(ui.Line(q.Prompt)))), width))
	}
	if m.cursor == 0 { // what stands above it comes with it, as far as there is room
		return lines, 0, first
	}
	return lines, first, first
}

func (m *Model) advice() string {
	switch {
	case m.set.Placement != nil:
		return placed(m.set.Placement)
	case len(m.wrong()) > 0:
		return "↑↓ choose a question, and s opens the section that answers it. r asks those again that went wrong."
	case m.set.Exercise != "":
		return "All right. Now do it: enter opens the exercise."
	default:
		return "All right."
	}
}

// placed says what a placement quiz found out.
func placed(p *lessons.Placement) string {
	titles := func(of []*lessons.Lesson) string {
		var all []string
		for _, l := range of {
			all = append(all, ui.Line(l.Title))
		}
		return strings.Join(all, "; ")
	}
	var parts []string
	begin := p.Begin()
	if begin == nil {
		parts = append(parts, "You know what this course teaches. Its exercises are still worth an evening.")
	} else {
		parts = append(parts, "Begin with “"+ui.Line(begin.Title)+"”: enter opens it.")
	}
	if unknown := p.Unknown(); len(unknown) > 1 {
		text := "To read: " + titles(unknown)
		if p.Stopped() {
			text += "; and all that comes after them. The last three came in a row, so no more is asked"
		}
		parts = append(parts, text+".")
	}
	if known := p.Known(); begin != nil && len(known) > 0 {
		parts = append(parts, "You know: "+titles(known)+".")
	}
	return strings.Join(parts, "\n\n")
}
