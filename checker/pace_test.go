package checker

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPaceStretchesWithTheEnginesAnswers(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{
		0: time.Second, usualCall: time.Second, 2 * usualCall: 2 * time.Second, 100 * usualCall: mostStretch * time.Second,
	} {
		var p pace
		p.note(took)
		if got := p.stretch(time.Second); got != want {
			t.Errorf("calls of %s stretch a second to %s, want %s", took, got, want)
		}
	}
}

// An engine that was slow for a while counts as slow, also when it is quick again.
func TestTheWorstPaceOfAWatchIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		engine := &actor{now: func() State {
			if calls++; calls > 3 && calls <= 6 {
				time.Sleep(8 * usualCall)
			}
			return State{Running: true}
		}}
		c := &clocked{Container: engine}
		if _, _, err := Watch(t.Context(), c, time.Minute, func(State) (bool, error) { return calls == 30, nil }); err != nil {
			t.Fatal(err)
		}
		if slow, err := c.now.slow(t.Context(), engine); slow || err != nil {
			t.Errorf("in the end the engine is slow: %t, %v; want it quick", slow, err)
		}
		if slow, err := c.worst.slow(t.Context(), engine); !slow || err != nil {
			t.Errorf("the engine was slow: %t, %v; want it remembered", slow, err)
		}
	})
}
