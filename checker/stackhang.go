package checker

import (
	"context"
	"fmt"
	"time"

	"shipshape/checker/compose"
)

// notices makes a service hang and judges its health test: it passes where it says
// unhealthy then, and says so because nobody answers. The service is left hanging.
func (st *stack) notices(ctx context.Context, u *unit) (v healthVerdict, err error) {
	doubt := newDoubt(ctx, func(ctx context.Context) (healthVerdict, error) { return st.withoutService(ctx, u) })
	defer doubt.drop()
	noticed, err := st.hang(ctx, u)
	switch {
	case err != nil:
		return v, err
	case !u.state.Running:
		v.observed = fmt.Sprintf("%s got healthy, and ended with exit code %d when it was made to hang (%s)", u.Name, u.state.ExitCode, u.place)
	case !noticed:
		v = st.blind(u)
	default:
		v, err = doubt.settled(ctx, healthVerdict{passed: true}, u.state)
		if err == nil && v.passed {
			v, err = st.inCrowd(ctx, u, doubt)
		}
	}
	if err == nil {
		u.judged = &v
	}
	return v, err
}

// blind is the verdict on the test of a service that hangs, which says healthy.
func (st *stack) blind(u *unit) healthVerdict {
	return healthVerdict{
		observed: fmt.Sprintf("%s's health test says healthy also when %s hangs (%s)", u.Name, u.Name, st.placeOfTest(u)),
		why: "A test that does not ask the service tells nobody that it is stuck, and lets others start too early. " +
			"That its port takes connections is no sign either: the kernel does that for a process that hangs.",
	}
}

// inCrowd judges a test that said unhealthy of a service that hangs: on a crowded
// machine a run that was cut off may only have waited for a processor, and is made
// once more, with more time. So is one that had less time than the look beside it took,
// where the service does not run; that look is over where a run was cut off.
func (st *stack) inCrowd(ctx context.Context, u *unit, beside *doubt) (healthVerdict, error) {
	noticed := healthVerdict{passed: true}
	if !wasCut(u.state) {
		return noticed, nil
	}
	slow, err := u.pace.slow(ctx, u.container)
	if err != nil {
		return noticed, err
	}
	crowding := 1.0
	if slow {
		if crowding, err = u.tools.mostCrowded(ctx); err != nil {
			return noticed, err
		}
	}
	least := asLongAs(beside.took)
	if crowding < crowded && least <= st.healthOf(u).Timeout {
		return noticed, nil
	}
	limit := max(doubtTime, doubtFactor*longestGood(u.runs.runs))
	limit = max(time.Duration(min(crowding, mostCrowding)*float64(limit)), least)
	well, err := succeeds(ctx, u.container, limit, st.testOf(u))
	if err != nil || !well {
		return noticed, err
	}
	return st.blind(u), nil
}

// testOf is the command of a service's health test.
func (st *stack) testOf(u *unit) []string {
	test := st.images[u.Name].HealthTest
	if u.Health != nil && len(u.Health.Test) > 0 {
		test = u.Health.Test
	}
	return testCommand(test)
}

// withoutService judges a service's health test where the service does not run. In
// its place, on none of its networks, nobody answers in its name either.
func (st *stack) withoutService(ctx context.Context, u *unit) (v healthVerdict, err error) {
	well, err := st.ev.wellAlone(ctx, st.ownRequest(u), st.testOf(u), patientTimeout)
	if well {
		v.observed = fmt.Sprintf("%s's health test says healthy also where %s does not run at all (%s)", u.Name, u.Name, st.placeOfTest(u))
		v.why = failureIsLost
		return v, err
	}
	return healthVerdict{passed: true}, err
}

func (st *stack) placeOfTest(u *unit) compose.Place {
	return st.project.Place("services", u.Name, "healthcheck")
}

// hang stops all processes of a service, which stays where it is: its container
// runs, and answers nobody. It reports whether the service's health test notices.
func (st *stack) hang(ctx context.Context, u *unit) (noticed bool, err error) {
	list, err := u.container.Processes(ctx)
	if err != nil {
		return false, err
	}
	enough := 1
	u.hungBelow = len(list) != 1
	if err := u.container.Signal(ctx, "SIGSTOP"); err != nil {
		return false, err
	}
	if u.hungBelow {
		// Below an init or a shell, stopping PID 1 alone stops nothing.
		if err := u.reached(u.tools.stopBelow(ctx)); err != nil {
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
	watched := &clocked{Container: u.container}
	u.state, _, err = Watch(ctx, watched, limit, func(s State) (bool, error) {
		seen.note(s)
		return bad() >= enough || good() >= stillHealthy || !s.Running, nil
	})
	u.pace = watched.worst
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
	if u.hungBelow {
		if err := u.reached(u.tools.signal(ctx, "CONT", -1)); err != nil {
			return err
		}
	}
	return u.container.Signal(ctx, "SIGCONT")
}

// reached is the error of a signal to what runs below PID 1, and of there being no
// shell to send it with.
func (u *unit) reached(ok bool, err error) error {
	if err == nil && !ok {
		err = &EnvironmentError{
			Problem: fmt.Sprintf("%s could not be made to hang: its program runs below another one, and no image at hand has a shell to stop it with", u.Name),
			Remedy:  "Let the program itself be PID 1, or get a base image with a shell.",
		}
	}
	return err
}
