package checker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// healthInterval is how often the image's own test is run here, so that
	// an interval of 30 s does not cost 30 s.
	healthInterval = 300 * time.Millisecond
	// quickTimeout is several times what a test needs on an idle machine, and
	// slowTimeout what it needs on a busy one.
	quickTimeout = 600 * time.Millisecond
	slowTimeout  = 5 * time.Second
	// ownTimeout and ownInterval are the engine's where an image states none.
	ownTimeout  = 30 * time.Second
	ownInterval = 30 * time.Second
	// healthGrace is how long after its first answer a service may take to be
	// called healthy, on top of a few runs of the test: its health endpoint
	// may wait for more than the route that answered.
	healthGrace = 5 * time.Second
	// longestWarmUp bounds the start period that an image declares and that is
	// waited for in its place: a service that a course can use is well sooner, and a
	// test that never says healthy costs a grade that long.
	longestWarmUp = time.Minute
	// sampleRuns are how many runs of a test are enough to see its shortest.
	sampleRuns = 3
	// exceeded, overdue and unbegun are what engines log for a run that was cut off.
	// The second is that of older ones whose limit was up before the run began (20.10:
	// "context deadline exceeded: unknown"), the third that of newer ones, which give
	// its beginning half a minute of its own.
	exceeded = "exceeded timeout"
	overdue  = "deadline exceeded"
	unbegun  = "timed out starting health check"
)

// healthTested is how the image's own test fared on a service that is well.
type healthTested struct {
	// healthVerdict is final where there is no service.
	healthVerdict
	image *Image
	// service is one that the test called healthy, in time; it lives until
	// noticesHang has looked at it. nil is none.
	service *service
	// timeout is the limit that was given to one run of the test.
	timeout time.Duration
	// runs are those that said healthy.
	runs []HealthRun
	// took is how long the container needed to become healthy, at an engine's
	// pace.
	took time.Duration
	pace pace
	// crowding is how crowded the machine was when a run was cut off.
	crowding float64
}

// healthTested runs the image's own health test, once for all checks.
func (ev *evidence) healthTested(ctx context.Context) (*healthTested, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return nil, err
	}
	return ev.tested.get(ctx, &ev.shared, func(ctx context.Context) (*healthTested, error) {
		t := &healthTested{image: image}
		if len(image.HealthTest) == 0 {
			t.observed = "the image has no health test"
			return t, nil
		}
		return t, t.tryAll(ctx, ev)
	})
}

// ownTimeout is how long one run of the test may take where the image is used.
func (t *healthTested) ownTimeout() time.Duration { return cmp.Or(t.image.HealthTimeout, ownTimeout) }

// tryAll runs the image with more and more time for one run of its test, until
// none is cut off: slow is not wrong, and a hanging service is seen sooner with
// a short time. Whether the image's own limit is long enough is seen by how long
// the runs took.
func (t *healthTested) tryAll(ctx context.Context, ev *evidence) error {
	limits := []time.Duration{quickTimeout, slowTimeout}
	if own := t.ownTimeout(); own > slowTimeout {
		limits = append(limits, own)
	}
	for _, limit := range limits {
		t.timeout = limit
		cut, err := t.try(ctx, ev)
		if err != nil || !cut {
			return err
		}
	}
	if t.crowding >= crowded {
		// On a crowded machine everything takes that much longer.
		t.timeout = time.Duration(min(t.crowding, mostCrowding) * float64(t.timeout))
		cut, err := t.try(ctx, ev)
		if err != nil || !cut {
			return err
		}
	}
	t.observed = fmt.Sprintf("a run of the test had not ended after %s, while the service answered", t.timeout)
	t.why = "A test that does not return says nothing: the engine cuts it off and counts it as failed. Let it ask once, with a time limit of its own, and end."
	return nil
}

// try runs the image with one limit for its test; cut tells that it never became
// healthy because the limit cut the test off.
func (t *healthTested) try(ctx context.Context, ev *evidence) (cut bool, _ error) {
	began := time.Now()
	s, err := ev.launch(ctx, ev.healthRequest(t.image, t.timeout))
	if err != nil {
		return false, err
	}
	defer func() {
		if t.service == nil {
			ev.discard(s.container)
		}
	}()
	port := ev.sub.Assignment.Service.Port
	if !s.answered {
		t.observed = "the service does not answer, whatever its test says: " + s.problem(port)
		return false, nil
	}
	seen, err := awaitHealthy(ctx, s.container, t.image, t.timeout)
	t.took = time.Since(began)
	switch {
	case err != nil:
		return false, err
	case !seen.state.Running:
		t.observed = neverHealthy(seen.state)
		return false, nil
	case seen.state.Health == "healthy":
		return false, t.judgeWell(ctx, s, seen)
	case seen.cutOff() > 0:
		t.crowding, err = s.tools.mostCrowded(ctx)
		return true, err
	}
	t.healthVerdict, err = t.diagnose(ctx, s, seen, port)
	return false, err
}

// healthRequest asks for the service with its test run often. One failure is
// enough, and there is no start period: the grade waits for the first success
// itself, whatever was said before it, and for as long as the image's own start
// period says that it may take.
func (ev *evidence) healthRequest(image *Image, timeout time.Duration) RunRequest {
	req := ev.runRequest(image.ID)
	req.Health = &HealthTiming{Interval: healthInterval, Timeout: timeout, Retries: 1}
	return req
}

// healthRuns gathers the runs of a test, of which an engine keeps the last few.
type healthRuns struct {
	state State
	runs  []HealthRun
}

// note takes in a container's state.
func (r *healthRuns) note(s State) {
	r.state = s
	for _, run := range s.HealthRuns {
		if run.Started.After(r.latest()) {
			r.runs = append(r.runs, run)
		}
	}
}

// count counts the runs that are as asked.
func (r *healthRuns) count(is func(HealthRun) bool) int {
	n := 0
	for _, run := range r.runs {
		if is(run) {
			n++
		}
	}
	return n
}

// latest is when the last run began; the zero time before any.
func (r *healthRuns) latest() time.Time {
	if len(r.runs) == 0 {
		return time.Time{}
	}
	return r.runs[len(r.runs)-1].Started
}

// failingNow is how many runs failed since the last one that did not.
func (r *healthRuns) failingNow() int {
	n := 0
	for n < len(r.runs) && !r.runs[len(r.runs)-1-n].healthy() {
		n++
	}
	return n
}

// unhealthy reports whether the service is called so, and by no accident.
func (r *healthRuns) unhealthy() bool {
	return r.state.Health == "unhealthy" && r.failingNow() >= sureRuns
}

// lastRun is when the latest run of the test began; the zero time before any.
func (s State) lastRun() time.Time { return (&healthRuns{runs: s.HealthRuns}).latest() }

func (r HealthRun) healthy() bool { return r.ExitCode == 0 }

// unended reports whether a run has no code of its own: the engine cut it off, or
// could not start it. A test that ends has one, whatever it prints.
func (r HealthRun) unended() bool { return r.ExitCode == -1 }

// cut reports whether a run was ended at its limit.
func (r HealthRun) cut() bool {
	return r.unended() && slices.ContainsFunc([]string{exceeded, overdue, unbegun}, func(words string) bool { return strings.Contains(r.Output, words) })
}

func (r *healthRuns) cutOff() int { return r.count(HealthRun.cut) }

// healthyWithin is how long after its first answer a service of the image may take
// to be called healthy, where one run of its test may take limit.
func (i *Image) healthyWithin(limit time.Duration) time.Duration {
	return max(healthGrace, min(i.HealthStartPeriod, longestWarmUp)) + 3*limit
}

// awaitHealthy waits until a service that answers is called healthy, or it is
// clear that it will not be; limit is the time that one run of its test has.
func awaitHealthy(ctx context.Context, c Container, image *Image, limit time.Duration) (*healthRuns, error) {
	seen := new(healthRuns)
	// One run of many seconds is enough to see that the limit is too short; of
	// short ones the first may have suffered from the start of the service.
	enough := 1
	if limit < slowTimeout {
		enough = 2
	}
	state, _, err := Watch(ctx, c, image.healthyWithin(limit), func(s State) (bool, error) {
		seen.note(s)
		_, unable := missingTool(seen.runs)
		return !s.Running || s.Health == "healthy" || seen.cutOff() >= enough || unable == certain, nil
	})
	seen.state = state
	return seen, err
}

// judgeWell judges the runs of a healthy service's test.
func (t *healthTested) judgeWell(ctx context.Context, s *service, seen *healthRuns) (err error) {
	if t.pace, _, err = paceOf(ctx, s.container); err != nil {
		return err
	}
	if t.runs, err = t.sample(ctx, s.container, seen, t.ownTimeout()); err != nil {
		return err
	}
	if least := shortest(t.runs); least > t.ownTimeout() {
		if err := tooCrowded(ctx, s, least, t.ownTimeout()); err != nil {
			return err
		}
		t.observed = fmt.Sprintf("one run of the test takes %.1f s at least, and the image gives it %s", least.Seconds(), t.ownTimeout())
		t.why = "The engine cuts a run off at its timeout and counts it as failed, so the service never becomes healthy."
		return nil
	}
	t.service = s
	return nil
}

// sample returns the good runs, and waits for more of them while all took longer
// than limit: a busy machine makes some run long, but not each.
func (t *healthTested) sample(ctx context.Context, c Container, seen *healthRuns, limit time.Duration) (good []HealthRun, err error) {
	_, _, err = Watch(ctx, c, sampleRuns*(healthInterval+t.timeout), func(s State) (bool, error) {
		seen.note(s)
		good = slices.DeleteFunc(slices.Clone(seen.runs), func(r HealthRun) bool { return !r.healthy() })
		return !s.Running || len(good) > 0 && shortest(good) <= limit || len(good) >= sampleRuns, nil
	})
	return good, err
}

// shortest is how long the shortest of runs took; 0 of none.
func shortest(runs []HealthRun) time.Duration {
	if len(runs) == 0 {
		return 0
	}
	return slices.MinFunc(runs, func(a, b HealthRun) int { return cmp.Compare(a.Duration, b.Duration) }).Duration
}
