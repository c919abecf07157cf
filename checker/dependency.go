package checker

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	// breakingTime is how long after its dependency failed a service may take to
	// be called unhealthy, where the exercise states no other time.
	breakingTime = 15 * time.Second
	// failingRuns of a test at least, and for as long as a service with its
	// dependency may take, prove that it will not be healthy.
	failingRuns = 3
	// leastPatience is what any service gets, however soon it was healthy.
	leastPatience = 2 * time.Second
	// sureRuns in a row, after a dependency failed, are no accident of a busy
	// machine: what is broken stays so.
	sureRuns = 2
)

// String is the request as people write it.
func (r *BreakingRequest) String() string { return cmp.Or(r.Method, http.MethodPost) + " " + r.Path }

// patientLimit is how long one run of the test may take where none may be cut
// off that is only slow: one that is cut off fails as well.
func (t *healthTested) patientLimit() time.Duration { return max(2*t.timeout, slowTimeout) }

// grace is how long a service that answers may take to be called healthy in another
// container: twice as long as it took in its first, from the start on.
func (t *healthTested) grace() time.Duration { return max(leastPatience, 2*t.took) }

// missing runs the service without its dependency: it must answer, and not be
// healthy.
func (d *Dependency) missing(ctx context.Context, ev *evidence) (healthVerdict, error) {
	tested, err := ev.healthTested(ctx)
	if err != nil {
		return healthVerdict{}, err
	}
	req := ev.healthRequest(tested.image, tested.patientLimit())
	req.Env = slices.Concat(req.Env, d.Env)
	without := strings.Join(d.Env, " ")
	s, err := ev.launch(ctx, req)
	if err != nil {
		return healthVerdict{}, err
	}
	defer ev.discard(s.container)
	if !s.answered {
		return healthVerdict{
			observed: fmt.Sprintf("with %s it does not answer: %s", without, s.problem(req.Port)),
			why:      "A service whose dependency is away should go on and say that it is not well. One that ends, or waits, can't even say that.",
		}, nil
	}
	seen := new(healthRuns)
	grace, answered := tested.grace(), time.Now()
	state, sure, err := Watch(ctx, s.container, grace+failingRuns*(healthInterval+req.Health.Timeout), func(state State) (bool, error) {
		seen.note(state)
		failed := seen.count(func(r HealthRun) bool { return !r.healthy() })
		never := failed >= failingRuns && time.Since(answered) >= grace
		return !state.Running || state.Health == "healthy" || never, nil
	})
	switch {
	case err != nil:
		return healthVerdict{}, err
	case !state.Running:
		return healthVerdict{observed: fmt.Sprintf("with %s the container ended with exit code %d", without, state.ExitCode)}, nil
	case state.Health == "healthy":
		return healthVerdict{
			observed: fmt.Sprintf("with %s it says healthy all the same", without),
			why:      "A service that can't reach what it needs answers nobody well. Let the health endpoint ask the dependency, briefly, and answer 503 when that fails.",
		}, nil
	case !sure:
		return healthVerdict{}, tooSeldom("says healthy with " + without)
	}
	return healthVerdict{passed: true, observed: fmt.Sprintf("with %s it answered, and was not called healthy", without)}, nil
}

// broken breaks the dependency of a healthy service: it must become unhealthy.
func (d *Dependency) broken(ctx context.Context, ev *evidence) (healthVerdict, error) {
	tested, err := ev.healthTested(ctx)
	if err != nil {
		return healthVerdict{}, err
	}
	limit := tested.patientLimit()
	s, err := ev.launch(ctx, ev.healthRequest(tested.image, limit))
	if err != nil {
		return healthVerdict{}, err
	}
	defer ev.discard(s.container)
	if !s.answered {
		again := healthVerdict{observed: "it answered before, and does not in a second container: " + s.problem(ev.sub.Assignment.Service.Port)}
		return again, tooCrowded(ctx, s, limit, limit)
	}
	seen, err := awaitHealthy(ctx, s.container, tested.image, limit)
	if err != nil {
		return healthVerdict{}, err
	}
	if seen.state.Health != "healthy" {
		again := healthVerdict{observed: "it was healthy before, and is not in a second container"}
		return again, tooCrowded(ctx, s, limit, limit)
	}
	answer, err := ask(ctx, s.container, cmp.Or(d.Request.Method, http.MethodPost), d.Request.Path, slowTimeout)
	if fatal(err) {
		return healthVerdict{}, err
	}
	if err != nil || answer.Status < 200 || answer.Status > 299 {
		return healthVerdict{
			observed: fmt.Sprintf("%s, which makes the dependency fail, was not answered with a 2xx: %s", d.Request, outcome(answer, err)),
			why:      "The exercise's source has that route so that the grader can make the dependency fail. `shipshape reset` brings it back.",
		}, nil
	}
	within, before := cmp.Or(d.Within, breakingTime), seen.latest()
	state, _, err := Watch(ctx, s.container, within+healthInterval+limit, func(state State) (bool, error) {
		seen.note(state)
		return !state.Running || seen.unhealthy(), nil
	})
	well := seen.count(func(r HealthRun) bool { return r.healthy() && r.Started.After(before) })
	switch {
	case err != nil:
		return healthVerdict{}, err
	case !state.Running:
		return healthVerdict{observed: fmt.Sprintf("after %s the container ended with exit code %d", d.Request, state.ExitCode)}, nil
	case seen.unhealthy():
		return healthVerdict{passed: true, observed: fmt.Sprintf("after %s it was called unhealthy", d.Request)}, nil
	case well < sureRuns:
		return healthVerdict{}, tooSeldom(fmt.Sprintf("notices %s", d.Request))
	}
	return healthVerdict{
		observed: fmt.Sprintf("%s after %s it still says healthy", within, d.Request),
		why:      "A service that can't reach what it needs answers nobody well. Let the health endpoint ask the dependency, briefly, and answer 503 when that fails.",
	}, nil
}

// outcome says how a request ended.
func outcome(answer Response, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d: %s", answer.Status, shown(answer.Body))
}
