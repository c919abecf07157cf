package quiz

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// series takes one choice after another, each for a part of the question: the
// facts of an outcome, the symptoms of a match, the reason for a faulty line.
type series struct {
	parts []part
	at    int
}

// part is one choice of a series.
type part struct {
	ask     string
	options []string
	// shown are the indices of the options as they stand on the screen.
	shown []int
	right int
	// cursor is a place in shown.
	cursor int
}

func (p *part) picked() int { return p.shown[p.cursor] }

// asWritten are n indices in their order.
func asWritten(n int) []int {
	shown := make([]int, n)
	for i := range shown {
		shown[i] = i
	}
	return shown
}

// newOutcome asks for the facts of an outcome. Their options keep their order,
// which is often that of a scale.
func newOutcome(q *lessons.Question) *series {
	s := &series{}
	for _, f := range q.Facts {
		s.parts = append(s.parts, choose(f.Ask, f.Options, asWritten(len(f.Options))))
	}
	return s
}

// newMatch asks for the cause of each symptom.
func newMatch(q *lessons.Question, times int) *series {
	s, shown := &series{}, q.Shuffled(times)
	for i, p := range q.Pairs {
		s.parts = append(s.parts, part{ask: p.Left, options: q.Causes(), shown: shown, right: i})
	}
	return s
}

// newReasons asks why a line is faulty; nil where the question doesn't.
func newReasons(q *lessons.Question, times int) *series {
	if len(q.Because) == 0 {
		return nil
	}
	return &series{parts: []part{choose("Why?", q.Because, q.Shuffled(times))}}
}

func choose(ask string, options []lessons.Option, shown []int) part {
	p := part{ask: ask, shown: shown}
	for i, o := range options {
		p.options = append(p.options, o.Text)
		if o.Right {
			p.right = i
		}
	}
	return p
}

func (s *series) press(msg tea.KeyPressMsg) {
	p := &s.parts[s.at]
	last := len(p.shown) - 1
	switch k := msg.String(); k {
	case "up", "k":
		p.cursor = max(p.cursor-1, 0)
	case "down", "j":
		p.cursor = min(p.cursor+1, last)
	case "left", "h", "backspace":
		s.at = max(s.at-1, 0)
	default:
		if n := number(k); n >= 1 && n <= last+1 {
			p.cursor = n - 1
		}
	}
}

// advance goes on to the next part; it returns false on the last one.
func (s *series) advance() bool {
	if s.at == len(s.parts)-1 {
		return false
	}
	s.at++
	return true
}

func (s *series) answer() (lessons.Answer, string) {
	var a lessons.Answer
	for _, p := range s.parts {
		a.Picks = append(a.Picks, p.picked())
	}
	return a, ""
}

func (s *series) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	for i := range s.parts {
		at := len(lines)
		switch {
		case v != nil:
			lines = append(lines, s.parts[i].judged(t, width)...)
		case i < s.at:
			lines = append(lines, s.parts[i].chosen(t, width)...)
		case i == s.at:
			own, on := s.parts[i].open(t, width)
			lines = append(lines, own...)
			first, last = at, at+on
		default:
			lines = append(lines, ui.Hang("  ", t.Muted.Render(ui.Plain(t.Inline(s.parts[i].ask))), width)...)
		}
	}
	return lines, first, last
}

// open draws the part that is asked, and tells the last line of the option at
// the cursor.
func (p *part) open(t *ui.Theme, width int) (lines []string, on int) {
	lines = ui.Hang("  ", t.Strong.Render(t.Inline(p.ask)), width)
	for i, index := range p.shown {
		lead, text := "    ", t.Inline(p.options[index])
		if i == p.cursor {
			lead, text = "  "+t.Selected.Render(ui.MarkPointer)+" ", t.Selected.Render(ui.Plain(text))
		}
		lines = append(lines, ui.Hang(lead+t.Muted.Render(string(rune('1'+i))+" "), text, width)...)
		if i == p.cursor {
			on = len(lines) - 1
		}
	}
	return lines, on
}

// chosen draws a part that has its answer.
func (p *part) chosen(t *ui.Theme, width int) []string {
	lines := ui.Hang("  ", t.Inline(p.ask), width)
	return append(lines, ui.Hang("    "+t.Accent.Render("→")+" ", t.Inline(p.options[p.picked()]), width)...)
}

// judged draws a part with what it is.
func (p *part) judged(t *ui.Theme, width int) []string {
	lines := ui.Hang("  ", t.Strong.Render(t.Inline(p.ask)), width)
	if p.picked() != p.right {
		text := t.Inline(p.options[p.picked()]) + t.Muted.Render("  ← your answer")
		lines = append(lines, ui.Hang("    "+t.Bad.Render(ui.MarkFail)+" ", text, width)...)
	}
	return append(lines, ui.Hang("    "+t.Good.Render(ui.MarkDone)+" ", t.Inline(p.options[p.right]), width)...)
}

func (s *series) hints() []key.Binding {
	hints := []key.Binding{choosing()}
	if s.at > 0 {
		hints = append(hints, ui.Key("←", "the one before", "left"))
	}
	return hints
}
