package claim

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"shipshape/checker"
)

const (
	healthy = "healthy"
	// ownTimeout and ownRetries are the engine's where an image states none.
	ownTimeout = 30 * time.Second
	ownRetries = 3
	// mostTimeout bounds how long one run of a test may take here.
	mostTimeout = 5 * time.Second
	// quickly is the interval at which a test is run that must say healthy;
	// slowly that of one that must say unhealthy: by the time of its last try
	// the service must have started.
	quickly = 300 * time.Millisecond
	slowly  = time.Second
	// healthTime is how long a service may take to be called healthy.
	healthTime = 30 * time.Second
)

// healthTest is an image's own test, at the timings of a proof.
type healthTest struct {
	// timing is nil where the image has no test.
	timing *checker.HealthTiming
	// patience is how long to wait for what it says.
	patience time.Duration
}

// testOf reads an image's health test.
func testOf(ctx context.Context, eng checker.Engine, ref, wanted string) (healthTest, error) {
	image, err := eng.Image(ctx, ref)
	if err != nil || len(image.HealthTest) == 0 {
		return healthTest{}, err
	}
	timeout := min(cmp.Or(image.HealthTimeout, ownTimeout), mostTimeout)
	if wanted == healthy {
		return healthTest{&checker.HealthTiming{Interval: quickly, Timeout: timeout, Retries: 1}, healthTime}, nil
	}
	retries := cmp.Or(image.HealthRetries, ownRetries)
	return healthTest{
		timing:   &checker.HealthTiming{Interval: slowly, Timeout: timeout, Retries: max(retries, ownRetries)},
		patience: time.Duration(max(retries, ownRetries)+1)*(slowly+timeout) + time.Second,
	}, nil
}

// becomes waits until the health test says what is claimed.
func (c Container) becomes(ctx context.Context, r checker.Container, test healthTest) ([]Miss, error) {
	state, done, err := checker.Watch(ctx, r, test.patience, func(s checker.State) (bool, error) {
		return !s.Running || s.Health == c.Health, nil
	})
	if err != nil {
		return nil, err
	}
	log, err := r.Logs(ctx, logLimit)
	if err != nil {
		return nil, err
	}
	expected := "its health test says " + c.Health
	switch {
	case !state.Running:
		return []Miss{{expected, endedWith(state) + ", and says " + shown(log)}}, nil
	case !done:
		return []Miss{{expected, fmt.Sprintf("after %s it says %s: %s; the container says %s",
			test.patience, state.Health, shown(state.HealthLog), shown(log))}}, nil
	}
	return c.Text.misses("the health test or the container", state.HealthLog, log)
}
