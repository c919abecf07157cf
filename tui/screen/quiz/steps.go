package quiz

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

// steps takes, for each build step, whether it comes from the cache.
type steps struct {
	question *lessons.Question
	cached   map[int]bool // by line
	cursor   int          // an index of the question's steps
}

func (s *steps) press(msg tea.KeyPressMsg) {
	line := s.question.Steps[s.cursor].Line
	switch k := msg.String(); k {
	case "up", "k":
		s.cursor = max(s.cursor-1, 0)
	case "down", "j":
		s.cursor = min(s.cursor+1, len(s.question.Steps)-1)
	case "space", "x", "c":
		s.cached[line] = !s.cached[line]
	default:
		n := number(k)
		if i := slices.IndexFunc(s.question.Steps, func(step lessons.Step) bool { return step.Line == n }); i >= 0 {
			s.cursor = i
			s.cached[n] = !s.cached[n]
		}
	}
}

func (s *steps) answer() (lessons.Answer, string) {
	var a lessons.Answer
	for _, step := range s.question.Steps {
		if s.cached[step.Line] {
			a.Picks = append(a.Picks, step.Line)
		}
	}
	if len(a.Picks) == 0 {
		return a, "Mark the steps that come from the cache with space, then press enter."
	}
	return a, ""
}

// What stands before a step, all of one width.
const (
	wordCached = "cached "
	wordRuns   = "runs   "
	noWord     = "       "
)

func (s *steps) lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int) {
	room := width - ansi.StringWidth(noWord) - 2
	mark := s.question.Steps[s.cursor].Line
	if v != nil {
		mark = 0
	}
	for i, own := range t.Listing(s.question.Code, 1, mark, room) {
		if i == mark-1 {
			first, last = len(lines), len(lines)+len(own)-1
		}
		word := noWord + "  "
		if at := slices.IndexFunc(s.question.Steps, func(step lessons.Step) bool { return step.Line == i+1 }); at >= 0 {
			word = s.word(t, s.question.Steps[at], v != nil)
		}
		for _, l := range own {
			lines = append(lines, word+l)
			word = noWord + "  "
		}
	}
	return lines, first, last
}

// word says what becomes of a step: as the learner marked it, or as it is.
func (s *steps) word(t *ui.Theme, step lessons.Step, judged bool) string {
	said := s.cached[step.Line]
	shown, mark := said, "  "
	if judged {
		shown, mark = step.Cached, t.Good.Render(ui.MarkDone)+" "
		if said != step.Cached {
			mark = t.Bad.Render(ui.MarkFail) + " "
		}
	}
	if shown {
		return mark + t.Accent.Render(wordCached)
	}
	return mark + t.Muted.Render(wordRuns)
}

func (s *steps) hints() []key.Binding {
	return []key.Binding{ui.Key("space", "cached or runs", "space", "x", "c", "1-9"), upDown("move")}
}
