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
	healthInterval = 500 * time.Millisecond
	// healthTimeout is the longest that one run of the test may take here; an
	// image's own shorter limit is kept.
	healthTimeout = 3 * time.Second
	// hangWait is how long a hanging service may go on being called healthy:
	// several runs of the test, each at its time limit.
	hangWait = 15 * time.Second
)

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
	c, err := ev.eng.Start(ctx, RunRequest{
		Image: image.ID, Port: ev.sub.Assignment.Service.Port,
		Env: ev.sub.Assignment.Service.Env, Limits: ev.limits(),
		// One failure is enough, and there is no start period: this grade
		// waits for the first success itself, whatever was said before it.
		Health: &HealthTiming{
			Interval: healthInterval,
			Timeout:  min(cmp.Or(image.HealthTimeout, healthTimeout), healthTimeout),
			Retries:  1,
		},
	})
	var unstartable *StartError
	if errors.As(err, &unstartable) {
		f.observed = unstartable.Error()
		return f, nil
	}
	if err != nil {
		return finding{}, err
	}
	return k.watch(ctx, ev, c, f)
}

// watch waits for healthy, makes the service hang, and waits for unhealthy.
func (k *Health) watch(ctx context.Context, ev *evidence, c Container, f finding) (finding, error) {
	state, healthy, err := awaitHealth(ctx, c, "healthy", cmp.Or(ev.sub.Assignment.Service.Ready, defaultReady))
	if err != nil {
		return finding{}, err
	}
	if !healthy {
		f.observed = neverHealthy(state)
		return f, nil
	}
	hung, err := hang(ctx, c, ev.sub.Assignment.Service)
	if err != nil {
		return finding{}, err
	}
	if !hung {
		return finding{}, &EnvironmentError{
			Problem: "the service could not be made to hang: it went on answering",
			Remedy:  "Let the service itself be PID 1, or use a base with a shell, so that the grader can stop it.",
		}
	}
	_, unhealthy, err := awaitHealth(ctx, c, "unhealthy", hangWait)
	if err != nil {
		return finding{}, err
	}
	if !unhealthy {
		f.observed = "it says healthy, and still does when the service hangs and answers nobody"
		f.why = "A test that does not ask the service keeps a dead one in traffic. Let it fetch an endpoint and fail when no answer comes."
		return f, nil
	}
	f.passed, f.observed = true, "it became healthy, and unhealthy when the service hung"
	return f, nil
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

// hang stops the service without ending it, and reports whether it fell
// silent. SIGSTOP to PID 1 is enough where the service is PID 1; below an init
// or a shell, every process has to be stopped from inside.
func hang(ctx context.Context, c Container, svc Service) (bool, error) {
	if err := c.Signal(ctx, "SIGSTOP"); err != nil {
		return false, err
	}
	silent := func() bool {
		_, err := c.Do(ctx, "GET", cmp.Or(svc.Path, "/"), time.Second)
		return err != nil
	}
	if silent() {
		return true, ctx.Err()
	}
	// The shell's own kill: images without procps have no other. -1 is every
	// process but PID 1 and the shell itself.
	if _, err := c.Exec(ctx, "0", "sh", "-c", "kill -STOP -1"); err != nil {
		return false, err
	}
	return silent(), ctx.Err()
}
