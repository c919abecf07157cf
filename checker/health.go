package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

const (
	// healthInterval is how often the image's own test is run here, so that
	// an interval of 30 s does not cost 30 s.
	healthInterval = 300 * time.Millisecond
	// quickTimeout is several times what a test needs on an idle machine, and
	// slowTimeout what it needs on a busy one.
	quickTimeout = 600 * time.Millisecond
	slowTimeout  = 5 * time.Second
	// answerTimeout is how soon a living service answers.
	answerTimeout = 500 * time.Millisecond
	// ownTimeout is the engine's limit where an image states none.
	ownTimeout = 30 * time.Second
	// healthGrace is how long after its first answer a service may take to be
	// called healthy, on top of a few runs of the test: its health endpoint
	// may wait for more than the route that answered.
	healthGrace = 5 * time.Second
	// exceeded is what the engine logs for a test that was cut off.
	exceeded = "exceeded timeout"
)

// Health: the image's own health test reports healthy and, when the service
// hangs, unhealthy.
type Health struct{}

// eager: most of its time is waiting for the engine to run the test.
func (k *Health) eager() {}

func (k *Health) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{
		expected: "the image's own health test says healthy, and unhealthy once the service hangs",
		line:     ev.blame(dockerfile.BlameHealthcheck),
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	if len(image.HealthTest) == 0 {
		f.observed = "the image has no health test"
		return f, nil
	}
	own := cmp.Or(image.HealthTimeout, ownTimeout)
	// How long one run of the test may take: more when the time before proved
	// too short, and at last as long as the image says. Slow is not wrong, and
	// a hanging service is seen sooner with a short one.
	for _, timeout := range []time.Duration{quickTimeout, slowTimeout} {
		if timeout >= own {
			break
		}
		found, slow, err := k.try(ctx, ev, image, timeout, f)
		if err != nil || !slow {
			return found, err
		}
	}
	found, _, err := k.try(ctx, ev, image, own, f)
	return found, err
}

// try runs the image with one time limit for its test; slow tells that it never
// became healthy because that limit cut the test off.
func (k *Health) try(ctx context.Context, ev *evidence, image *Image, timeout time.Duration, f finding) (_ finding, slow bool, _ error) {
	svc := ev.sub.Assignment.Service
	c, err := ev.eng.Start(ctx, RunRequest{
		Image: image.ID, Port: svc.Port, Env: svc.Env, Limits: ev.limits(),
		// One failure is enough, and there is no start period: this grade
		// waits for the first success itself, whatever was said before it.
		Health: &HealthTiming{Interval: healthInterval, Timeout: timeout, Retries: 1},
	})
	var unstartable *StartError
	if errors.As(err, &unstartable) {
		f.observed = unstartable.Error()
		return f, false, nil
	}
	if err != nil {
		return finding{}, false, err
	}
	state, healthy, err := awaitHealthy(ctx, c, svc, timeout)
	if err != nil {
		return finding{}, false, err
	}
	if !healthy {
		f.observed = neverHealthy(state)
		return f, strings.Contains(state.HealthLog, exceeded), nil
	}
	f, err = k.whenHung(ctx, c, svc, timeout, f)
	return f, false, err
}

// whenHung makes a healthy service hang and waits for unhealthy: for two runs of
// the test, each at its limit.
func (k *Health) whenHung(ctx context.Context, c Container, svc Service, timeout time.Duration, f finding) (finding, error) {
	if err := c.Signal(ctx, "SIGSTOP"); err != nil {
		return finding{}, err
	}
	unhealthy := false
	// A service may be taken for silent that is only slow: so a second look.
	for range 2 {
		if answers(ctx, c, svc) {
			// Below an init or a shell, stopping PID 1 does not stop it.
			if err := stopAll(ctx, c, svc); err != nil {
				return finding{}, err
			}
		}
		var err error
		_, unhealthy, err = awaitHealth(ctx, c, "unhealthy", 2*(healthInterval+timeout+time.Second))
		if err != nil {
			return finding{}, err
		}
		if unhealthy || !answers(ctx, c, svc) {
			break
		}
	}
	if !unhealthy {
		f.observed = "it says healthy, and still does when the service hangs and answers nobody"
		f.why = "A test that does not ask the service keeps a dead one in traffic. Let it fetch an endpoint and fail when no answer comes."
		return f, nil
	}
	f.passed, f.observed = true, "it became healthy, and unhealthy when the service hung"
	return f, nil
}

// awaitHealthy waits for healthy: for as long as a service may take to answer,
// and, once it has answered, for a few runs of the test more.
func awaitHealthy(ctx context.Context, c Container, svc Service, timeout time.Duration) (State, bool, error) {
	deadline := time.Now().Add(cmp.Or(svc.Ready, defaultReady) + timeout)
	answered := false
	for {
		state, healthy, err := awaitHealth(ctx, c, "healthy", healthInterval)
		if healthy || err != nil || !state.Running || time.Now().After(deadline) {
			return state, healthy, err
		}
		if !answered && answers(ctx, c, svc) {
			answered = true
			if soon := time.Now().Add(healthGrace + 3*timeout); soon.Before(deadline) {
				deadline = soon
			}
		}
	}
}

// awaitHealth polls until the health is as wanted, the container ends, or limit
// has passed.
func awaitHealth(ctx context.Context, c Container, want string, limit time.Duration) (State, bool, error) {
	var state State
	_, err := poll(ctx, limit, func() (bool, error) {
		var err error
		state, err = c.State(ctx)
		return !state.Running || state.Health == want, err
	})
	return state, state.Running && state.Health == want, err
}

func neverHealthy(s State) string {
	if !s.Running {
		return fmt.Sprintf("the container ended with exit code %d", s.ExitCode)
	}
	text := "it never said healthy"
	if said := strings.TrimSpace(s.HealthLog); said != "" {
		text += "; the test said: " + shown(said)
	}
	return text
}

// stopAll stops every process of a container from inside, without ending it.
func stopAll(ctx context.Context, c Container, svc Service) error {
	// As the image's user, who may stop their own processes, and as root, who
	// may stop those of others where the image's user is root: without new
	// privileges, root has no power over anybody else.
	for _, user := range []string{"", "0"} {
		// The shell's own kill: images without procps have no other. -1 is
		// every process but PID 1, which is stopped already, and the shell.
		if _, err := c.Exec(ctx, user, "sh", "-c", "kill -STOP -1"); err != nil {
			return err
		}
	}
	if answers(ctx, c, svc) {
		return &EnvironmentError{
			Problem: "the service could not be made to hang: it went on answering",
			Remedy:  "Let the service itself be PID 1, or use a base with a shell, so that the grader can stop it.",
		}
	}
	return ctx.Err()
}

// answers reports whether the service says anything soon.
func answers(ctx context.Context, c Container, svc Service) bool {
	_, err := c.Do(ctx, "GET", cmp.Or(svc.Path, "/"), answerTimeout)
	return err == nil
}
