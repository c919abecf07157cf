package checker

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shipshape/checker/compose"
)

// ComposeHealthy: services have health tests of their own, and get healthy.
type ComposeHealthy struct {
	// Services are those that must; none for all that go on running.
	Services []string `yaml:"services"`
}

func (k *ComposeHealthy) unsound(a Assignment) []Unsound { return unsoundCompose(a, nil) }

func (k *ComposeHealthy) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: "every service that goes on running has a health test, which says healthy"}
	if len(k.Services) > 0 {
		f.expected = fmt.Sprintf("%s: each has a health test, which says healthy", strings.Join(k.Services, ", "))
	}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		units, err := k.units(st)
		if err != nil {
			return failed(f, err)
		}
		ill, err := k.await(ctx, st, slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return !u.tested }))
		if err != nil {
			return failed(f, err)
		}
		for _, u := range units {
			switch {
			case !u.tested && (len(k.Services) > 0 || st.goesOn(u)):
				f.observed = fmt.Sprintf("%s (%s) has no health test", u.Name, u.place)
				return f, nil
			case slices.Contains(ill, u) && (len(k.Services) > 0 || st.goesOn(u)):
				f.observed = fmt.Sprintf("%s (%s)%s", u.unwell(), u.place, st.lastAnswer(ctx, u))
				return f, nil
			}
		}
		f.passed, f.observed = true, "they got healthy"
		return f, nil
	})
}

// units are the services to look at.
func (k *ComposeHealthy) units(st *stack) ([]*unit, error) {
	if len(k.Services) == 0 {
		return st.units, nil
	}
	var units []*unit
	for _, name := range k.Services {
		u, err := st.unit(name)
		if err != nil {
			return nil, err
		}
		units = append(units, u)
	}
	return units, nil
}

// await waits until all are healthy, and returns those that are not.
func (k *ComposeHealthy) await(ctx context.Context, st *stack, units []*unit) (ill []*unit, err error) {
	notYet := func([]*unit) []*unit {
		return slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.state.Health == "healthy" })
	}
	_, err = st.await(ctx, st.units, notYet, func() (bool, error) {
		for _, u := range st.units {
			if problem, err := st.revive(ctx, u); err != nil || problem != "" {
				return false, orStackError(problem, err)
			}
		}
		ill = notYet(nil)
		return !slices.ContainsFunc(ill, func(u *unit) bool { return u.state.Running && !u.state.hopeless() }), nil
	})
	return ill, err
}

// goesOn reports whether a service is one that runs on and on: one that runs, and
// that nobody waits for to end.
func (st *stack) goesOn(u *unit) bool {
	return u.state.Running && !slices.ContainsFunc(st.units, func(other *unit) bool {
		return slices.Contains(other.DependsOn, compose.Dependency{Service: u.Name, Condition: compose.Completed})
	})
}
