package checker

import (
	"context"
	"time"
)

// Pauses between two tries of a poll: short at first, so that a quick service
// costs little, then longer, so that a slow one is not disturbed.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = 100 * time.Millisecond
)

// poll calls try at once and then with growing pauses, until it reports done or
// an error, or until limit has passed: then it returns false.
func poll(ctx context.Context, limit time.Duration, try func() (done bool, err error)) (bool, error) {
	deadline := time.Now().Add(limit)
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		done, err := try()
		if done || err != nil {
			return done, err
		}
		if time.Now().Add(pause).After(deadline) {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}
