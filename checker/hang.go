package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	// answerTimeout is how soon a living service answers, on an engine that is
	// not busy.
	answerTimeout = 500 * time.Millisecond
	// stillHealthy are how many runs of a test that say healthy prove that it
	// does not notice. The first may have been under way when the service was
	// stopped.
	stillHealthy = 3
)

// hang stops the service in its tracks, in the first way of several that
// silences it. What else runs in the container goes on, where that can be told
// apart: a health endpoint beside the service must not be silenced with it.
type hang struct {
	service *service
	asked   Service
	// within is how soon a living service answers.
	within time.Duration
	ways   []func(context.Context) error
	// resumed tells that PID 1 was stopped and goes on.
	resumed bool
}

func (s *service) hang(asked Service, p pace) *hang {
	h := &hang{service: s, asked: asked, within: p.stretch(answerTimeout)}
	h.ways = []func(context.Context) error{h.stopFirst, h.stopHolders, h.stopAll}
	return h
}

// next stops the service in the next way; false when none is left.
func (h *hang) next(ctx context.Context) (stopped bool, err error) {
	if len(h.ways) == 0 {
		return false, nil
	}
	way := h.ways[0]
	h.ways = h.ways[1:]
	return true, way(ctx)
}

// silence asks the service without a pause for as long as its test is judged: what is
// slow answers in the end.
type silence struct {
	// broken is closed when the service has answered.
	broken chan struct{}
	cancel context.CancelFunc
	ended  chan struct{}
}

// listen begins to ask the service.
func (h *hang) listen(ctx context.Context) *silence {
	ctx, cancel := context.WithCancel(ctx)
	s := &silence{broken: make(chan struct{}), cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		for ctx.Err() == nil {
			if h.answers(ctx, slowTimeout) {
				close(s.broken)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(firstPause):
			}
		}
	}()
	return s
}

// lasts reports whether the service says nothing, and for a time longer.
func (s *silence) lasts(ctx context.Context, longer time.Duration) (bool, error) {
	select {
	case <-s.broken:
	case <-time.After(longer):
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	select {
	case <-s.broken:
		return false, nil
	default:
		return true, nil
	}
}

// drop ends the questions.
func (s *silence) drop() {
	s.cancel()
	<-s.ended
}

// answers reports whether the service says anything within a time.
func (h *hang) answers(ctx context.Context, within time.Duration) bool {
	_, err := h.service.container.Do(ctx, http.MethodGet, cmp.Or(h.asked.Path, "/"), within)
	return err == nil
}

// stopFirst stops PID 1, which is the service itself, most often.
func (h *hang) stopFirst(ctx context.Context) error {
	return h.service.container.Signal(ctx, "SIGSTOP")
}

// stopHolders stops the processes that hold the service's port, below an init or
// a shell, and lets PID 1 go on where it is none of them.
func (h *hang) stopHolders(ctx context.Context) error {
	holders, err := h.service.tools.holders(ctx, h.asked.Port)
	if err != nil || len(holders) == 0 {
		return err
	}
	if !slices.Contains(holders, 1) {
		if err := h.service.container.Signal(ctx, "SIGCONT"); err != nil {
			return err
		}
		h.resumed = true
	}
	_, err = h.service.tools.signal(ctx, "STOP", holders...)
	return err
}

// stopAll stops every process of the container.
func (h *hang) stopAll(ctx context.Context) error {
	if err := h.stopFirst(ctx); err != nil {
		return err
	}
	ok, err := h.service.tools.stopBelow(ctx)
	if ok || err != nil {
		return err
	}
	// From inside, with the image's own shell: as the image's user, who may stop
	// their own processes, and as root, who may stop those of others where the
	// image's user is root: without new privileges, root has no power over
	// anybody else.
	for _, user := range []string{"", "0"} {
		_, err := execWithin(ctx, h.service.container, programTime, user, "sh", "-c", stopScript)
		if err != nil && !errors.Is(err, errUnending) {
			return err
		}
	}
	return nil
}

// noticesHang makes the service that is well hang, once for all checks, and tells
// whether its test says unhealthy.
func (t *healthTested) noticesHang(ctx context.Context, ev *evidence) (healthVerdict, error) {
	return ev.hung.get(ctx, &ev.shared, func(ctx context.Context) (healthVerdict, error) {
		defer ev.discard(t.service.container)
		return t.whenHung(ctx, ev)
	})
}

// whenHung makes a healthy service hang and waits for unhealthy.
func (t *healthTested) whenHung(ctx context.Context, ev *evidence) (healthVerdict, error) {
	h := t.service.hang(ev.sub.Assignment.Service, t.pace)
	for {
		stopped, err := h.next(ctx)
		if err != nil {
			return healthVerdict{}, err
		}
		if !stopped {
			return healthVerdict{}, &EnvironmentError{
				Problem: "the service could not be made to hang: it went on answering",
				Remedy:  "Get a base image with a shell with `shipshape images pull` or `shipshape images build`: the grader stops the service with it.",
			}
		}
		v, sure, err := t.hungNow(ctx, ev, h)
		if err != nil || sure {
			return v, err
		}
	}
}

// hungNow judges the test of a service that was stopped. It is not sure where the
// service goes on answering, or was only slow to answer.
func (t *healthTested) hungNow(ctx context.Context, ev *evidence, h *hang) (_ healthVerdict, sure bool, _ error) {
	c := h.service.container
	stopped, err := c.State(ctx)
	if err != nil {
		return healthVerdict{}, false, err
	}
	// That the service is silent is seen by waiting; the doubt waits meanwhile.
	doubt := t.doubts(ctx, ev, c)
	defer doubt.drop()
	silence := h.listen(ctx)
	defer silence.drop()
	if lasts, err := silence.lasts(ctx, h.within); err != nil || !lasts {
		return healthVerdict{}, false, err
	}
	// What the test said while the service was being stopped, which takes
	// seconds on a busy machine, is not held against it.
	before, err := c.State(ctx)
	if err != nil {
		return healthVerdict{}, false, err
	}
	// Nor is a run that was under way while PID 1 was stopped, and is not over yet.
	underWay := h.resumed && before.lastRun().Equal(stopped.lastRun())
	watched := &clocked{Container: c, worst: t.pace}
	state, decided, err := t.notices(ctx, watched, before, underWay)
	switch {
	case err != nil:
		return healthVerdict{}, false, err
	case !state.Running:
		return healthVerdict{observed: fmt.Sprintf("it became healthy, and the container ended with exit code %d", state.ExitCode)}, true, nil
	case state.Health == "unhealthy":
		noticed := healthVerdict{passed: true, observed: "it became healthy, and unhealthy when the service hung"}
		v, err := doubt.settled(ctx, noticed, state)
		if err != nil {
			return v, true, err
		}
		longer := time.Duration(0)
		if !v.passed {
			longer = slowTimeout
		}
		// What answers after all was only slow, and its test said the truth.
		if lasts, err := silence.lasts(ctx, longer); err != nil || !lasts {
			return v, false, err
		}
		return t.inCrowd(ctx, h, watched.worst, v, state)
	}
	if lasts, err := silence.lasts(ctx, slowTimeout); err != nil || !lasts {
		return healthVerdict{}, false, err
	}
	if !decided {
		return healthVerdict{}, false, tooSeldom("notices that the service hangs")
	}
	return healthVerdict{
		observed: "it says healthy, and still does when the service hangs and answers nobody",
		why:      "A test that does not ask the service keeps a dead one in traffic. Let it fetch an endpoint and fail when no answer comes.",
	}, true, nil
}

// notices waits until the test says unhealthy, or has said healthy several times
// since before; where one is under way that tells nothing, from the next run on.
// decided is false when the time was up.
func (t *healthTested) notices(ctx context.Context, c Container, before State, underWay bool) (state State, decided bool, err error) {
	seen := new(healthRuns)
	seen.note(before)
	seen.runs = seen.runs[max(0, len(seen.runs)-1):]
	old := len(seen.runs)
	telling := old + 1
	if underWay {
		telling++
	}
	return Watch(ctx, c, (stillHealthy+2)*(healthInterval+t.timeout+time.Second), func(s State) (bool, error) {
		seen.note(s)
		good := 0
		for _, r := range seen.runs[old:] {
			if r.healthy() {
				good++
			}
		}
		// Of a run that was over before, it is not known whom it asked.
		unhealthy := s.Health == "unhealthy" && len(seen.runs) >= telling
		return !s.Running || unhealthy || good >= stillHealthy, nil
	})
}

// tooSeldom is the fault of an engine whose runs of the test are too few to tell
// whether it does something.
func tooSeldom(does string) error {
	return &EnvironmentError{
		Problem: "the engine ran the health test too seldom to tell whether it " + does,
		Remedy:  "Grade again when the engine has less to do.",
	}
}
