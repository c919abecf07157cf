package checker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"shipshape/checker/compose"
)

// ComposeHealthy: services have health tests of their own, get healthy, and are not
// called so any more when they hang.
type ComposeHealthy struct {
	// Services are those that must; none for all that go on running.
	Services []string `yaml:"services"`
}

func (k *ComposeHealthy) unsound(a Assignment) []Unsound { return unsoundCompose(a, nil) }

func (k *ComposeHealthy) look(ctx context.Context, ev *evidence) (finding, error) {
	who := "every service that goes on running"
	if len(k.Services) > 0 {
		who = strings.Join(k.Services, ", ") + ": each"
	}
	f := finding{expected: who + " has a health test, which says healthy, and unhealthy when the service hangs"}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		units, err := k.units(st)
		if err != nil {
			return failed(f, err)
		}
		flaw, err := k.unwell(ctx, st, units)
		if err != nil {
			return failed(f, err)
		}
		if flaw != "" {
			f.observed = flaw
			return f, nil
		}
		return k.hung(ctx, st, units, f)
	})
}

// must reports whether a service has to be healthy.
func (k *ComposeHealthy) must(st *stack, u *unit) bool { return len(k.Services) > 0 || st.goesOn(u) }

// unwell waits until the services are healthy, and says which is not that must.
func (k *ComposeHealthy) unwell(ctx context.Context, st *stack, units []*unit) (string, error) {
	ill, err := k.await(ctx, st, slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return !u.tested }))
	if err != nil {
		return "", err
	}
	for _, u := range units {
		switch {
		case !k.must(st, u):
		case !u.tested:
			return fmt.Sprintf("%s (%s) has no health test", u.Name, u.place), nil
		case slices.Contains(ill, u):
			return fmt.Sprintf("%s (%s)%s", u.unwell(), u.place, st.lastAnswer(ctx, u)), nil
		}
	}
	return "", nil
}

// hung makes the services hang, and says whose test does not notice.
func (k *ComposeHealthy) hung(ctx context.Context, st *stack, units []*unit, f finding) (finding, error) {
	units = slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return !k.must(st, u) })
	// Those that ask others go first: they would feel the others' silence, and fill
	// the queue of connections of one that hangs.
	slices.SortStableFunc(units, func(a, b *unit) int { return cmp.Compare(len(st.below(b)), len(st.below(a))) })
	v := healthVerdict{passed: true, observed: "they got healthy, and unhealthy when they hung"}
	s := spell{st: st}
	for _, u := range units {
		if u.judged == nil {
			if err := k.hang(ctx, &s, u, units); err != nil {
				return failed(f, err)
			}
		}
		if !u.judged.passed {
			v = *u.judged
			break
		}
	}
	if err := s.end(ctx); err != nil {
		return failed(f, err)
	}
	f.passed, f.observed, f.why = v.passed, v.observed, v.why
	return f, nil
}

// hang makes one more service hang, whose test says healthy until then.
func (k *ComposeHealthy) hang(ctx context.Context, s *spell, u *unit, units []*unit) error {
	if unmoved, err := s.unmoved(ctx, u); err != nil {
		return err
	} else if !unmoved {
		if err := s.end(ctx); err != nil {
			return err
		}
	}
	if len(s.hung) == 0 && s.st.disturbed {
		if err := s.st.ensure(ctx); err != nil {
			return err
		}
		if flaw, err := k.unwell(ctx, s.st, units); err != nil || flaw != "" {
			return orStackError(flaw, err)
		}
	}
	return s.hang(ctx, u)
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
