package exercise

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"shipshape/tui/ui"
)

// tab is one of the panes that share the screen.
type tab int

const (
	tabTask tab = iota
	tabChecks
	tabBuild
	tabHints
	tabs
)

// bottom is further down than any text goes.
const bottom = 1 << 30

// newest as a scroll position of the hints is the start of the last one shown.
const newest = -1

func (t tab) String() string { return [...]string{"Task", "Checks", "Build", "Hints"}[t] }

// Title names the exercise in the header.
func (m *Model) Title() string { return ui.Line(m.exercise.Title) }

// Status tells how the workspace stands.
func (m *Model) Status() string {
	switch {
	case m.run != nil && m.run.stopping:
		return "stopping …"
	case m.run != nil:
		return "checking … " + seconds(m.run.now.Sub(m.run.began))
	case m.passed:
		return "passed"
	case m.state == absent:
		if len(m.exercise.Stacks) > 1 {
			return ui.Line(m.exercise.Stack) + " · not started"
		}
		return "not started"
	case m.state == present:
		return m.place
	default:
		return ""
	}
}

// wide says whether the checks stand beside the other panes.
func (m *Model) wide() bool { return m.width >= ui.WideWidth }

// leftWidth is the width of the pane with the tabs.
func (m *Model) leftWidth() int {
	if m.wide() {
		return m.width / 2
	}
	return m.width
}

// textWidth is the width that the texts are rendered for.
func (m *Model) textWidth() int {
	width, _ := m.paneSize()
	return width
}

// paneSize is what a pane that scrolls has under the bar of tabs.
func (m *Model) paneSize() (width, height int) {
	width = m.leftWidth()
	if m.wide() {
		width-- // for the rule beside it
	}
	return min(width-4, ui.Measure), m.height - 2
}

// View draws the pane in front and, where there is room, the checks beside it.
func (m *Model) View() string {
	if !m.wide() {
		return strings.Join(m.pane(m.tab, m.width, m.height), "\n")
	}
	front := m.tab
	if front == tabChecks {
		front = tabTask
		if m.run != nil || len(m.build.builds) > 0 {
			front = tabBuild
		}
	}
	left := m.pane(front, m.leftWidth()-1, m.height)
	right := append([]string{m.checksTitle()}, m.checksPane(m.width-m.leftWidth()-4, m.height-1)...)
	return strings.Join(m.theme.Beside(left, right, m.leftWidth()-1, m.width, m.height), "\n")
}

func (m *Model) checksTitle() string {
	if m.tab == tabChecks {
		return m.theme.Selected.Render("Checks")
	}
	return m.theme.Muted.Render("Checks")
}

// pane is the bar of tabs with one of them under it.
func (m *Model) pane(front tab, width, height int) []string {
	lines := []string{m.tabBar(front, width)}
	var body []string
	if front == tabChecks {
		body = m.checksPane(width-4, height-2)
	} else {
		body = m.scrolled(front)
	}
	return append(append(lines, ""), ui.Inset(body, 2)...)
}

func (m *Model) tabBar(front tab, width int) string {
	t := m.theme
	bar := " "
	for i := range tabs {
		if m.wide() && i == tabChecks {
			continue
		}
		name := i.String()
		if i == front && (i == m.tab || !m.wide()) {
			name = t.Selected.Render("[" + name + "]")
		} else if i == front {
			name = t.Strong.Render("[" + name + "]")
		} else {
			name = t.Muted.Render(" " + name + " ")
		}
		bar += " " + name
	}
	return ui.Row(bar, m.summary(width-ansi.StringWidth(bar)-4)+" ", width)
}

// summary is the outcome beside the tabs, where the checks are not in sight
// and there is room.
func (m *Model) summary(room int) string {
	out := m.outcome()
	if m.wide() || m.tab == tabChecks || ansi.StringWidth(out) > room {
		return ""
	}
	return out
}

// window is the whole text of a pane that scrolls, and from which line to which
// it is in sight. Of a build that runs the end is, until the learner scrolls.
func (m *Model) window(of tab) (lines []string, top, end int) {
	width, height := m.paneSize()
	top = m.tops[of]
	switch of {
	case tabTask:
		lines = m.taskLines(width)
	case tabBuild:
		lines = m.buildLines(width)
		if m.run != nil && !m.held {
			top = bottom
		}
	default:
		var start int
		lines, start = m.hintLines(width)
		if top == newest {
			top = start
		}
	}
	if len(lines) > height {
		height-- // for the line that says so
	}
	top = max(min(top, len(lines)-height), 0)
	return lines, top, min(top+height, len(lines))
}

// scrolled is the part of a pane that is in sight, with a line under it where
// there is more.
func (m *Model) scrolled(of tab) []string {
	width, height := m.paneSize()
	lines, top, end := m.window(of)
	shown := ui.Fit(lines[top:end], width, height)
	if rest := ui.Rest(top > 0, end < len(lines)); rest != "" {
		if of != m.tab { // the arrows are another pane's
			rest = "… there is more"
		}
		shown[height-1] = m.theme.Muted.Render(rest)
	}
	return shown
}

// checksPane is the list of checks, under it the outcome, and the card of the
// one at the cursor; or the card alone.
func (m *Model) checksPane(width, height int) []string {
	head := m.checksHead(width, height)
	card := m.card(min(width, ui.Measure))
	room := height - len(head)
	top := max(min(m.tops[tabChecks], len(card)-room), 0)
	card = card[top:]
	if len(card) > room && room > 0 {
		more := "… enter shows all"
		if m.detail {
			more = "… space shows more"
		}
		card = append(card[:room-1:room-1], m.theme.Muted.Render(more))
	}
	return ui.Fit(append(head, card...), width, height)
}

// checksHead is what stands above the card. The list leaves the card room
// enough to be of use.
func (m *Model) checksHead(width, height int) []string {
	if m.detail {
		return nil
	}
	at, most, gap := m.checks.cursor, max(height*2/5, 3), []string{""}
	if height < 12 {
		most, gap = 3, nil
	}
	lines := slices.Clone(ui.Window(m.checkLines(width), at, at, most))
	if out := m.outcome(); out != "" {
		lines = append(append(lines, gap...), ui.Clip(out, width))
	}
	return append(lines, m.theme.Rule(width))
}

// showDetail turns to the card alone, or back to the list.
func (m *Model) showDetail(on bool) {
	m.detail = on
	m.tops[tabChecks] = 0
}

// turn goes to the next or previous pane.
func (m *Model) turn(by int) {
	m.tab = (m.tab + tab(by) + tabs) % tabs
	m.detail = false
}

// scroll moves the cursor in the checks, or the text of another pane.
func (m *Model) scroll(by int) {
	if m.tab == tabChecks {
		m.checks.move(by)
		m.tops[tabChecks] = 0
		return
	}
	lines, top, end := m.window(m.tab)
	last := len(lines) - (end - top)
	top = max(min(top+by, last), 0)
	m.tops[m.tab] = top
	if m.tab == tabBuild {
		m.held = top < last
	}
}

// page moves by a screenful; in the checks it moves the card.
func (m *Model) page(by int) {
	if m.tab != tabChecks {
		_, top, end := m.window(m.tab)
		m.scroll(by * max(end-top-1, 1))
		return
	}
	width, height := m.width-4, m.height-2
	if m.wide() {
		width, height = m.width-m.leftWidth()-4, m.height-1
	}
	room := height - len(m.checksHead(width, height))
	most := max(len(m.card(min(width, ui.Measure)))-room, 0)
	m.tops[tabChecks] = max(min(m.tops[tabChecks]+by*max(room-1, 1), most), 0)
}
