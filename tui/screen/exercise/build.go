package exercise

import (
	"strings"
	"time"

	"shipshape/checker"
	"shipshape/checker/inert"
	"shipshape/tui/ui"
)

// buildLog is what the engine's builds have done so far.
type buildLog struct {
	builds []*build
}

type build struct {
	name  string
	steps []checker.Step
	// moved is when a step last ended: since then the next one runs.
	moved time.Time
}

// add takes a step's newest state over.
func (l *buildLog) add(ev checker.StepChanged, now time.Time) {
	b := l.build(ev.Build)
	if b.moved.IsZero() || ev.Step.Done || ev.Step.Cached {
		b.moved = now
	}
	for i := range b.steps {
		if b.steps[i].Digest == ev.Step.Digest {
			b.steps[i] = ev.Step
			return
		}
	}
	b.steps = append(b.steps, ev.Step)
}

func (l *buildLog) build(name string) *build {
	for _, b := range l.builds {
		if b.name == name {
			return b
		}
	}
	b := &build{name: name}
	l.builds = append(l.builds, b)
	return b
}

// buildLines draws the builds with their steps: cached, or how long they ran.
func (m *Model) buildLines(width int) []string {
	t := m.theme
	if len(m.build.builds) == 0 {
		return ui.Wrap(t.Muted.Render("The build's steps show here when a check runs: which came from the cache, and how long the others took."), width)
	}
	var lines []string
	for i, b := range m.build.builds {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, t.Heading.Render(inert.Line(b.name)))
		lines = append(lines, m.stepsLines(b, width)...)
	}
	return lines
}

// stepsLines draws a build's steps. The builder names all of them beforehand
// and does not tell when one begins: the first that has not ended is taken for
// the one that runs.
func (m *Model) stepsLines(b *build, width int) []string {
	var lines []string
	busy := m.run != nil
	for _, s := range b.steps {
		over := s.Done || s.Cached || s.Err != ""
		if internal(s) {
			continue
		}
		if !over && busy {
			busy = false
			s.Duration = max(s.Duration, m.run.now.Sub(b.moved))
			lines = append(lines, m.runningLines(s, width)...)
			continue
		}
		lines = append(lines, m.stepLines(s, width)...)
	}
	return lines
}

// internal says whether a step is the builder's own housekeeping, of no
// interest unless it failed.
func internal(s checker.Step) bool {
	return s.Err == "" && (strings.HasPrefix(s.Name, "[internal]") || strings.HasPrefix(s.Name, "copy /context"))
}

func (m *Model) stepLines(s checker.Step, width int) []string {
	t := m.theme
	name := ui.Line(s.Name)
	switch {
	case s.Err != "":
		lines := []string{ui.Row(t.Bad.Render(ui.MarkFail)+" "+name, t.Bad.Render("failed"), width)}
		return append(lines, m.output(s, 12, width)...)
	case s.Cached:
		return []string{ui.Row(t.Good.Render(ui.MarkDone)+" "+t.Muted.Render(name), t.Good.Render("cached"), width)}
	case s.Done:
		return []string{ui.Row(t.Good.Render(ui.MarkDone)+" "+name, t.Muted.Render(seconds(s.Duration)), width)}
	}
	return []string{ui.Row(t.Mark("")+" "+t.Muted.Render(name), "", width)}
}

// runningLines draws the step under way with the end of its output.
func (m *Model) runningLines(s checker.Step, width int) []string {
	t := m.theme
	took := t.Muted.Render(seconds(s.Duration))
	lines := []string{ui.Row(t.Spinner(m.run.ticks)+" "+ui.Line(s.Name), took, width)}
	return append(lines, m.output(s, 4, width)...)
}

// output is the end of a step's log, at most that many lines.
func (m *Model) output(s checker.Step, most, width int) []string {
	t := m.theme
	text := strings.TrimRight(s.Log, "\n")
	if s.Err != "" {
		text = strings.TrimLeft(text+"\n"+s.Err, "\n")
	}
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.ReplaceAll(text, "\t", "    "), "\n")
	lines = lines[max(len(lines)-most, 0):]
	for i, l := range lines {
		lines[i] = ui.Clip(t.Faint.Render("  │ ")+t.Muted.Render(l), width)
	}
	return lines
}
