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
	told    int // of its notices
	late    []string
}

// write is one note for the record.
type write func(context.Context, Recorder) error

// busy says whether something is still to be written.
func (r *record) busy() bool { return r.opening || r.writing > 0 }

type recordMsg struct {
	recorder Recorder
	reading
}

// writtenMsg tells that a note is written.
type writtenMsg struct{ reading }

// reading is what the record came to, and all that it has had to tell by then:
// damage shows when something is read or written, not only at the start.
type reading struct {
	summary *progress.Summary
	notices []string
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
			return recordMsg{reading: reading{err: fmt.Errorf("your progress is not kept: %w", err)}}
		}
		return recordMsg{recorder: r, reading: readRecord(ctx, r)}
	}
}

func readRecord(ctx context.Context, r Recorder) reading {
	s, err := r.Summary(ctx)
	if err != nil {
		err = fmt.Errorf("read your progress: %w", err)
	}
	return reading{summary: s, notices: r.Notices(), err: err}
}

// recorded handles what concerns the record.
func (m *root) recorded(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case recordMsg:
		return m.opened(msg)
	case writtenMsg:
		m.record.writing--
		return tea.Batch(m.progressed(msg.reading), m.writeNext())
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
	return tea.Batch(m.progressed(msg.reading), m.writeNext())
}

func (m *root) progressed(r reading) tea.Cmd {
	text := strings.Join(r.notices[m.record.told:], "\n")
	m.record.told = len(r.notices)
	if r.err != nil {
		if text != "" {
			// There is room for one message.
			r.err = fmt.Errorf("%s\n%w", text, r.err)
		}
		m.tellLater(r.err.Error())
		return route.Send(route.Failed{Err: r.err})
	}
	m.record.summary = r.summary
	if text == "" {
		return m.tellProgress()
	}
	m.tellLater(text)
	return tea.Batch(m.tellProgress(), route.Send(route.Notice{Text: text}))
}

// tellLater keeps what comes too late to be read on a screen that is about to
// close.
func (m *root) tellLater(text string) {
	if m.leaving {
		m.record.late = append(m.record.late, text)
	}
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
			return writtenMsg{reading{notices: r.Notices(), err: fmt.Errorf("note it in your record: %w", err)}}
		}
		return writtenMsg{readRecord(ctx, r)}
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
