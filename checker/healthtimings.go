package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// What the timings of a health test are of use within. The figures are this
// course's own; each verdict gives the reason.
const (
	leastInterval = time.Second
	mostInterval  = 5 * time.Minute
	mostRetries   = 10
	mostStart     = 10 * time.Minute
	// ownRetries is the engine's where an image states none.
	ownRetries = 3
	// mostWeight is how long the shortest of several runs may take: a process
	// that starts, asks once over loopback and ends takes a tenth of it.
	mostWeight = time.Second
	// calmPause is how long a crowded machine is left to itself before it is asked
	// for that again, and calmTries how often it is asked at most. Crowds of
	// grades last for seconds; the pause is longer than five runs, which are all
	// that an engine remembers.
	calmPause = 10 * time.Second
	calmTries = 4
)

// timings judges the test's timings as the engine fills them in.
func (t *healthTested) timings() (healthVerdict, error) {
	interval, timeout := cmp.Or(t.image.HealthInterval, ownInterval), t.ownTimeout()
	retries, start := cmp.Or(t.image.HealthRetries, ownRetries), t.image.HealthStartPeriod
	v := healthVerdict{observed: t.describeTimings()}
	early := start + time.Duration(retries)*interval
	switch {
	case interval < leastInterval:
		v.why = fmt.Sprintf("An interval of %s starts a process that often, day and night. A second is as often as anybody can act on it.", interval)
	case interval > mostInterval:
		v.why = fmt.Sprintf("With an interval of %s and %d retries, a dead service stays in traffic for %s.", interval, retries, time.Duration(retries)*interval)
	case timeout > interval:
		v.why = fmt.Sprintf("A timeout of %s is longer than the interval of %s: a hung service is noticed as late as the timeout allows, and a healthy one answers in milliseconds.", timeout, interval)
	case retries < 1 || retries > mostRetries:
		v.why = fmt.Sprintf("%d retries: one to %d. With more, a dead service stays in traffic for long.", retries, mostRetries)
	case start > mostStart:
		v.why = fmt.Sprintf("During a start period of %s no failure counts: a service that never comes up is not noticed for so long.", start)
	case t.took > t.pace.stretch(early):
		v.why = fmt.Sprintf("It was healthy after %.1f s here, and is called unhealthy after %s: a start period as long as the start takes keeps the first failures from counting.", t.took.Seconds(), early)
	default:
		v.passed = true
		v.observed += fmt.Sprintf(": a hung service is noticed after %s at most", time.Duration(retries)*(interval+timeout))
	}
	return v, nil
}

// describeTimings tells the timings, and which of them are the engine's own.
func (t *healthTested) describeTimings() string {
	told := func(name string, declared bool, value any) string {
		if !declared {
			return fmt.Sprintf("%s %v (the engine's)", name, value)
		}
		return fmt.Sprintf("%s %v", name, value)
	}
	return strings.Join([]string{
		told("interval", t.image.HealthInterval > 0, cmp.Or(t.image.HealthInterval, ownInterval)),
		told("timeout", t.image.HealthTimeout > 0, t.ownTimeout()),
		told("start period", t.image.HealthStartPeriod > 0, t.image.HealthStartPeriod),
		told("retries", t.image.HealthRetries > 0, cmp.Or(t.image.HealthRetries, ownRetries)),
	}, ", ")
}

// light judges how long the shortest run of the test takes. Where those that
// were seen by the way took long, it looks at more, in a container of its own: a
// busy machine makes some long, but not each.
func (t *healthTested) light(ctx context.Context, ev *evidence) (healthVerdict, error) {
	least := shortest(t.runs)
	if len(t.runs) == 0 || least > mostWeight {
		var err error
		if least, err = t.weigh(ctx, ev); err != nil {
			return healthVerdict{}, err
		}
	}
	v := healthVerdict{passed: least <= mostWeight, observed: fmt.Sprintf("one run of the test takes %.2f s", least.Seconds())}
	if !v.passed {
		v.why = "The engine starts the test again and again for as long as the service lives, in each of its containers, and on the service's own processors. Let it ask for little, and leave thorough tests to others."
	}
	return v, nil
}

// weigh returns the shortest of several runs of the test. A crowded machine gets
// time to become quieter; it is an EnvironmentError where it stays so crowded that
// the time says nothing of the test.
func (t *healthTested) weigh(ctx context.Context, ev *evidence) (time.Duration, error) {
	s, err := ev.launch(ctx, ev.healthRequest(t.image, max(t.timeout, slowTimeout)))
	if err != nil {
		return 0, err
	}
	defer ev.discard(s.container)
	if !s.answered {
		return 0, errors.New("the service did not answer a second time: " + s.problem(ev.sub.Assignment.Service.Port))
	}
	for try := 1; ; try++ {
		runs, err := t.sample(ctx, s.container, new(healthRuns), mostWeight)
		if err != nil {
			return 0, err
		}
		least := shortest(runs)
		if len(runs) > 0 && least <= mostWeight {
			return least, nil
		}
		crowding, blamed, err := crowdedFor(ctx, s, least, mostWeight)
		switch {
		case err != nil:
			return 0, err
		case blamed && try == calmTries:
			return 0, tooBusy(crowding)
		case !blamed && len(runs) == 0:
			return 0, errors.New("no run of the health test succeeded in a second container")
		case !blamed:
			return least, nil
		}
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-time.After(calmPause):
		}
	}
}

// crowdedFor tells how crowded the machine is, and whether that is to blame where
// a run of the test took longer than limit: then its time says nothing of the test.
func crowdedFor(ctx context.Context, s *service, took, limit time.Duration) (crowding float64, blamed bool, err error) {
	crowding, err = s.tools.mostCrowded(ctx)
	return crowding, err == nil && crowding >= crowded && float64(took) <= float64(limit)*crowding, err
}

// tooCrowded returns an EnvironmentError where the machine is to blame for a run
// that took longer than limit.
func tooCrowded(ctx context.Context, s *service, took, limit time.Duration) error {
	crowding, blamed, err := crowdedFor(ctx, s, took, limit)
	if err != nil || !blamed {
		return err
	}
	return tooBusy(crowding)
}

func tooBusy(crowding float64) error {
	return &EnvironmentError{
		Problem: fmt.Sprintf("the machine is too busy to time the health test: everything takes %.0f times longer than alone", crowding),
		Remedy:  "Grade again when the engine has less to do.",
	}
}
