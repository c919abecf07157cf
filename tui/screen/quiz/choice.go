package quiz

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// choice takes one option, or several.
type choice struct {
	question *lessons.Question
	several  bool
	cursor   int
	picked   map[int]bool
}

func (c *choice) press(msg tea.KeyPressMsg) {
	last := len(c.question.Options) - 1
	switch k := msg.String(); k {
	case "up", "k":
		c.cursor = max(c.cursor-1, 0)
	case "down", "j":
		c.cursor = min(c.cursor+1, last)
	case "space", "x":
		if c.several {
			c.picked[c.cursor] = !c.picked[c.cursor]
		}
	default:
		if n := number(k); n >= 1 && n <= last+1 {
			c.cursor = n - 1
			if c.several {
				c.picked[c.cursor] = !c.picked[c.cursor]
			}
		}
	}
}

// number is the digit that a key is, 0 for any other key.
func number(k string) int {
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' {
		return int(k[0] - '0')
	}
	return 0
}

func (c *choice) answer() (lessons.Answer, string) {
	picks := c.picks()
	if len(picks) == 0 {
		return lessons.Answer{}, "Pick what is right with space, then press enter."
	}
	return lessons.Answer{Picks: picks}, ""
}

func (c *choice) picks() []int {
	if !c.several {
		return []int{c.cursor}
	}
	var picks []int
	for i, on := range c.picked {
		if on {
			picks = append(picks, i)
		}
	}
	slices.Sort(picks)
	return picks
}

func (c *choice) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	for i, o := range c.question.Options {
		at := len(lines)
		if v == nil {
			lines = append(lines, c.option(t, i, o, width)...)
		} else {
			lines = append(lines, c.explained(t, i, o, width)...)
		}
		if i == c.cursor {
			first, last = at, len(lines)-1
		}
	}
	return lines, first, last
}

func (c *choice) option(t *ui.Theme, i int, o lessons.Option, width int) []string {
	lead, text := "  ", t.Inline(o.Text)
	if i == c.cursor {
		lead, text = t.Selected.Render(ui.MarkPointer)+" ", t.Selected.Render(ui.Plain(text))
	}
	if c.several {
		box := "[ ] "
		if c.picked[i] {
			box = "[" + t.Accent.Render("x") + "] "
		}
		lead += box
	} else {
		lead += t.Muted.Render(fmt.Sprintf("%d ", i+1))
	}
	return ui.Hang(lead, text, width)
}

// explained shows an option with what it is, whether it was picked, and why.
func (c *choice) explained(t *ui.Theme, i int, o lessons.Option, width int) []string {
	picked := slices.Contains(c.picks(), i)
	mark := "  "
	switch {
	case o.Right:
		mark = t.Good.Render(ui.MarkDone) + " "
	case picked:
		mark = t.Bad.Render(ui.MarkFail) + " "
	}
	text := t.Inline(o.Text)
	if picked {
		text = t.Strong.Render(text) + t.Muted.Render("  ← your answer")
	}
	lines := ui.Hang(mark, text, width)
	if o.Why != "" {
		lines = append(lines, ui.Hang("    ", t.Muted.Render(ui.Plain(t.Inline(o.Why))), width)...)
	}
	return lines
}

func (c *choice) hints() []key.Binding {
	if c.several {
		return []key.Binding{ui.Key("space", "pick", "space"), ui.Key("↑↓", "move", "up")}
	}
	return []key.Binding{ui.Key("↑↓ 1-9", "choose", "up")}
}
