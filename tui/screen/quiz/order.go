package quiz

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// order takes items in an order that the learner makes by moving them.
type order struct {
	question *lessons.Question
	items    []int // indices of the question's items, as they stand now
	cursor   int
	held     bool
}

// newOrder offers the items shuffled, and never in an order that is right
// already.
func newOrder(q *lessons.Question, times int) *order {
	return &order{question: q, items: q.Shuffled(times)}
}

func (o *order) press(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "up", "k":
		o.move(-1, o.held)
	case "down", "j":
		o.move(+1, o.held)
	case "shift+up", "K":
		o.move(-1, true)
	case "shift+down", "J":
		o.move(+1, true)
	case "space", "enter": // enter comes here only with an item in hand
		o.held = !o.held
	}
}

// move moves the cursor, and the item at it where carry is set.
func (o *order) move(by int, carry bool) {
	to := o.cursor + by
	if to < 0 || to >= len(o.items) {
		return
	}
	if carry {
		o.items[o.cursor], o.items[to] = o.items[to], o.items[o.cursor]
	}
	o.cursor = to
}

func (o *order) answer() (lessons.Answer, string) {
	return lessons.Answer{Picks: o.items}, ""
}

func (o *order) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	for place, i := range o.items {
		at := len(lines)
		lead, text := "  ", t.Inline(o.question.Items[i])
		if place == o.cursor && v == nil {
			pointer := ui.MarkPointer
			if o.held {
				pointer = "↕"
			}
			lead, text = t.Selected.Render(pointer)+" ", t.Selected.Render(ui.Plain(text))
		}
		lead += t.Muted.Render(fmt.Sprintf("%d ", place+1))
		lines = append(lines, ui.Hang(lead, text, width)...)
		if place == o.cursor {
			first, last = at, len(lines)-1
		}
	}
	if v != nil && !v.Right {
		lines = append(lines, "", t.Muted.Render("A right order:"))
		for place, item := range o.question.Items {
			lead := t.Good.Render(fmt.Sprintf("  %d ", place+1))
			lines = append(lines, ui.Hang(lead, t.Inline(item), width)...)
		}
	}
	return lines, first, last
}

func (o *order) hints() []key.Binding {
	if o.held {
		return []key.Binding{upDown("carry it"), ui.Key("enter", "put it down", "enter", "space")}
	}
	return []key.Binding{ui.Key("space", "take an item", "space"), upDown("move")}
}
