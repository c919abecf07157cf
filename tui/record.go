package tui

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"shipshape/lessons/progress"
	"shipshape/tui/route"
)

// firstFrame is how long the record waits for the first frame to be drawn:
// opening a database would take the processor from it.
const firstFrame = 2 * time.Second / frameRate

// record is how the root stands with the learner's record.
type record struct {
	recorder Recorder
	// summary is what the record came to when it was last read; nil before.
	summary *progress.Summary
	opening bool
	writing int // under way
	waiting []write
	closing bool
}

// write is one note for the record.
type write func(context.Context, Recorder) error

// busy says whether something is still to be written.
func (r *record) busy() bool { return r.opening || r.writing > 0 }

type recordMsg struct {
	recorder Recorder
	summary  *progress.Summary
	err      error
}

// writtenMsg tells that a note is written, with what the record comes to then.
type writtenMsg struct {
	summary *progress.Summary
	err     error
}

// openRecord opens the record and reads what the learner has done.
func (m *root) openRecord() tea.Cmd {
	open := m.options.Record
	if open == nil {
		return nil
	}
	m.record.opening = true
	return func() tea.Msg {
		time.Sleep(firstFrame)
		ctx := context.Background()
		r, err := open(ctx)
		if err != nil {
			return recordMsg{err: fmt.Errorf("your progress is not kept: %w", err)}
		}
		s, err := readRecord(ctx, r)
		return recordMsg{recorder: r, summary: s, err: err}
	}
}

func readRecord(ctx context.Context, r Recorder) (*progress.Summary, error) {
	s, err := r.Summary(ctx)
	if err != nil {
		return nil, fmt.Errorf("read your progress: %w", err)
	}
	return s, nil
}

// recorded handles what concerns the record.
func (m *root) recorded(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case recordMsg:
		return m.opened(msg)
	case writtenMsg:
		m.record.writing--
		return tea.Batch(m.progressed(msg.summary, msg.err), m.writeNext())
	case route.Read:
		return m.note(func(ctx context.Context, r Recorder) error { return r.MarkRead(ctx, msg.Lesson) })
	case route.HintShown:
		return m.note(func(ctx context.Context, r Recorder) error { return r.Hint(ctx, msg.Exercise, msg.Level) })
	case route.Answered:
		a := progress.Answered{Lesson: msg.Lesson, Question: msg.Question, Right: msg.Right, Placed: msg.Placed, At: time.Now()}
		return m.note(func(ctx context.Context, r Recorder) error { return r.Answer(ctx, a) })
	case route.Attempted:
		at := time.Now()
		return m.note(func(ctx context.Context, r Recorder) error { return attempt(ctx, r, msg, at) })
	}
	return nil
}

func (m *root) opened(msg recordMsg) tea.Cmd {
	m.record.opening = false
	m.record.recorder = msg.recorder
	cmds := []tea.Cmd{m.progressed(msg.summary, msg.err), m.writeNext()}
	if msg.recorder != nil {
		if notices := msg.recorder.Notices(); len(notices) > 0 {
			cmds = append(cmds, route.Send(route.Notice{Text: strings.Join(notices, "\n")}))
		}
	}
	return tea.Batch(cmds...)
}

func (m *root) progressed(s *progress.Summary, err error) tea.Cmd {
	if err != nil {
		return route.Send(route.Failed{Err: err})
	}
	if s != nil {
		m.record.summary = s
	}
	return m.tellProgress()
}

// tellProgress tells the screens what the record comes to for the course, once
// both are there.
func (m *root) tellProgress() tea.Cmd {
	c, s := m.options.Course, m.record.summary
	if c == nil || s == nil {
		return nil
	}
	renamed := m.options.Catalog.Renamed()
	return func() tea.Msg {
		own, err := s.For(c, renamed)
		if err != nil {
			return route.Failed{Err: fmt.Errorf("read your progress: %w", err)}
		}
		return route.Progress{Summary: own, Due: own.Due(c, time.Now())}
	}
}

// note writes to the record: one note after another, in the order in which
// they came, as soon as the record is open.
func (m *root) note(w write) tea.Cmd {
	if m.record.closing || !m.record.opening && m.record.recorder == nil {
		return nil
	}
	m.record.waiting = append(m.record.waiting, w)
	return m.writeNext()
}

func (m *root) writeNext() tea.Cmd {
	r := m.record.recorder
	if r == nil || m.record.writing > 0 || len(m.record.waiting) == 0 {
		return nil
	}
	w := m.record.waiting[0]
	m.record.waiting = m.record.waiting[1:]
	m.record.writing++
	return func() tea.Msg {
		ctx := context.Background()
		if err := w(ctx, r); err != nil {
			return writtenMsg{err: fmt.Errorf("note it in your record: %w", err)}
		}
		s, err := readRecord(ctx, r)
		return writtenMsg{summary: s, err: err}
	}
}

func attempt(ctx context.Context, r Recorder, a route.Attempted, at time.Time) error {
	report, err := json.Marshal(a.Report)
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	return r.Attempt(ctx, progress.Attempted{
		Exercise:  a.Exercise,
		Outcome:   string(a.Report.Outcome),
		Points:    a.Report.Points,
		MaxPoints: a.Report.MaxPoints,
		Report:    report,
		At:        at,
	})
}

// closeRecord closes the record, once, and ends the program.
func (m *root) closeRecord() tea.Cmd {
	if m.record.closing {
		return nil
	}
	m.record.closing = true
	r := m.record.recorder
	return func() tea.Msg {
		if r != nil {
			_ = r.Close() // all is written: there is nothing left to lose, and nobody to tell
		}
		return tea.QuitMsg{}
	}
}
