package checker

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// sharing are the containers of a grade by what they are for, in the order in which
// they were started and removed.
type sharing struct {
	mu     sync.Mutex
	events []string
}

func (s *sharing) note(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
}

// grade grades a service that answers at once and is healthy, and tells of its
// containers.
func (s *sharing) grade(t *testing.T, image Image, specs ...Spec) *Report {
	eng := &scripted{image: image, start: func(req RunRequest, a *actor) {
		name := "the service"
		switch {
		case req.Health != nil && len(req.Env) > 0:
			name = "the one that lacks something"
		case req.Health != nil:
			name = "the tested one"
		case req.Port == 0:
			name = "a test alone"
			a.state = State{ExitCode: 1}
		}
		s.note(name + " starts")
		if req.Port > 0 {
			probed{takes: 1, notices: "/break"}.play(req, a)
			answer := a.do
			a.do = func(path string) (Response, error) {
				r, err := answer(path)
				r.Body = a.body
				return r, err
			}
		}
		a.remove = func() error {
			s.note(name + " goes")
			return nil
		}
	}}
	var report *Report
	sub := submission(t, specs...)
	synctest.Test(t, func(t *testing.T) {
		var err error
		if report, err = Grade(t.Context(), eng, sub, Options{Observe: func(e Event) {
			if done, ok := e.(CheckDone); ok {
				s.note(done.Result.ID + " ends")
			}
		}}); err != nil {
			t.Fatal(err)
		}
	})
	return report
}

// inOrder fails the test where the events do not come in that order.
func (s *sharing) inOrder(t *testing.T, want ...string) {
	t.Helper()
	at := -1
	for _, event := range want {
		next := slices.Index(s.events, event)
		if next <= at {
			t.Errorf("%q comes at %d of %q, want the order %q", event, next, s.events, want)
		}
		at = next
	}
}

func TestWhatTakesLongestGoesFirstAndSideBySide(t *testing.T) {
	asks := Image{HealthTest: []string{"CMD", "ask"}}
	serves := Spec{ID: "serves", Serves: &Serves{}}
	well := Spec{ID: "well", Health: &Health{}}

	var s sharing
	if report := s.grade(t, asks, serves, well); report.Outcome != OutcomePassed {
		t.Errorf("it %s", report.Outcome)
	}
	s.inOrder(t, "the tested one starts", "the service starts", "serves ends", "the service goes", "well ends")

	// Nobody waits for a test that the image has not got.
	s = sharing{}
	report := s.grade(t, Image{}, serves, well)
	if report.Checks[0].Status != StatusPass || report.Checks[1].Status != StatusFail {
		t.Errorf("without a test it serves: %s, and is well: %s", report.Checks[0].Status, report.Checks[1].Status)
	}

	s = sharing{}
	lacking := Spec{ID: "lacking", Health: &Health{Dependency: &Dependency{Env: []string{"STORE=away"}}}}
	if report := s.grade(t, asks, lacking); report.Outcome != OutcomePassed {
		t.Errorf("what notices what it lacks %s", report.Outcome)
	}
	s.inOrder(t, "the tested one starts", "the one that lacks something starts", "the tested one goes", "lacking ends")
}
