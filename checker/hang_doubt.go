package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// doubtTime is how long a run of the test that was cut off is let go on at
	// least, and doubtFactor how many times as long as its longest good run: the
	// second that tests give an answer, most often, and the start of an interpreter.
	doubtTime   = 1300 * time.Millisecond
	doubtFactor = 6
	// aloneFactor is how many times as long as the same test takes beside it, where no
	// service runs, it is let go on at least: what keeps the one from a processor or
	// the disk keeps the other. The one beside it has a container's start to wait for
	// as well, so that it is the longer of the two.
	aloneFactor = 1.5
	// failureIsLost is what is wrong with a test that is well where nothing runs.
	failureIsLost = "A test whose failure is lost, as by `; exit 0` or `|| true`, keeps a dead service in traffic. Let it end with the exit code of what asks the service."
)

// doubt looks once more, with more time, at a test whose runs are cut off sooner
// here than where its image is used: that it did not end is no "unhealthy" of its
// own. One that asks a service which hangs waits for it; one that was only slow
// ends, and says what it thinks.
type doubt struct {
	cancel context.CancelFunc
	// done is closed when found, err and took, the time of the look, are there.
	done  chan struct{}
	found healthVerdict
	err   error
	took  time.Duration
}

// doubts begins to look at the test in a container whose service hangs, and in
// one where no service runs at all.
func (t *healthTested) doubts(ctx context.Context, ev *evidence, c Container) *doubt {
	return newDoubt(ctx, func(ctx context.Context) (v healthVerdict, err error) {
		var (
			began     = time.Now()
			wellAlone bool
			aloneErr  error
			alone     = make(chan struct{})
		)
		enough, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			defer close(alone)
			wellAlone, aloneErr = t.wellAlone(ctx, ev)
			took := time.Since(began)
			time.AfterFunc(max(t.patience(), asLongAs(took))-took, cancel)
		}()
		wellHung, err := succeedsUntil(ctx, enough, c, t.image.healthCommand())
		<-alone
		err = errors.Join(err, aloneErr)
		switch {
		case wellHung:
			v = t.wellInTime()
		case wellAlone:
			v.observed, v.why = "the test says healthy also where the service does not run at all", failureIsLost
		default:
			v.passed = true
		}
		return v, err
	})
}

// asLongAs is how long a run of the test is let go on at least, beside one that took
// so long where no service runs.
func asLongAs(beside time.Duration) time.Duration {
	return time.Duration(aloneFactor * float64(beside))
}

// newDoubt begins a look at a test.
func newDoubt(ctx context.Context, look func(context.Context) (healthVerdict, error)) *doubt {
	ctx, cancel := context.WithCancel(ctx)
	d := &doubt{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(d.done)
		began := time.Now()
		d.found, d.err = look(ctx)
		d.took = time.Since(began)
	}()
	return d
}

// settled waits for what was found. Where the test itself said that it failed, there
// is no doubt.
func (d *doubt) settled(ctx context.Context, sure healthVerdict, last State) (healthVerdict, error) {
	if !wasCut(last) {
		return sure, nil
	}
	select {
	case <-d.done:
	case <-ctx.Done():
		return sure, context.Cause(ctx)
	}
	if d.err != nil || !d.found.passed {
		return d.found, d.err
	}
	return sure, nil
}

// drop ends the look, whether anybody waited for it or not.
func (d *doubt) drop() {
	d.cancel()
	<-d.done
}

// inCrowd looks again, where the machine is or was crowded while the service hung, at
// a test that said unhealthy: what was silent there, or was cut off, may only have
// waited for a processor. It is not sure where the service answers after all, and
// does not hang.
func (t *healthTested) inCrowd(ctx context.Context, h *hang, was pace, noticed healthVerdict, last State) (_ healthVerdict, sure bool, _ error) {
	c := h.service.container
	slow, err := was.slow(ctx, c)
	if err != nil || !slow {
		return noticed, true, err
	}
	crowding, err := h.service.tools.mostCrowded(ctx)
	if err != nil {
		return noticed, true, err
	}
	patience := slowTimeout
	if crowding < crowded {
		patience = h.within // the crowd is gone
	}
	if h.answers(ctx, patience) {
		return healthVerdict{}, false, nil
	}
	if err := ctx.Err(); err != nil || !wasCut(last) {
		return noticed, true, err
	}
	well, err := t.wellWithin(ctx, c, min(crowding, mostCrowding))
	if err != nil || well {
		return t.wellInTime(), true, err
	}
	return noticed, true, nil
}

// wasCut reports whether a run of the test was cut off, or was to begin and did not:
// by the engine's doing, and no word of the test's.
func wasCut(s State) bool { return slices.ContainsFunc(s.HealthRuns, HealthRun.unended) }

// wellInTime is the verdict on a test that says healthy of a service that hangs.
func (t *healthTested) wellInTime() healthVerdict {
	return healthVerdict{
		observed: fmt.Sprintf("while the service hangs and answers nobody, a run of the test says healthy, if it gets more than %s", t.timeout),
		why:      "A test has to fail when no answer comes, also when it is the test itself that stops waiting for one.",
	}
}

// patience is how long a run of the test is let go on, where it may only be slow.
func (t *healthTested) patience() time.Duration {
	return min(max(t.pace.stretch(doubtTime), doubtFactor*longestGood(t.runs)), t.ownTimeout())
}

// wellWithin runs the test in a container, where everything takes so many times
// longer than alone, and reports whether it says healthy.
func (t *healthTested) wellWithin(ctx context.Context, c Container, longer float64) (bool, error) {
	return succeeds(ctx, c, time.Duration(longer*float64(t.patience())), t.image.healthCommand())
}

// longestGood is how long the longest of those runs took that said healthy; 0 of none.
func longestGood(runs []HealthRun) time.Duration {
	var longest time.Duration
	for _, r := range runs {
		if r.healthy() {
			longest = max(longest, r.Duration)
		}
	}
	return longest
}

// wellAlone runs the test in the place of the service and reports whether it says
// healthy.
func (t *healthTested) wellAlone(ctx context.Context, ev *evidence) (bool, error) {
	return ev.wellAlone(ctx, ev.runRequest(t.image.ID), t.image.healthCommand(), slowTimeout)
}

// wellAlone runs a test in the place of what a request asks for, and reports
// whether it says healthy.
func (ev *evidence) wellAlone(ctx context.Context, req RunRequest, test []string, limit time.Duration) (bool, error) {
	if len(test) == 0 {
		return false, nil
	}
	req.Entrypoint, req.Cmd, req.Port = test[:1], test[1:], 0
	c, err := ev.eng.Start(ctx, req)
	var unfit *StartError
	if errors.As(err, &unfit) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer ev.discard(c)
	state, _, err := Watch(ctx, c, limit, func(s State) (bool, error) { return !s.Running, nil })
	if err != nil {
		return false, err
	}
	return !state.Running && state.ExitCode == 0, nil
}
