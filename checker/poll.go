package checker

import (
	"context"
	"time"
)

// Pauses between two tries of a poll: short at first, so that a quick service
// costs little, then longer, so that a slow one is not disturbed. Between the two
// ends a pause is the pausePart-th part of what has passed, so that what ends
// meanwhile is seen that much later at most.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = 100 * time.Millisecond
	pausePart  = 8
)

// poll calls try at once and then with growing pauses, until it reports done or
// an error, or until limit has passed: then it returns false.
func poll(ctx context.Context, limit time.Duration, try func() (done bool, err error)) (bool, error) {
	return pollWithin(ctx, func() time.Duration { return limit }, try)
}

// pollWithin is poll with a limit that may change while it runs.
func pollWithin(ctx context.Context, limit func() time.Duration, try func() (done bool, err error)) (bool, error) {
	began := time.Now()
	for {
		done, err := try()
		if done || err != nil {
			return done, err
		}
		passed := time.Since(began)
		pause := min(max(passed/pausePart, firstPause), lastPause)
		if passed+pause > limit() {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// Watch polls a container's state, and hands each to try, which reports done or
// an error. It gives up after limit, and after longer where the engine is slow
// to tell the state: see pace. The state returned is the last one seen; done is
// false when the time was up.
func Watch(ctx context.Context, c Container, limit time.Duration, try func(State) (done bool, err error)) (State, bool, error) {
	var (
		p     pace
		state State
	)
	done, err := pollWithin(ctx, func() time.Duration { return p.stretch(limit) }, func() (bool, error) {
		asked := time.Now()
		var err error
		if state, err = c.State(ctx); err != nil {
			return false, err
		}
		p.note(time.Since(asked))
		return try(state)
	})
	return state, done, err
}
