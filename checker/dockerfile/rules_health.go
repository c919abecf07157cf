package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// healthTest is the final image's health test as this Dockerfile sets it: the
// instruction, its calls, and whether a shell runs them. The instruction is nil
// where the Dockerfile has none, or has NONE.
func (r *review) healthTest() (in *Instruction, calls [][]string, shell bool) {
	in = r.final.last("HEALTHCHECK")
	if in == nil {
		return nil, nil, false
	}
	c, ok := in.command.(*instructions.HealthCheckCommand)
	if !ok || c.Health == nil || len(c.Health.Test) < 2 {
		return nil, nil, false
	}
	collect := caller{vars: in.vars}
	if c.Health.Test[0] == "CMD-SHELL" {
		collect.script(c.Health.Test[1])
		return in, collect.calls, true
	}
	collect.call(c.Health.Test[1:], nil)
	return in, collect.calls, false
}

func healthToolMissing(r *review) {
	in, calls, shell := r.healthTest()
	if in == nil {
		return
	}
	base := r.final.base().Base
	if shell && r.hasNoShell() {
		r.say(in.Line, "the health check needs a shell, and "+base+" has none")
		return
	}
	for _, call := range calls {
		tool := path.Base(call[0])
		if lacks(base, tool) && !r.final.brings(tool) {
			r.say(in.Line, "the health check calls "+tool+", which is not in "+base)
			return
		}
	}
}

// hasNoShell tells that the final image surely holds no shell.
func (r *review) hasNoShell() bool {
	base := r.final.base().Base
	img, known := describe(base)
	bare := base == scratch || known && img.distroless() && !strings.Contains(img.tag, "debug")
	return bare && !r.final.brings("sh") && !r.final.brings("busybox")
}

// lacks tells that a base image surely comes without a program.
func lacks(base, tool string) bool {
	if tool != "curl" && tool != "wget" {
		return false
	}
	if base == scratch {
		return true
	}
	img, ok := describe(base)
	switch {
	case !ok:
		return false
	case img.alpine() || img.busybox():
		return tool == "curl"
	case img.slim() || img.distroless():
		return true
	}
	return false
}

// brings tells whether a chain installs a program, or copies it in.
func (c chain) brings(tool string) bool {
	if c.installs(tool) {
		return true
	}
	for _, in := range c.instructions {
		if in.Name != "COPY" && in.Name != "ADD" {
			continue
		}
		if slices.ContainsFunc(in.Args, func(w string) bool {
			return strings.HasPrefix(path.Base(w), tool) || strings.HasSuffix(path.Base(w), tool)
		}) {
			return true
		}
	}
	return false
}

// neverFails is a test whose end is a success whatever came before.
var neverFails = regexp.MustCompile(`(\|\||;)\s*(true|:|exit 0)\s*$`)

func healthProvesNothing(r *review) {
	in, calls, _ := r.healthTest()
	if in == nil || len(calls) == 0 {
		return
	}
	asks := slices.ContainsFunc(calls, func(call []string) bool { return !seesNothing(call) })
	if !asks || neverFails.MatchString(in.Text) {
		r.say(in.Line, "this health check can't tell whether the service works")
	}
}

// seesNothing tells a call that succeeds as long as the container has a process.
func seesNothing(call []string) bool {
	switch path.Base(call[0]) {
	case "true", ":", "exit", "echo", "ls", "pwd", "date", "sleep", "ps", "pgrep", "pidof", "grep", "kill":
		return true
	case "test", "[":
		return slices.ContainsFunc(call, func(w string) bool { return strings.HasPrefix(w, "/proc") })
	}
	return false
}

func healthLocalhost(r *review) {
	in, calls, _ := r.healthTest()
	img, ok := describe(r.final.base().Base)
	if in == nil || !ok || !img.alpine() && !img.busybox() {
		return
	}
	for _, call := range calls {
		if slices.ContainsFunc(call, func(w string) bool { return strings.Contains(w, "//localhost") }) {
			r.say(in.Line, "the health check asks localhost on Alpine")
			return
		}
	}
}

func noHealthcheck(r *review) {
	if r.service() && r.final.last("HEALTHCHECK") == nil {
		r.say(r.lastFrom(), "the image has no HEALTHCHECK")
	}
}

func noExpose(r *review) {
	if r.service() && r.final.last("EXPOSE") == nil {
		r.say(r.lastFrom(), "the image has no EXPOSE")
	}
}

// service tells an image that is made to run something, on a base that is known
// to set nothing of the kind itself.
func (r *review) service() bool {
	img, ok := describe(r.final.base().Base)
	return r.final.starts() != nil && ok && img.official && isRuntime(img.name)
}

func (r *review) lastFrom() int { return r.Stages[len(r.Stages)-1].From.Line }
