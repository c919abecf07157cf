package checker

import (
	"context"
	"fmt"
	"time"
)

// hang stops all processes of a service, which stays where it is: its container
// runs, and answers nobody. It reports whether its health test has noticed,
// within a few runs of it.
func (st *stack) hang(ctx context.Context, u *unit) (noticed bool, err error) {
	list, err := u.container.Processes(ctx)
	if err != nil {
		return false, err
	}
	enough := 1
	if err := u.container.Signal(ctx, "SIGSTOP"); err != nil {
		return false, err
	}
	if len(list) != 1 {
		// Below an init or a shell, stopping PID 1 alone stops nothing.
		if err := st.signalBelow(ctx, u, "STOP"); err != nil {
			return false, err
		}
		// A run of the test may have been stopped as well, and failed by that.
		enough = 2
	}
	limit := 2 * (healthInterval + st.testTime + time.Second)
	u.state, noticed, err = watch(ctx, u.container, limit, func(s State) (bool, error) {
		return s.Health == "unhealthy" && s.failures() >= enough || !s.Running, nil
	})
	return noticed && u.state.Running, err
}

// failures is how many of the latest runs of a health test failed, one after
// another.
func (s State) failures() int {
	n := 0
	for _, run := range s.HealthRuns {
		if n++; run.ExitCode == 0 {
			n = 0
		}
	}
	return n
}

// resume lets a service that hangs go on.
func (st *stack) resume(ctx context.Context, u *unit) error {
	list, err := u.container.Processes(ctx)
	if err == nil && len(list) != 1 {
		err = st.signalBelow(ctx, u, "CONT")
	}
	if err != nil {
		return err
	}
	return u.container.Signal(ctx, "SIGCONT")
}

// signalBelow sends a signal to all that runs below PID 1.
func (st *stack) signalBelow(ctx context.Context, u *unit, signal string) error {
	ok, err := u.tools.signal(ctx, signal, -1)
	if err == nil && !ok {
		err = &EnvironmentError{
			Problem: fmt.Sprintf("%s could not be made to hang: its program runs below another one, and no image at hand has a shell to stop it with", u.Name),
			Remedy:  "Let the program itself be PID 1, or get a base image with a shell.",
		}
	}
	return err
}
