package checker

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
		units := st.units
		if len(k.Services) > 0 {
			units = nil
			for _, name := range k.Services {
				u, err := st.unit(name)
				if err != nil {
					return failed(f, err)
				}
				units = append(units, u)
			}
		}
		for _, u := range units {
			if !u.tested && (u.state.Running || len(k.Services) > 0) {
				f.observed = fmt.Sprintf("%s (%s) has no health test", u.Name, u.place)
				return f, nil
			}
		}
		return k.await(ctx, st, slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return !u.tested }), f)
	})
}

// await waits until all are healthy.
func (k *ComposeHealthy) await(ctx context.Context, st *stack, units []*unit, f finding) (finding, error) {
	healthy, err := st.drive(ctx, st.units, func() (bool, error) {
		for _, u := range units {
			if problem, err := st.revive(ctx, u); err != nil || problem != "" {
				return false, orStackError(problem, err)
			}
			if u.state.hopeless() {
				return false, stackErrorf("%s (%s)", u.unwell(), u.place)
			}
		}
		return !slices.ContainsFunc(units, func(u *unit) bool { return u.state.Health != "healthy" }), nil
	})
	if err != nil {
		return failed(f, err)
	}
	if !healthy {
		i := slices.IndexFunc(units, func(u *unit) bool { return u.state.Health != "healthy" })
		f.observed = fmt.Sprintf("%s (%s)%s", units[i].unwell(), units[i].place, st.lastAnswer(ctx, units[i]))
		return f, nil
	}
	f.passed, f.observed = true, "they got healthy: "+names(units)
	return f, nil
}

func names(units []*unit) string {
	var all []string
	for _, u := range units {
		all = append(all, u.Name)
	}
	return strings.Join(all, ", ")
}
