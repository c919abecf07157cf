package quiz

import (
	"fmt"
	"slices"
	"strings"

	"shipshape/lessons"
	"shipshape/tui/ui"
)

const placementIntro = "Two questions about each lesson, in the order of the course. " +
	"A wrong answer goes on to the next lesson, and so does tab, for what you don't know. " +
	"Three lessons in a row that you don't know end it, and you learn where to begin."

// Title names the quiz in the header.
func (m *Model) Title() string { return ui.Line(m.set.Title) }

// Status tells which question it is.
func (m *Model) Status() string {
	switch {
	case len(m.asked) == 0:
		return ""
	case m.item == nil:
		return "summary"
	}
	at := len(m.results) + 1
	if m.verdict != nil {
		at--
	}
	if p := m.set.Placement; p != nil {
		lesson, of := p.Place(m.question())
		return fmt.Sprintf("question %d · lesson %d of %d", at, lesson, of)
	}
	return fmt.Sprintf("question %d of %d", at, len(m.asked))
}

// View draws the part of the page that is in sight, and under it, always in
// sight, the verdict.
func (m *Model) View() string {
	foot := m.foot()
	body := m.bodyHeight(foot)
	end := min(m.top+body, len(m.lines))
	lines := ui.Fit(m.lines[min(m.top, end):end], m.textWidth(), body)
	switch {
	case m.verdict != nil && end < len(m.lines):
		foot[len(foot)-1] += m.theme.Muted.Render("  ↓ there is more to read")
	case m.verdict == nil && len(foot) > 0:
		foot[0] = m.theme.Muted.Render(ui.Rest(m.top > 0, end < len(m.lines)))
	}
	return strings.Join(ui.Inset(append(lines, foot...), 2), "\n")
}

func (m *Model) textWidth() int { return min(m.width-4, ui.Measure) }

func (m *Model) bodyHeight(foot []string) int { return max(m.height-len(foot), 1) }

// foot is the verdict, a remark about an answer that is none yet, or the line
// that tells of the rest of the page.
func (m *Model) foot() []string {
	t := m.theme
	switch {
	case m.verdict != nil && m.verdict.Right:
		return []string{"", t.Good.Bold(true).Render(ui.MarkDone + " Right.")}
	case m.skipped:
		return []string{"", t.Muted.Render(ui.MarkPointer + " Not answered.")}
	case m.verdict != nil:
		return []string{"", t.Bad.Bold(true).Render(ui.MarkFail + " Not quite.")}
	case m.note != "":
		lines := ui.Wrap(t.Warn.Render(ui.MarkPointer)+" "+t.Inline(m.note), m.textWidth())
		return append([]string{""}, lines...)
	case len(m.lines) > m.height:
		return []string{""}
	default:
		return nil
	}
}

// layOut draws the page and moves the window so that the cursor is in sight.
// It is called when something changed, so that View only cuts.
func (m *Model) layOut() {
	width := m.textWidth()
	if width <= 0 {
		return
	}
	var first int
	if m.item == nil {
		m.lines, first, m.last = m.summary(width)
	} else {
		m.lines, first, m.last = m.page(m.question(), width)
	}
	body := m.bodyHeight(m.foot())
	switch {
	case m.verdict != nil:
	case m.start:
		m.top = 0
	default:
		m.top = max(min(m.top, first), m.last-body+1)
	}
	m.top = max(min(m.top, len(m.lines)-body), 0)
}

// page draws a question. The cursor's lines count from the page's top; on the
// first option they include the prompt, so that going up shows it again.
func (m *Model) page(q *lessons.Question, width int) (lines []string, first, last int) {
	t := m.theme
	lines = append(lines, "")
	if m.set.Placement != nil && len(m.results) == 0 {
		lines = append(lines, ui.Wrap(t.Muted.Render(placementIntro), width)...)
		lines = append(lines, "")
	}
	lines = append(lines, ui.Wrap(t.Strong.Render(t.Inline(q.Prompt)), width)...)
	lines = append(lines, "")
	if q.Code != "" && q.Type != lessons.FaultyLine && q.Type != lessons.CachedSteps {
		mark := 0
		if q.Type == lessons.Repair {
			mark = q.Line
		}
		lines = append(lines, slices.Concat(t.Listing(q.Code, 1, mark, width)...)...)
		lines = append(lines, "")
	}
	m.own = len(lines)
	if m.skipped {
		lines = append(lines, m.solution(q, width)...)
		return append(lines, m.explanation(q, width)...), 0, 0
	}
	own, first, last := m.item.lines(t, width, m.verdict)
	if first > 0 {
		first += len(lines)
	}
	last += len(lines)
	lines = append(lines, own...)
	return append(lines, m.explanation(q, width)...), first, last
}

// solution draws a right answer to a question that was not answered.
func (m *Model) solution(q *lessons.Question, width int) (lines []string) {
	t := m.theme
	title, code := "A right answer:", false // code is shown as it stands
	switch q.Type {
	case lessons.Order:
		title = "A right order:"
	case lessons.FillIn, lessons.Repair:
		code = true
	case lessons.FaultyLine, lessons.CachedSteps:
		code = true
		lines = append(slices.Concat(t.Listing(q.Code, 1, 0, width)...), "")
	}
	lines = append(lines, t.Muted.Render(title))
	for i, line := range strings.Split(q.Solution(), "\n") {
		mark, text := ui.MarkDone, t.Inline(line)
		switch {
		case q.Type == lessons.Order:
			mark = fmt.Sprint(i + 1)
		case code && (i == 0 || q.Type != lessons.FaultyLine): // the reason is none
			text = ui.Line(line)
		}
		lines = append(lines, ui.Hang("  "+t.Good.Render(mark)+" ", text, width)...)
	}
	return lines
}

// explanation is what the verdict says beyond the options' own remarks.
func (m *Model) explanation(q *lessons.Question, width int) []string {
	if m.verdict == nil {
		return nil
	}
	remarks := m.verdict.Feedback
	if q.Type == lessons.OneChoice || q.Type == lessons.SeveralChoices {
		remarks = []string{q.Explanation} // each option shows its own
	}
	var lines []string
	for _, r := range remarks {
		if r != "" {
			lines = append(lines, "")
			lines = append(lines, ui.Wrap(m.theme.Inline(r), width)...)
		}
	}
	return lines
}
