package engine

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	control "github.com/moby/buildkit/api/services/control"
	"google.golang.org/protobuf/types/known/timestamppb"

	"shipshape/checker"
	"shipshape/checker/inert"
)

const (
	// stepLog is how much of a step's output is kept, in bytes.
	stepLog = 64 << 10
	// tellEvery is the shortest time between two reports of a step's growing
	// output: a step may print faster than anybody can read.
	tellEvery = 100 * time.Millisecond
)

// trace gathers BuildKit's status messages into steps.
type trace struct {
	lineOf func(name string) int
	onStep func(checker.Step)
	// heard, when set, gets all output as it comes.
	heard io.Writer

	// mu is held also while onStep runs, so that it runs once at a time.
	mu       sync.Mutex
	steps    []*vertex
	byDigest map[string]*vertex
	// late tells of output that came too soon after a report; nil when there
	// is none.
	late *time.Timer
}

// vertex is a step in the making.
type vertex struct {
	step               checker.Step
	log                tail
	started, completed time.Time
	told               time.Time
	// untold says that output came since.
	untold bool
}

func newTrace(lineOf func(string) int, onStep func(checker.Step)) *trace {
	return &trace{lineOf: lineOf, onStep: onStep, byDigest: make(map[string]*vertex)}
}

// hear passes on the names of the steps that begin and all that they print.
func (t *trace) hear(w io.Writer) { t.heard = w }

// add takes the aux value of one message: a StatusResponse as protobuf, in
// base64, in JSON.
func (t *trace) add(aux json.RawMessage) error {
	var raw []byte
	if err := json.Unmarshal(aux, &raw); err != nil {
		return fmt.Errorf("decode the build's trace: %w", err)
	}
	var status control.StatusResponse
	if err := status.UnmarshalVT(raw); err != nil {
		return fmt.Errorf("decode the build's trace: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, v := range status.GetVertexes() {
		t.vertex(v)
	}
	for _, l := range status.GetLogs() {
		t.output(l)
	}
	return nil
}

func (t *trace) vertex(v *control.Vertex) {
	s := t.byDigest[v.GetDigest()]
	if s == nil {
		name := inert.Line(v.GetName())
		s = &vertex{
			step: checker.Step{Digest: v.GetDigest(), Name: name, Line: t.lineOf(name)},
			log:  tail{limit: stepLog},
		}
		t.byDigest[v.GetDigest()] = s
		t.steps = append(t.steps, s)
		if t.heard != nil {
			fmt.Fprintln(t.heard, name)
		}
	}
	// A vertex may be named several times: by a part of the graph that waits
	// for it and by one that runs it. What was once said stays said.
	s.started = later(s.started, v.GetStarted())
	s.completed = later(s.completed, v.GetCompleted())
	s.step.Cached = s.step.Cached || v.GetCached()
	s.step.Started = !s.started.IsZero()
	s.step.Done = !s.completed.IsZero()
	if v.GetError() != "" {
		s.step.Err = plain(v.GetError())
	}
	t.tell(s)
}

func (t *trace) output(l *control.VertexLog) {
	s := t.byDigest[l.GetVertex()]
	if s == nil {
		return
	}
	_, _ = s.log.Write(l.GetMsg()) // a tail takes everything
	if t.heard != nil {
		_, _ = t.heard.Write(l.GetMsg()) // who listens is no reason to end a build
	}
	s.untold = true
	switch {
	case t.onStep == nil:
	case time.Since(s.told) >= tellEvery:
		t.tell(s)
	case t.late == nil:
		t.late = time.AfterFunc(tellEvery, t.tellLate)
	}
}

// tellLate reports the output that was held back: nothing may follow that would
// carry it along.
func (t *trace) tellLate() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.late == nil {
		return // the build has ended
	}
	t.late = nil
	for _, s := range t.steps {
		if s.untold {
			t.tell(s)
		}
	}
}

func (t *trace) tell(s *vertex) {
	s.told, s.untold = time.Now(), false
	if t.onStep != nil {
		t.onStep(s.now())
	}
}

// now is the step at this moment.
func (s *vertex) now() checker.Step {
	step := s.step
	step.Log = s.log.Text()
	switch {
	case s.started.IsZero():
	case s.completed.IsZero():
		step.Duration = max(0, time.Since(s.started))
	default:
		step.Duration = max(0, s.completed.Sub(s.started))
	}
	return step
}

// result ends the reports and returns the steps.
func (t *trace) result() []checker.Step {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.late != nil {
		t.late.Stop()
		t.late = nil
	}
	steps := make([]checker.Step, len(t.steps))
	for i, s := range t.steps {
		steps[i] = s.now()
	}
	return steps
}

// failed returns the step that the build failed in. Steps that were stopped
// because another one failed have errors too.
func failed(steps []checker.Step) (checker.Step, bool) {
	for _, s := range steps {
		if s.Err != "" && !strings.Contains(s.Err, "context canceled") {
			return s, true
		}
	}
	return checker.Step{}, false
}

func later(known time.Time, said *timestamppb.Timestamp) time.Time {
	if said == nil {
		return known
	}
	return said.AsTime()
}
