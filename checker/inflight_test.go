package checker

import (
	"errors"
	"testing"
	"time"
)

// An answer that ends with its connection may be a part of one; what another
// container answers tells.
func TestAnAnswerThatBreaksOffIsNone(t *testing.T) {
	for name, tc := range map[string]struct {
		flight flight
		cutOff bool
	}{
		"whole":                   {flight{answer: Response{Status: 200, Body: "the whole of it", Open: true}}, false},
		"with another number":     {flight{answer: Response{Status: 200, Body: "the whole of 7", Open: true}}, false},
		"nothing but its head":    {flight{answer: Response{Status: 200, Open: true}}, true},
		"its beginning":           {flight{answer: Response{Status: 200, Body: "the", Open: true}}, true},
		"short, and said to be":   {flight{answer: Response{Status: 200, Body: "the"}}, false},
		"an error of the service": {flight{answer: Response{Status: 503, Body: "the whole of it"}}, true},
		"no answer":               {flight{err: errors.New("reset")}, true},
	} {
		eng := &scripted{start: func(_ RunRequest, a *actor) { a.body = "the whole of it" }}
		ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
		if err := tc.flight.compare(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
		ev.wg.Wait()
		if got := tc.flight.cutOff(); got != tc.cutOff {
			t.Errorf("%s: cut off: %t (%s)", name, got, tc.flight.outcome())
		}
	}
}

func TestAnAnswerIsNotWholeBecauseNoneIsThereToCompare(t *testing.T) {
	eng := &scripted{start: func(_ RunRequest, a *actor) {
		a.do = func(path string) (Response, error) {
			if path == "/slow" {
				return Response{}, errSilent
			}
			return Response{Status: 200}, nil
		}
	}}
	ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
	f := flight{path: "/slow", answer: Response{Status: 200, Open: true}}
	err := f.compare(t.Context(), ev)
	ev.wg.Wait()
	var environment *EnvironmentError
	if !errors.As(err, &environment) {
		t.Errorf("got %v, want an EnvironmentError", err)
	}
}

// One connection can be lost with the answer on it, on the way between a sound
// service and the grader.
func TestAnAnswerToCompareWithIsAskedForAgain(t *testing.T) {
	asked := 0
	eng := &scripted{start: func(_ RunRequest, a *actor) {
		a.do = func(path string) (Response, error) {
			if path != "/slow" {
				return Response{Status: 200}, nil
			}
			if asked++; asked == 1 {
				return Response{}, errSilent
			}
			return Response{Status: 200, Body: "the whole of it"}, nil
		}
	}}
	ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
	f := flight{path: "/slow", answer: Response{Status: 200, Open: true}}
	err := f.compare(t.Context(), ev)
	ev.wg.Wait()
	if err != nil || !f.short {
		t.Errorf("got %v, short: %t; want the part to be told from the whole", err, f.short)
	}
}

func TestOnlyACutThatCameLateIsInDoubt(t *testing.T) {
	for took, want := range map[time.Duration]bool{slowRequest / 2: false, slowRequest: true} {
		if f := (&flight{short: true, took: took}); f.doubtful() != want {
			t.Errorf("after %s it is in doubt: %t", took, !want)
		}
	}
}

func TestAnAnswerBeforeTheSignalTellsNothing(t *testing.T) {
	asked := time.Now()
	for ended, want := range map[time.Duration]bool{-time.Second: true, signalTime / 2: true, 2 * signalTime: false} {
		s := &stop{asked: asked, grace: time.Minute, flight: &flight{began: asked, took: ended, answer: Response{Status: 200}}}
		if s.doubtful() != want {
			t.Errorf("answered %s after the engine was told: in doubt: %t", ended, !want)
		}
	}
}
