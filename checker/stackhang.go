package checker

import (
	"context"
	"fmt"
	"time"
)

// hang stops all processes of a service, which stays where it is: its container
// runs, and answers nobody. It reports whether the service's health test notices.
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
	before, err := u.container.State(ctx)
	if err != nil {
		return false, err
	}
	seen := &healthRuns{runs: before.HealthRuns[max(0, len(before.HealthRuns)-1):]}
	bad := func() int { return seen.since(func(r HealthRun) bool { return !r.healthy() }) }
	good := func() int { return seen.since(HealthRun.healthy) }
	limit := 2 * stillHealthy * (stackInterval + st.testTime + time.Second)
	u.state, _, err = Watch(ctx, u.container, limit, func(s State) (bool, error) {
		seen.note(s)
		return bad() >= enough || good() >= stillHealthy || !s.Running, nil
	})
	if err == nil && u.state.Running && bad() < enough && good() < stillHealthy {
		err = &EnvironmentError{
			Problem: fmt.Sprintf("the engine did not test the health of %s often enough to tell", u.Name),
			Remedy:  "Let the machine come to rest, then try again.",
		}
	}
	return u.state.Running && bad() >= enough, err
}

// since counts the runs that are as asked, but for the first: that one ended
// before what is looked at began.
func (r *healthRuns) since(is func(HealthRun) bool) int {
	later := healthRuns{runs: r.runs[min(1, len(r.runs)):]}
	return later.count(is)
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
