package exercise

import (
	"fmt"
	"time"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker"
	"shipshape/tui/ui"
)

// roomy is the height, in cells, from which an excerpt shows more of the file.
const roomy = 24

// card is the evidence for the check at the cursor.
func (m *Model) card(width int) []string {
	t := m.theme
	row, ok := m.checks.selected()
	if !ok {
		return nil
	}
	if row.result == nil {
		return m.pending(row, width)
	}
	r := row.result
	var lines []string
	if m.detail || r.Status != checker.StatusPass && r.Status != checker.StatusFail || m.clipped(row, width) {
		lines = m.verdictLine(r, width)
	}
	fact := func(name, text string) {
		if text != "" {
			lead := t.Muted.Render(fmt.Sprintf("%-9s", name)) + " "
			lines = append(lines, ui.Hang(lead, t.Inline(text), width)...)
		}
	}
	fact("expected", r.Expected)
	fact("observed", r.Observed)
	if r.Status != checker.StatusPass {
		fact("why", r.Why)
	}
	fact("to do", r.Remedy)
	if r.DockerfileLine > 0 {
		around := 2
		if m.height < roomy {
			around = 1
		}
		if excerpt := t.Excerpt(m.source, r.DockerfileLine, around, width); excerpt != nil {
			lines = append(lines, "")
			lines = append(lines, excerpt...)
		} else {
			fact("where", fmt.Sprintf("Dockerfile, line %d", r.DockerfileLine))
		}
	}
	if title := m.deps.Lesson(r.Lesson); title != "" && r.Status != checker.StatusPass {
		lines = append(lines, "")
		lines = append(lines, ui.Hang(t.Accent.Render("l")+t.Muted.Render(" reads "), ui.Line(title), width)...)
	}
	return lines
}

// clipped says whether the list shows less than the whole title, so that the
// card must.
func (m *Model) clipped(row checkRow, width int) bool {
	title := ui.Plain(m.theme.Inline(row.title))
	return ansi.StringWidth(title)+ansi.StringWidth(m.checkNote(row))+6 > width
}

func (m *Model) verdictLine(r *checker.Result, width int) []string {
	t := m.theme
	style, word := t.Muted, "not graded yet"
	switch r.Status {
	case checker.StatusPass:
		style, word = t.Good, "passed"
	case checker.StatusFail:
		style, word = t.Bad, "failed"
	case checker.StatusSkip:
		style, word = t.Muted, "skipped: a check that it needs did not pass"
	case checker.StatusError:
		style, word = t.Warn, "could not be graded: not your doing"
	case checker.StatusAdvice:
		style, word = t.Accent, "advice"
	}
	return ui.Hang(t.Mark(r.Status)+" ", t.Strong.Render(ui.Plain(t.Inline(r.Title)))+style.Render(" · "+word), width)
}

func (m *Model) pending(row checkRow, width int) []string {
	t := m.theme
	lines := ui.Wrap(t.Strong.Render(ui.Plain(t.Inline(row.title))), width)
	switch {
	case row.id == m.checks.running:
		return append(lines, t.Muted.Render("Gathering the evidence …"))
	case m.run != nil:
		return append(lines, t.Muted.Render("Its turn comes."))
	case m.report != nil:
		return append(lines, ui.Wrap(t.Muted.Render("A review without an engine gives no verdict on this."), width)...)
	case m.state == absent:
		return append(lines, ui.Wrap(t.Muted.Render("Press s to get the project, then c to check it."), width)...)
	default:
		return append(lines, t.Muted.Render("Not checked yet: press c."))
	}
}

// outcome sums the grade up in a line.
func (m *Model) outcome() string {
	t := m.theme
	switch {
	case m.run != nil && m.run.stopping:
		return t.Spinner(m.run.ticks) + t.Warn.Render(" Stopping: removing what the check made …")
	case m.run != nil:
		word := " Checking … "
		if m.run.way == toReview {
			word = " Reviewing … "
		}
		return t.Spinner(m.run.ticks) + word + t.Muted.Render(seconds(m.run.now.Sub(m.run.began)))
	case m.report == nil:
		return ""
	}
	score := fmt.Sprintf("%d of %s", m.report.Points, points(m.report.MaxPoints))
	took := t.Muted.Render(" · " + seconds(time.Duration(m.report.DurationMS)*time.Millisecond))
	switch m.report.Outcome {
	case checker.OutcomePassed:
		return t.Good.Bold(true).Render(ui.MarkDone+" Passed") + " · " + score + took
	case checker.OutcomeFailed:
		return t.Bad.Bold(true).Render(ui.MarkFail+" Not there yet") + " · " + score + took
	case checker.OutcomeUngradable:
		return t.Warn.Bold(true).Render(ui.MarkError+" Could not be graded") + t.Muted.Render(" · press r for a review without an engine")
	default:
		return t.Accent.Bold(true).Render(ui.MarkAdvice+" Reviewed") + t.Muted.Render(" · only an engine can tell whether it passes")
	}
}

func points(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// seconds shows a duration as learners compare it: 0.4 s, 12.1 s.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
