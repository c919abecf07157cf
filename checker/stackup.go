package checker

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"shipshape/checker/compose"
)

// lastRestart is the longest pause before a service that ended is started again.
const lastRestart = 2 * time.Second

// bringUp starts the containers of services, each when what it depends on is as
// it asks, and returns when all of them have started. Whatever keeps one from
// starting is a stackError, and so is one that ends with an error meanwhile.
func (st *stack) bringUp(ctx context.Context, units []*unit) error {
	up, err := st.await(ctx, units, st.awaited, func() (bool, error) {
		for _, u := range units {
			if problem, err := st.revive(ctx, u); err != nil || problem != "" {
				return false, orStackError(problem, err)
			}
		}
		return !slices.ContainsFunc(units, func(u *unit) bool { return u.container == nil }), nil
	})
	if err != nil || up {
		return err
	}
	why, err := st.stuck(ctx, units)
	return orStackError(why, err)
}

func orStackError(problem string, err error) error {
	if err != nil {
		return err
	}
	return stackErrorf("%s", problem)
}

// await is drive with more time: while one of the services whose health is
// waited for has not been tested often enough to say that it does not get
// healthy. Where their tests are cut off, it begins again with more time for
// them. Slow is not wrong.
func (st *stack) await(ctx context.Context, units []*unit, health func(units []*unit) []*unit, done func() (bool, error)) (bool, error) {
	for range mostStretch {
		short := false
		ended, err := st.drive(ctx, units, func() (bool, error) {
			short = st.testTime < patientTimeout && slices.ContainsFunc(health(units), (*unit).cutOff)
			if short {
				return true, nil
			}
			return done()
		})
		switch {
		case err != nil:
			return false, err
		case short:
			st.testTime = patientTimeout
			if err := st.down(ctx, units, false); err != nil {
				return false, err
			}
		case ended:
			return true, nil
		case !slices.ContainsFunc(health(units), (*unit).undecided):
			return false, nil
		}
	}
	return false, nil
}

// awaited are the services whose health others wait for.
func (st *stack) awaited(units []*unit) []*unit {
	var found []*unit
	for _, u := range units {
		for _, d := range u.DependsOn {
			on, err := st.unit(d.Service)
			if err == nil && u.container == nil && d.Condition == compose.Healthy {
				found = append(found, on)
			}
		}
	}
	return found
}

// drive looks at the states of all services and starts those that may, over and
// over, until done says so or time is up: then it returns false. There is more
// time where the engine is slow, and where programs have to wait for a processor.
func (st *stack) drive(ctx context.Context, units []*unit, done func() (bool, error)) (bool, error) {
	var p pace
	limit := cmp.Or(st.ev.sub.Assignment.Compose.Within, defaultWithin)
	step := func() (bool, error) {
		if err := st.look(ctx, &p); err != nil {
			return false, err
		}
		if err := st.startReady(ctx, units); err != nil {
			return false, err
		}
		return done()
	}
	ended, err := pollWithin(ctx, func() time.Duration { return p.stretch(limit) }, step)
	if ended || err != nil {
		return ended, err
	}
	crowding, err := st.crowding(ctx)
	if err != nil || crowding < crowded {
		return false, err
	}
	return poll(ctx, time.Duration((min(crowding, mostCrowding)-1)*float64(limit)), step)
}

// crowding is that of the machine, as seen from the first service that runs.
func (st *stack) crowding(ctx context.Context) (float64, error) {
	for _, u := range st.units {
		if u.container != nil && u.state.Running {
			return u.tools.crowding(ctx)
		}
	}
	return 1, nil
}

// look reads the states of all containers.
func (st *stack) look(ctx context.Context, p *pace) error {
	for _, u := range st.units {
		if u.container == nil {
			continue
		}
		asked := time.Now()
		state, err := u.container.State(ctx)
		if err != nil {
			return err
		}
		p.note(time.Since(asked))
		if u.state.Running && !state.Running {
			u.ended = time.Now()
		}
		u.state = state
		u.runs.note(state)
	}
	return nil
}

// startReady starts, side by side, all services that wait for nothing.
func (st *stack) startReady(ctx context.Context, units []*unit) error {
	var (
		ready []*unit
		asked []RunRequest
	)
	for _, u := range units {
		if u.container != nil {
			continue
		}
		waits, err := st.waitsFor(u)
		if err != nil {
			return err
		}
		if waits != nil {
			continue
		}
		req, err := st.request(ctx, u)
		if err != nil {
			return err
		}
		ready, asked = append(ready, u), append(asked, req)
	}
	return sideBySide(len(ready), func(i int) error { return st.start(ctx, ready[i], asked[i]) })
}

// waitsFor returns the first dependency that a service still has to wait for, or
// nil. One that can't come true any more is a stackError.
func (st *stack) waitsFor(u *unit) (*compose.Dependency, error) {
	for i := range u.DependsOn {
		d := &u.DependsOn[i]
		on, err := st.unit(d.Service)
		if err != nil {
			return nil, err
		}
		met := on.container != nil
		switch d.Condition {
		case compose.Healthy:
			if err := st.cantGetHealthy(u, on); err != nil {
				return nil, err
			}
			met = met && on.state.Running && on.state.Health == "healthy"
		case compose.Completed:
			met = met && !on.state.Running && on.state.ExitCode == 0
		}
		if !met {
			return d, nil
		}
	}
	return nil, nil //nolint:nilnil // it waits for nothing
}

// cantGetHealthy is the error of a service that waits for the health of one which
// has no test, or one that can't succeed.
func (st *stack) cantGetHealthy(u, on *unit) error {
	place := st.project.Place("services", u.Name, "depends_on", on.Name)
	switch {
	case !on.tested:
		return &stackError{
			problem: fmt.Sprintf("%s waits for %s to be healthy (%s), and %s has no health test", u.Name, on.Name, place, on.Name),
			why:     "Health is what a test says. Without one, there is nothing to wait for.",
		}
	case on.state.hopeless():
		return &stackError{
			problem: fmt.Sprintf("%s waits for %s to be healthy (%s), and %s", u.Name, on.Name, place, on.unwell()),
			why:     "A health test runs in the service's own container, with the programs of its image. What is not there can't be called.",
		}
	}
	return nil
}

// revive starts a service again that ended with an error, where docker compose
// would, and else says what happened to it.
func (st *stack) revive(ctx context.Context, u *unit) (problem string, err error) {
	if problem, err = u.failure(ctx); problem == "" || err != nil || !u.Restarts {
		return problem, err
	}
	pause := min(100*time.Millisecond<<min(u.restarts, 8), lastRestart)
	if time.Since(u.ended) < pause {
		return "", nil
	}
	u.restarts++
	return "", st.down(ctx, []*unit{u}, false)
}

// stuck says what keeps the services from starting that have not.
func (st *stack) stuck(ctx context.Context, units []*unit) (string, error) {
	var parts []string
	for _, u := range units {
		if u.container != nil {
			continue
		}
		d, err := st.waitsFor(u)
		if err != nil {
			return "", err
		}
		if d == nil {
			continue // it ended, and was about to be started again
		}
		on, err := st.unit(d.Service)
		if err != nil {
			return "", err
		}
		if on.container == nil {
			continue // what that one waits for is told
		}
		text := fmt.Sprintf("%s was not started: it waits for %s (%s), ", u.Name, on.Name, st.project.Place("services", u.Name, "depends_on", on.Name))
		switch {
		case d.Condition == compose.Completed && on.state.Running:
			text += "which has not ended"
		default:
			text += "and " + on.unwell() + st.lastAnswer(ctx, on)
		}
		parts = append(parts, text)
	}
	if len(parts) > 0 {
		return strings.Join(parts, "; "), nil
	}
	if slices.ContainsFunc(units, func(u *unit) bool { return u.restarts > 0 }) {
		return "some services ended again and again", nil
	}
	return "", &EnvironmentError{
		Problem: "the machine is too busy to bring the project up: its services were still being started when the time was up",
		Remedy:  "Check again when the machine has less to do.",
	}
}

// lastAnswer is what a service says over HTTP that never got healthy, as the end
// of a sentence; empty where it says nothing, or publishes no port.
func (st *stack) lastAnswer(ctx context.Context, u *unit) string {
	svc := st.ev.sub.Assignment.Service
	if u.container == nil || u.port(svc.Port) == 0 {
		return ""
	}
	answer, err := u.container.Do(ctx, http.MethodGet, cmp.Or(svc.Path, "/"), patientTimeout)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("; asked over HTTP, it answers %d: %s", answer.Status, shown(answer.Body))
}
