package exercise

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/exercises"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// texts are the brief and the hints, rendered for one width and one
// background.
type texts struct {
	width int
	dark  bool
	brief []string
	hints [][]string
}

func (t *texts) fits(width int, dark bool) bool { return t.width == width && t.dark == dark }

type renderedMsg struct {
	exercise *exercises.Exercise
	texts    *texts
	err      error
}

// render renders the brief and all hints, off the event loop.
func render(e *exercises.Exercise, width int, dark bool) tea.Cmd {
	return func() tea.Msg {
		out := &texts{width: width, dark: dark}
		var err error
		if out.brief, err = ui.Markdown(e.Brief, dark, width); err != nil {
			return renderedMsg{exercise: e, err: fmt.Errorf("the brief of %s: %w", e.Slug, err)}
		}
		for i, h := range e.Hints {
			lines, err := ui.Markdown(h, dark, width)
			if err != nil {
				return renderedMsg{exercise: e, err: fmt.Errorf("hint %d of %s: %w", i+1, e.Slug, err)}
			}
			out.hints = append(out.hints, lines)
		}
		return renderedMsg{exercise: e, texts: out}
	}
}

// taskLines draws the brief, and above it where the project is: a learner may
// have several of the same name.
func (m *Model) taskLines(width int) []string {
	var lines []string
	if m.state == present {
		lines = append(ui.Wrap(m.theme.Muted.Render("Your project: "+m.place), width), "")
	}
	if m.texts != nil {
		lines = append(lines, m.texts.brief...)
	}
	return lines
}

// hint turns to the hints and, where they are in sight already or none was
// shown yet, shows the next one.
func (m *Model) hint() tea.Cmd {
	inSight := m.tab == tabHints
	m.tab, m.detail = tabHints, false
	if m.shown >= len(m.exercise.Hints) || !inSight && m.shown > 0 {
		return nil
	}
	m.shown++
	m.tops[tabHints] = newest
	return route.Send(route.HintShown{Exercise: m.exercise.Slug, Level: m.shown})
}

// hintKey is the key of the hints with what it does next; disabled where it does
// nothing.
func (m *Model) hintKey() key.Binding {
	k := m.keys.hint
	switch {
	case m.tab != tabHints:
	case m.shown >= len(m.exercise.Hints):
		k.SetEnabled(false)
	case m.shown == 0:
		k.SetHelp("h", "first hint")
	default:
		k.SetHelp("h", "next hint")
	}
	return k
}

// hintLines draws the hints shown so far and says how many are left. The last
// one shown begins at start.
func (m *Model) hintLines(width int) (lines []string, start int) {
	t := m.theme
	total := len(m.exercise.Hints)
	if total == 0 {
		return ui.Wrap(t.Muted.Render("This exercise has no hints."), width), 0
	}
	for i := range m.shown {
		start = len(lines)
		lines = append(lines, t.Heading.Render(fmt.Sprintf("Hint %d of %d", i+1, total)))
		if m.texts != nil && i < len(m.texts.hints) {
			lines = append(lines, m.texts.hints[i]...)
		}
		lines = append(lines, "")
	}
	var text string
	switch left := total - m.shown; {
	case left == 0:
		text = fmt.Sprintf("That was the last hint. The reference solution: shipshape solution %s", m.exercise.Slug)
		if len(m.exercise.Stacks) > 1 {
			text += " --stack " + m.exercise.Stack
		}
	case m.shown == 0:
		text = fmt.Sprintf("There are %d hints, from a nudge to nearly the answer. Press h for the first.", total)
	default:
		text = fmt.Sprintf("%d left. Press h for the next.", left)
	}
	return append(lines, ui.Wrap(t.Muted.Render(text), width)...), start
}
