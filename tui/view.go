package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"shipshape/checker/inert"
	"shipshape/tui/ui"
)

// mostMessageLines bounds how much of the screen a message may take.
const mostMessageLines = 4

// roomyHeight is the height from which a line may be left blank.
const roomyHeight = 20

// headLines are the title and the rule under it.
const headLines = 2

// View draws the frame around the screen on top.
func (m *root) View() tea.View {
	v := tea.NewView(m.frame())
	v.AltScreen = true
	v.WindowTitle = "shipshape"
	return v
}

func (m *root) frame() string {
	if m.width == 0 {
		return ""
	}
	if m.width < ui.MinWidth || m.height < ui.MinHeight {
		return m.tooSmall()
	}
	lines := []string{m.head(), m.theme.Rule(m.width)}
	body := strings.Split(m.top().View(), "\n")
	lines = append(lines, ui.Fit(body, m.width, m.bodyHeight())...)
	lines = append(lines, m.foot()...)
	return strings.Join(lines, "\n")
}

func (m *root) head() string {
	left := " " + m.theme.Heading.Render("shipshape")
	if title := m.top().Title(); title != "" {
		left += m.theme.Faint.Render(" › ") + title
	}
	status := m.top().Status()
	if m.leaving {
		status = "stopping …"
	}
	return ui.Row(left, m.theme.Muted.Render(status)+" ", m.width)
}

// hints is the line of keys: the screen's, and always how to go back and where
// help is.
func (m *root) hints() string {
	own, keep := m.top().ShortHelp(), []key.Binding{m.keys.help}
	switch {
	case m.leaving:
		own, keep = nil, []key.Binding{ui.Key("ctrl+c", "leave at once", "ctrl+c")}
	case m.help != nil:
		keep = nil
	case m.typing(): // ? is a character there
		keep = []key.Binding{m.keys.back}
	case len(m.trail) > 1 && !m.escapes():
		keep = []key.Binding{m.keys.back, m.keys.help}
	}
	return m.theme.Hints(own, keep, m.width-2)
}

// foot is the message and the line of keys, with a blank line between the
// screen and them where there is room.
func (m *root) foot() []string {
	lines := m.messageLines()
	if len(lines) == 0 && m.height >= roomyHeight {
		lines = []string{""}
	}
	return append(lines, " "+m.hints())
}

// messageLines draws what is to be said, under a rule.
func (m *root) messageLines() []string {
	text, mark, style := m.message.text, ui.MarkAdvice, m.theme.Accent
	switch {
	case m.leaving && m.running():
		text, mark, style = "Stopping: what the check made is being removed. A moment …", ui.MarkSkip, m.theme.Warn
	case text == "":
		return nil
	case m.message.bad:
		mark, style = ui.MarkFail, m.theme.Bad
	}
	lines := ui.Hang(" "+style.Render(mark)+" ", inert.Text(text), m.width-1)
	if len(lines) > mostMessageLines {
		lines = lines[:mostMessageLines]
		lines[mostMessageLines-1] = ui.Clip(lines[mostMessageLines-1], m.width-3) + " …"
	}
	return append([]string{m.theme.Rule(m.width)}, lines...)
}

// bodyHeight is what the head, the message and the keys leave to the screen.
func (m *root) bodyHeight() int {
	return max(m.height-headLines-len(m.foot()), 1)
}

func (m *root) tooSmall() string {
	text := fmt.Sprintf("shipshape needs %d×%d cells.\nThis terminal has %d×%d.\nMake it larger, or press ctrl+c.",
		ui.MinWidth, ui.MinHeight, m.width, m.height)
	lines := ui.Fit(strings.Split(text, "\n"), m.width, min(3, m.height))
	return lipgloss.Place(m.width, m.height, lipgloss.Center, lipgloss.Center, strings.Join(lines, "\n"))
}

// resize gives the screen on top its cells.
func (m *root) resize() tea.Cmd {
	if m.width < ui.MinWidth || m.height < ui.MinHeight {
		return nil
	}
	return m.top().SetSize(m.width, m.bodyHeight())
}

// retheme follows the terminal's background.
func (m *root) retheme(dark bool) tea.Cmd {
	if dark == m.theme.Dark {
		return nil
	}
	m.theme = ui.NewTheme(dark)
	var cmds []tea.Cmd
	for _, s := range m.screens {
		cmds = append(cmds, s.SetTheme(m.theme))
	}
	if m.help != nil {
		cmds = append(cmds, m.help.SetTheme(m.theme))
	}
	return tea.Batch(cmds...)
}
