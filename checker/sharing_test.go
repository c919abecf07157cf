package checker

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sharing is what becomes of the containers of a grade, by what they are for.
type sharing struct {
	mu     sync.Mutex
	events []string
	at     map[string]time.Time
}

func (s *sharing) note(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		s.at = make(map[string]time.Time)
	}
	s.events, s.at[event] = append(s.events, event), time.Now()
}

// startTime is how long a container takes to start there.
const startTime = 200 * time.Millisecond

// named is what a container is for.
func named(req RunRequest) string {
	switch {
	case req.Health != nil && len(req.Env) > 0:
		return "the one that lacks something"
	case req.Health != nil:
		return "the tested one"
	case req.Port == 0:
		return "a test alone"
	}
	return "the service"
}

// grade grades a service that answers at once and is healthy, and tells of its
// containers.
func (s *sharing) grade(t *testing.T, image Image, specs ...Spec) *Report {
	eng := &scripted{image: image, startErr: func(req RunRequest) error {
		s.note(named(req) + " is asked for")
		time.Sleep(startTime)
		return nil
	}, start: func(req RunRequest, a *actor) {
		name := named(req)
		s.note(name + " starts")
		if req.Port == 0 {
			a.state = State{ExitCode: 1}
		} else {
			probed{takes: 1, notices: "/break"}.play(req, a)
			stop := a.signal
			a.signal = func(signal string) {
				s.note(name + " hangs")
				stop(signal)
			}
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
	s.inOrder(t, "the tested one starts", "the service is asked for", "serves ends", "the service goes", "well ends")

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
	s.inOrder(t, "the tested one hangs", "the tested one goes", "lacking ends")
	if later := s.at["the one that lacks something is asked for"].Sub(s.at["the tested one hangs"]); later >= answerTimeout {
		t.Errorf("the one that lacks something is asked for %s after the other one hung", later)
	}
}
