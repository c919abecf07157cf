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
	tested, err := ev.healthTested(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{
		expected: k.expected(), observed: tested.observed, why: tested.why, passed: tested.passed,
		line: ev.blame(dockerfile.BlameHealthcheck),
	}
	for _, demand := range []struct {
		asked bool
		look  func(context.Context, *evidence) (healthVerdict, error)
	}{
		{k.Timings, tested.timings},
		{k.Light, tested.light},
		{k.Dependency != nil && len(k.Dependency.Env) > 0, k.Dependency.missing},
		{k.Dependency != nil && k.Dependency.Request != nil, k.Dependency.broken},
	} {
		if !f.passed {
			return f, nil
		}
		if !demand.asked {
			continue
		}
		v, err := demand.look(ctx, ev)
		if err != nil {
			return finding{}, err
		}
		if f.passed, f.why = v.passed, v.why; !v.passed {
			f.observed = v.observed
			return f, nil
		}
		f.observed += "; " + v.observed
	}
	return f, nil
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
