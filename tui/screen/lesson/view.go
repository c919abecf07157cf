package lesson

import (
	"fmt"
	"strings"

	"shipshape/tui/ui"
)

const outlineWidth = 30

// Title names the lesson in the header.
func (m *Model) Title() string { return ui.Line(m.lesson.Title) }

// Status tells how far the learner has read.
func (m *Model) Status() string {
	if m.pages == nil || len(m.layout.starts) == 0 {
		return ""
	}
	return fmt.Sprintf("section %d of %d · %d %%", m.section()+1, len(m.layout.starts), int(m.layout.read(m.view.YOffset(), m.height)*100))
}

// section is the one that the reader is in: the last one when the end is in
// sight, since a short one can't be scrolled to the top.
func (m *Model) section() int {
	if m.view.AtBottom() && !m.view.AtTop() {
		return len(m.layout.starts) - 1
	}
	return m.layout.place(m.view.YOffset() + 1).section
}

func (m *Model) wide() bool { return m.width >= ui.WideWidth }

// textWidth is the width that the text is rendered for.
func (m *Model) textWidth() int {
	width := m.width - 4
	if m.wide() {
		width -= outlineWidth + 3
	}
	return min(width, ui.Measure)
}

// View draws the text and, where there is room, the lesson's outline.
func (m *Model) View() string {
	if m.pages == nil {
		return ""
	}
	text := ui.Inset(strings.Split(m.view.View(), "\n"), 2)
	if m.wide() {
		text = m.theme.Beside(m.outline(), text, outlineWidth, m.width, m.height)
	}
	return strings.Join(text, "\n")
}

func (m *Model) outline() []string {
	at := m.section()
	var lines []string
	for i, p := range m.pages.sections {
		lead, style := "   ", m.theme.Muted
		if i == at {
			lead, style = " "+m.theme.Selected.Render(ui.MarkPointer)+" ", m.theme.Selected
		}
		lines = append(lines, ui.Hang(lead, style.Render(p.title), outlineWidth-1)...)
	}
	return lines
}
