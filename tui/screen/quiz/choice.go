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
	// shown are the indices of the options as they stand on the screen.
	shown []int
	// cursor is a place in shown, and picked are such places.
	cursor int
	picked map[int]bool
}

func newChoice(q *lessons.Question, times int) *choice {
	return &choice{question: q, several: q.Type == lessons.SeveralChoices, shown: q.Shuffled(times), picked: map[int]bool{}}
}

func (c *choice) press(msg tea.KeyPressMsg) {
	last := len(c.shown) - 1
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

// picks are the indices of the options that are chosen.
func (c *choice) picks() []int {
	if !c.several {
		return []int{c.shown[c.cursor]}
	}
	var picks []int
	for place, on := range c.picked {
		if on {
			picks = append(picks, c.shown[place])
		}
	}
	slices.Sort(picks)
	return picks
}

func (c *choice) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	for place := range c.shown {
		at := len(lines)
		if v == nil {
			lines = append(lines, c.option(t, place, width)...)
		} else {
			lines = append(lines, c.explained(t, place, width)...)
		}
		if place == c.cursor {
			first, last = at, len(lines)-1
		}
	}
	return lines, first, last
}

func (c *choice) option(t *ui.Theme, place, width int) []string {
	lead, text := "  ", t.Inline(c.question.Options[c.shown[place]].Text)
	if place == c.cursor {
		lead, text = t.Selected.Render(ui.MarkPointer)+" ", t.Selected.Render(ui.Plain(text))
	}
	if c.several {
		box := "[ ] "
		if c.picked[place] {
			box = "[" + t.Accent.Render("x") + "] "
		}
		lead += box
	} else {
		lead += t.Muted.Render(fmt.Sprintf("%d ", place+1))
	}
	return ui.Hang(lead, text, width)
}

// explained shows an option with what it is, whether it was picked, and why.
func (c *choice) explained(t *ui.Theme, place, width int) []string {
	o := c.question.Options[c.shown[place]]
	picked := slices.Contains(c.picks(), c.shown[place])
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
		return []key.Binding{ui.Key("space", "pick", "space", "x", "1-9"), upDown("move")}
	}
	return []key.Binding{choosing()}
}
