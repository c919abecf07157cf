package checker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

// Health: the image's own health test reports healthy and, when the service
// hangs, unhealthy. Each setting asks for one thing more.
type Health struct {
	// Timings asks that interval, timeout, start period and retries, as they
	// are declared or as the engine fills them in, are of use.
	Timings bool `yaml:"timings"`
	// Light asks that one run of the test takes a second at most.
	Light bool `yaml:"light"`
	// Dependency asks that the test notices when something fails that the
	// service cannot work without.
	Dependency *Dependency `yaml:"dependency"`
}

// Dependency says how the grader makes a dependency of the service fail: from
// the start with Env, or later with Request.
type Dependency struct {
	// Env is set in the container, as NAME=value. The service must answer on
	// its main route, and never be called healthy.
	Env []string `yaml:"env"`
	// Request is sent to a healthy service, which must then be called unhealthy.
	Request *BreakingRequest `yaml:"request"`
	// Within is how long after Request that may take; defaults to 15 s.
	Within time.Duration `yaml:"within"`
}

// BreakingRequest is a request after which a dependency fails.
type BreakingRequest struct {
	// Method defaults to POST.
	Method string `yaml:"method"`
	Path   string `yaml:"path"`
}

// eager: most of its time is waiting for the engine to run the test.
func (k *Health) eager() {}

// aloof: a service whose test is run is stopped in its tracks, and of no use to
// others.
func (k *Health) aloof() {}

func (k *Health) unsound(Assignment) []Unsound {
	d := k.Dependency
	if d == nil {
		return nil
	}
	var found []Unsound
	if len(d.Env) == 0 && d.Request == nil {
		found = append(found, unsoundf("dependency", "dependency names neither env nor a request that makes it fail"))
	}
	for i, variable := range d.Env {
		if name, _, ok := strings.Cut(variable, "="); !ok || name == "" {
			found = append(found, unsoundf(fmt.Sprintf("dependency.env[%d]", i), "%q is not NAME=value", variable))
		}
	}
	if d.Request != nil && !strings.HasPrefix(d.Request.Path, "/") {
		found = append(found, unsoundf("dependency.request.path", "path is %q: it begins with /", d.Request.Path))
	}
	if d.Within < 0 {
		found = append(found, unsoundf("dependency.within", "within is negative"))
	}
	return found
}

func (k *Health) look(ctx context.Context, ev *evidence) (finding, error) {
	// Where no test is run at all, nobody need wait for it.
	defer ev.headStart.end()
	tested, err := ev.healthTested(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{
		expected: k.expected(), observed: tested.observed, why: tested.why,
		line: ev.blame(dockerfile.BlameHealthcheck),
	}
	if tested.service == nil {
		return f, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var seen []string
	for _, demand := range k.demands(ctx, ev, tested) {
		v, err := demand()
		if err != nil {
			return finding{}, err
		}
		f.passed, f.observed, f.why = v.passed, v.observed, v.why
		if !v.passed {
			return f, nil
		}
		seen = append(seen, v.observed)
	}
	f.observed = strings.Join(seen, "; ")
	return f, nil
}

// demand is one thing asked of a health test.
type demand func() (healthVerdict, error)

// demands are what is asked of the test of a service that is well. Those that are
// mostly waited for have begun, and go on side by side until ctx ends.
func (k *Health) demands(ctx context.Context, ev *evidence, tested *healthTested) []demand {
	begun := func(look func(context.Context, *evidence) (healthVerdict, error)) demand {
		var (
			v    healthVerdict
			err  error
			done = make(chan struct{})
		)
		ev.wg.Go(func() {
			defer close(done)
			v, err = look(ctx, ev)
		})
		return func() (healthVerdict, error) {
			<-done
			return v, err
		}
	}
	all := []demand{begun(tested.noticesHang)}
	if k.Timings {
		all = append(all, tested.timings)
	}
	if d := k.Dependency; d != nil && len(d.Env) > 0 {
		all = append(all, begun(d.missing))
	}
	if d := k.Dependency; d != nil && d.Request != nil {
		all = append(all, begun(d.broken))
	}
	// Last, when nothing goes on beside it any more: it may have to time a run.
	if k.Light {
		all = append(all, func() (healthVerdict, error) { return tested.light(ctx, ev) })
	}
	return all
}

// healthVerdict is what one demand on a health test found.
type healthVerdict struct {
	passed        bool
	observed, why string
}

func (k *Health) expected() string {
	text := "the image's own health test says healthy, and unhealthy once the service hangs"
	if k.Timings {
		text += "; its timings are of use"
	}
	if k.Light {
		text += fmt.Sprintf("; one run of it takes %s at most", mostWeight)
	}
	if d := k.Dependency; d != nil {
		if len(d.Env) > 0 {
			text += fmt.Sprintf("; with %s the service answers and is not healthy", strings.Join(d.Env, " "))
		}
		if d.Request != nil {
			text += fmt.Sprintf("; it says unhealthy after %s", d.Request)
		}
	}
	return text
}
