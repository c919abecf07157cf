package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// healthRules are about how the engine learns whether the service works.
func healthRules() []Rule {
	return []Rule{
		{
			ID: "health-tool-missing", Severity: Mistake, Lesson: lessonHealth, check: healthToolMissing,
			Why: "A test that can't start never passes, and the container stays unhealthy. " +
				"Test with what the image has: the language's own run-time, wget of busybox on Alpine, or the service's own binary.",
		},
		{
			ID: "health-proves-nothing", Severity: Mistake, Lesson: lessonHealth, check: healthProvesNothing,
			Why: "It succeeds also when the service hangs. Ask the service for an answer.",
		},
		{
			ID: "health-any-answer", Severity: Warning, Lesson: lessonHealth, check: healthAnyAnswer,
			Why: "Without -f, curl is content with any answer, 500 and 503 too, so a broken service counts as healthy. Write curl -f.",
		},
		{
			ID: "health-writes-file", Severity: Mistake, Lesson: lessonHealth, check: healthWritesFile,
			Why: "wget stores the answer in a file, which fails the second time, when the file is there, and for a user who may not write. Write wget -q --spider, or wget -qO /dev/null.",
		},
		{
			ID: "health-other-port", Severity: Advice, Lesson: lessonHealth, check: healthOtherPort,
			Why: "If nothing listens there, the container never gets healthy. Ask the port that the service listens on, or name this one in EXPOSE too.",
		},
		{
			ID: "health-localhost", Severity: Advice, Lesson: lessonHealth, check: healthLocalhost,
			Why: "localhost can mean ::1 there, and a service that listens on IPv4 alone looks unhealthy. Write 127.0.0.1.",
		},
		{
			ID: "health-timings", Severity: Warning, Lesson: lessonHealth, check: healthTimings,
			Why: "The engine then waits minutes before it sees that the service is gone. An interval of 10 to 30 seconds and a timeout of a few are usual.",
		},
		{
			ID: "no-healthcheck", Severity: Advice, Lesson: lessonHealth, check: noHealthcheck,
			Why: "That a process runs does not mean that it answers. A HEALTHCHECK that asks the service lets the engine tell the difference.",
		},
	}
}

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
		if lacks(base, tool) && !r.final.brings(tool) && !r.final.mayInstall(tool) {
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
	img, ok := describe(base)
	switch tool {
	case "curl", "wget":
		if base == scratch {
			return true
		}
		if !ok || !img.plainLanguage() && !img.busybox() && !img.distroless() {
			return false
		}
		if img.alpine() || img.busybox() {
			return tool == "curl"
		}
		return img.slim() || img.distroless()
	case "node", "python", "python3":
		if !ok || !img.official || strings.HasPrefix(tool, img.name) {
			return false
		}
		// The full images are built on one that brings a Python along.
		small := img.alpine() || img.slim()
		return img.plainLanguage() && small
	}
	return false
}

// plainLanguage tells the images of which it is known what they hold beside the
// language: nothing but the system's base.
func (i image) plainLanguage() bool {
	return i.official && slices.Contains([]string{"alpine", "debian", "ubuntu", "node", "python", "golang"}, i.name)
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

// mayInstall tells whether a chain may install a program without naming it: by a
// script, by packages that the text does not tell or that bring others along, or
// as a package that is called after it, as nodejs and python3-venv are.
func (c chain) mayInstall(tool string) bool {
	for _, in := range c.runs() {
		for _, call := range in.calls() {
			if mayDoAnything(call) || runsInput(call) {
				return true
			}
			if !systemInstall(call) {
				continue
			}
			packages := packagesOf(call)
			if len(packages) == 0 || slices.ContainsFunc(packages, func(p string) bool {
				return unresolved(p) || strings.Contains(p, "/") || strings.HasPrefix(p, tool)
			}) {
				return true
			}
		}
	}
	return false
}

// runsInput tells a shell that takes its script from a pipe.
func runsInput(call []string) bool {
	_, isText := shellArgument(call)
	return isShell(call[0]) && !isText && scriptOf(call) == ""
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

// service tells an image that is made to run something, on a base that is known
// to set nothing of the kind itself, and that is not visibly made for people.
func (r *review) service() bool {
	img, ok := describe(r.final.base().Base)
	return r.final.starts() != nil && ok && img.official && isRuntime(img.name) && !r.servesPeople()
}

// servesPeople tells a start that only asks a tool how it is used, which whoever
// runs the image replaces, and a shell that waits for what somebody types.
func (r *review) servesPeople() bool {
	calls := r.startCalls()
	if len(calls) == 0 {
		return false
	}
	last := calls[len(calls)-1]
	if slices.Contains([]string{"--help", "-h", "--version", "--usage"}, last[len(last)-1]) {
		return true
	}
	return isShell(last[0]) && !slices.ContainsFunc(last[1:], func(w string) bool { return !strings.HasPrefix(w, "-") })
}

func (r *review) lastFrom() int { return r.Stages[len(r.Stages)-1].From.Line }

func healthAnyAnswer(r *review) {
	in, calls, _ := r.healthTest()
	if in == nil || strings.Contains(in.Text, "grep") || strings.Contains(in.Text, "jq") {
		return
	}
	if slices.ContainsFunc(calls, func(c []string) bool {
		return path.Base(c[0]) == "curl" && !slices.ContainsFunc(c, fails.MatchString) && !strings.Contains(in.Text, "http_code")
	}) {
		r.say(in.Line, "the health check calls curl without -f")
	}
}

// healthWritesFile knows that wget, told nothing else, names a file after the
// last part of the address.
func healthWritesFile(r *review) {
	in, calls, _ := r.healthTest()
	for _, call := range calls {
		if path.Base(call[0]) != "wget" {
			continue
		}
		quiet := slices.ContainsFunc(call, func(w string) bool {
			return w == "--spider" || w == "-O" || strings.HasPrefix(w, "--output-document") || len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.Contains(w, "O")
		})
		if !quiet {
			r.say(in.Line, "the health check calls wget, which writes a file")
			return
		}
	}
}

// askedPort is a port of the container itself in an address.
var askedPort = regexp.MustCompile(`(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1\]):([0-9]+)`)

func healthOtherPort(r *review) {
	in, calls, _ := r.healthTest()
	for _, call := range calls {
		m := askedPort.FindStringSubmatch(strings.Join(call, " "))
		if m == nil {
			continue
		}
		if ok, known := r.exposed(portNumber(m[1])); known && !ok {
			r.say(in.Line, "the health check asks port "+m[1]+", which EXPOSE does not name")
			return
		}
	}
}

// Bounds of what is said nothing about.
const (
	longestInterval = 2 * time.Minute
	longestTimeout  = time.Minute
)

func healthTimings(r *review) {
	in := r.final.last("HEALTHCHECK")
	if in == nil {
		return
	}
	c, ok := in.command.(*instructions.HealthCheckCommand)
	if !ok || c.Health == nil {
		return
	}
	switch {
	case c.Health.Interval > longestInterval:
		r.say(in.Line, fmt.Sprintf("the health check runs every %s", c.Health.Interval))
	case c.Health.Timeout > longestTimeout:
		r.say(in.Line, fmt.Sprintf("the health check may take %s", c.Health.Timeout))
	}
}
