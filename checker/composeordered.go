package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"shipshape/checker/compose"
)

// ComposeOrdered: a service is started only once another one is healthy, and that
// one's test tells.
//
// The other one is brought up first, and made to hang. Its own health test has to
// notice. Then all the rest is brought up as the Compose file has it: the service
// must not be started while the other one is unhealthy, and must be once it is
// healthy again.
type ComposeOrdered struct {
	// Service waits for After, directly or through others.
	Service string `yaml:"service"`
	After   string `yaml:"after"`
}

func (k *ComposeOrdered) unsound(a Assignment) []Unsound {
	return unsoundCompose(a, map[string]string{"service": k.Service, "after": k.After})
}

func (k *ComposeOrdered) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: fmt.Sprintf("%s is started once %s is healthy, and not before", k.Service, k.After)}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		service, err := st.unit(k.Service)
		if err != nil {
			return failed(f, err)
		}
		after, err := st.unit(k.After)
		if err != nil {
			return failed(f, err)
		}
		if !after.tested {
			f.observed = fmt.Sprintf("%s (%s) has no health test, so nobody can wait for its health", after.Name, after.place)
			return f, nil
		}
		st.disturbed = true
		if f, err = k.slowed(ctx, st, service, after, f); err != nil {
			return failed(f, err)
		}
		return f, nil
	})
}

// slowed brings the project up with after hanging.
func (k *ComposeOrdered) slowed(ctx context.Context, st *stack, service, after *unit, f finding) (finding, error) {
	if err := st.down(ctx, st.units, false); err != nil {
		return f, err
	}
	first := append(st.below(after), after)
	if slices.Contains(first, service) {
		f.observed = fmt.Sprintf("it is the other way round: %s waits for %s", after.Name, service.Name)
		return f, nil
	}
	if err := st.bringUp(ctx, first); err != nil {
		return f, err
	}
	healthy, err := st.await(ctx, first, func([]*unit) []*unit { return []*unit{after} }, func() (bool, error) {
		return after.state.Health == "healthy", nil
	})
	if err != nil || !healthy {
		f.observed = fmt.Sprintf("%s (%s)", after.unwell(), after.place)
		return f, err
	}
	v, err := st.notices(ctx, after)
	if err != nil || !v.passed {
		f.observed, f.why = v.observed, v.why
		return f, err
	}
	return k.rest(ctx, st, service, after, f)
}

// rest brings up all that the Compose file lets start while after hangs, and
// then lets after go on.
func (k *ComposeOrdered) rest(ctx context.Context, st *stack, service, after *unit, f finding) (finding, error) {
	held := st.above(after)
	started := func() bool { return service.container != nil }
	_, err := st.drive(ctx, st.units, func() (bool, error) {
		waiting := slices.ContainsFunc(st.units, func(u *unit) bool { return u.container == nil && !slices.Contains(held, u) })
		return started() || !waiting, nil
	})
	if err != nil {
		return f, err
	}
	if started() {
		f.observed = fmt.Sprintf("%s was started while %s was unhealthy (%s)", service.Name, after.Name,
			st.project.Place("services", service.Name, "depends_on", after.Name))
		f.why = fmt.Sprintf("depends_on waits for a container to start, which says nothing of its program. With condition: service_healthy it waits until %s can do its work.", after.Name)
		return f, nil
	}
	if err := st.resume(ctx, after); err != nil {
		return f, err
	}
	up, err := st.drive(ctx, st.units, func() (bool, error) { return started(), nil })
	if err != nil {
		return f, err
	}
	if !up {
		f.observed, err = st.stuck(ctx, st.units)
		return f, err
	}
	// What started while after hung may have ended over it: that is no finding
	// here, but leaves nothing for other checks to look at.
	err = st.bringUp(ctx, st.units)
	var broken *stackError
	if err != nil && !errors.As(err, &broken) {
		return f, err
	}
	st.disturbed = err != nil
	f.passed, f.observed = true, fmt.Sprintf("%s was not started while %s hung and was unhealthy, and was when %s got healthy again", service.Name, after.Name, after.Name)
	return f, nil
}

// below are all that a service depends on, directly or through others.
func (st *stack) below(of *unit) []*unit {
	var found []*unit
	for _, d := range of.DependsOn {
		if u, err := st.unit(d.Service); err == nil && !slices.Contains(found, u) {
			for _, deeper := range append(st.below(u), u) {
				if !slices.Contains(found, deeper) {
					found = append(found, deeper)
				}
			}
		}
	}
	return found
}

// above are all that the Compose file does not let start while a service is
// unhealthy.
func (st *stack) above(of *unit) []*unit {
	var held []*unit
	for more := true; more; {
		more = false
		for _, u := range st.units {
			if !slices.Contains(held, u) && slices.ContainsFunc(u.DependsOn, func(d compose.Dependency) bool {
				return d.Service == of.Name && d.Condition == compose.Healthy ||
					slices.ContainsFunc(held, func(h *unit) bool { return h.Name == d.Service })
			}) {
				held, more = append(held, u), true
			}
		}
	}
	return held
}
