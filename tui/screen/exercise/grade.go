package exercise

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"shipshape/checker"
	"shipshape/tui/route"
)

// gather is how long events are collected before they are shown together:
// three frames at 60 a second.
const gather = 50 * time.Millisecond

// sourceLimit is how much of a Dockerfile is read for excerpts, in bytes.
const sourceLimit = 256 << 10

// run is a grade, or a review, under way.
type run struct {
	id       int
	cancel   context.CancelFunc
	feed     *feed
	outcome  chan gradedMsg // holds the end of the grade
	way      way
	stopping bool
	began    time.Time
	now      time.Time
	ticks    int
}

// way is how a workspace is looked at.
type way int

const (
	// toGrade takes the stored verdict on what has not changed.
	toGrade way = iota
	// toGradeAgain does not.
	toGradeAgain
	// toReview reads the text, without an engine.
	toReview
)

type feedMsg struct {
	slug   string
	run    int
	events []checker.Event
}

type tickMsg struct {
	slug string
	run  int
	now  time.Time
}

type gradedMsg struct {
	slug   string
	run    int
	report *checker.Report
	source string
	// rest are the events that the screen was not told of yet.
	rest []checker.Event
	err  error
}

// check grades the workspace or, without an engine, reviews it.
func (m *Model) check(how way) tea.Cmd {
	switch {
	case m.state != present:
		return route.Send(route.Notice{Text: "There is no project yet. Press s to get it, to " + m.place + "."})
	case how == toReview && m.deps.Review == nil:
		return route.Send(route.Notice{Text: "A review is not to be had here."})
	}
	ctx, cancel := context.WithCancel(m.deps.Context)
	m.runs++
	now := time.Now()
	m.run = &run{id: m.runs, cancel: cancel, feed: newFeed(), outcome: make(chan gradedMsg, 1), way: how, began: now, now: now}
	m.checks = newCheckList(m.exercise.Checks)
	m.build = buildLog{}
	m.report = nil
	m.tops[tabChecks], m.tops[tabBuild], m.held = 0, 0, false
	m.tab, m.detail = tabChecks, false
	return tea.Batch(m.look(ctx), m.listen(), m.wait())
}

// look grades or reviews, to the end. Its outcome reaches the screen through
// listen, behind all events.
func (m *Model) look(ctx context.Context) tea.Cmd {
	e, deps, dir, name, r := m.exercise, m.deps, m.dir, m.exercise.DockerfileName(), m.run
	id, f, outcome, cancel, how := r.id, r.feed, r.outcome, r.cancel, r.way
	return func() tea.Msg {
		defer cancel()
		msg := gradedMsg{slug: e.Slug, run: id, source: readSource(dir, name)}
		if how == toReview {
			msg.report, msg.err = deps.Review(ctx, e, dir)
		} else {
			msg.report, msg.err = deps.Grade(ctx, e, dir, how == toGradeAgain, f.observe)
		}
		outcome <- msg
		return nil
	}
}

// readSource reads the Dockerfile for excerpts. Without it there are none: the
// grade itself says what is wrong with the file.
func readSource(dir, name string) string {
	src, err := checker.ReadIn(dir, name, sourceLimit)
	if err != nil {
		return ""
	}
	return string(src)
}

// listen waits for the next events, or for the end. Only one listen is under
// way at a time, so that what it brings stays in order.
func (m *Model) listen() tea.Cmd {
	slug, id, f, outcome := m.exercise.Slug, m.run.id, m.run.feed, m.run.outcome
	return func() tea.Msg {
		select {
		case <-f.wake:
			time.Sleep(gather)
			return feedMsg{slug: slug, run: id, events: f.take()}
		case msg := <-outcome:
			msg.rest = f.take()
			return msg
		}
	}
}

// wait asks for the next step of the clock and the spinner.
func (m *Model) wait() tea.Cmd {
	slug, id := m.exercise.Slug, m.run.id
	return tea.Tick(120*time.Millisecond, func(t time.Time) tea.Msg {
		return tickMsg{slug: slug, run: id, now: t}
	})
}

// current says whether a message belongs to the run under way.
func (m *Model) current(slug string, id int) bool {
	return m.run != nil && slug == m.exercise.Slug && id == m.run.id
}

func (m *Model) fed(msg feedMsg) tea.Cmd {
	if !m.current(msg.slug, msg.run) {
		return nil
	}
	m.apply(msg.events, m.run.now)
	return m.listen()
}

// apply takes events over that came at about that time.
func (m *Model) apply(events []checker.Event, now time.Time) {
	for _, ev := range events {
		switch ev := ev.(type) {
		case checker.StepChanged:
			m.build.add(ev, now)
		case checker.CheckStarted:
			m.checks.start(ev)
		case checker.CheckDone:
			m.checks.finish(ev.Result)
		}
	}
}

func (m *Model) tick(msg tickMsg) tea.Cmd {
	if !m.current(msg.slug, msg.run) {
		return nil
	}
	m.run.now = msg.now
	m.run.ticks++
	return m.wait()
}

// graded ends the run: everything it made on the engine is gone by now.
func (m *Model) graded(msg gradedMsg) tea.Cmd {
	if !m.current(msg.slug, msg.run) {
		return nil
	}
	was := m.run
	m.run = nil
	m.apply(msg.rest, was.now)
	m.checks.running = ""
	m.source = msg.source
	switch {
	case was.stopping || errors.Is(msg.err, context.Canceled):
		return route.Send(route.Notice{Text: "The check is cancelled, and what it made is removed."})
	case msg.err != nil:
		return route.Send(route.Failed{Err: m.ungraded(msg.err)})
	case msg.report == nil:
		return nil
	}
	m.report = msg.report
	m.checks.settle(msg.report.Checks, was.way == toReview)
	if was.way == toReview {
		return nil
	}
	m.passed = m.passed || msg.report.Outcome == checker.OutcomePassed
	if msg.report.Stored {
		return route.Send(route.Notice{Text: fmt.Sprintf("Nothing has changed since %s: this is that verdict. %s checks again.",
			msg.report.GradedAt.Local().Format("15:04 on 2 January"), m.keys.checkAgain.Help().Key)})
	}
	return route.Send(route.Attempted{Exercise: m.exercise.Slug, Report: msg.report})
}

// ungraded is what to tell of a check that did not come about. What is wrong
// with the surroundings is told with its remedy, and with what can be done all
// the same.
func (m *Model) ungraded(err error) error {
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) {
		return fmt.Errorf("check %s: %w", m.exercise.Slug, err)
	}
	// What can be done at once stands first: a small screen cuts the rest.
	return fmt.Errorf("not graded, but %s reviews it without an engine: %s. %s",
		m.keys.review.Help().Key, environment.Problem, strings.TrimSuffix(environment.Remedy, "."))
}
