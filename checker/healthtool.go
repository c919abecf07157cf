package checker

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// absentTool are the ways in which an engine and the shells say that a program
// is not there: the engine of one that it was to start itself, the shells of one
// on a line of their script.
func absentTool() [2]*regexp.Regexp {
	return [2]*regexp.Regexp{
		regexp.MustCompile(`exec: "([^"]+)": (?:executable file not found|stat [^:]+: no such file)`),
		regexp.MustCompile(`(?m)^(?:/\S+/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([^\s:]+): (?:command )?not found`),
	}
}

// certainty is how sure a finding is.
type certainty int

const (
	never certainty = iota
	likely
	certain
)

// missingTool reads in the runs of a test which program it did not find. That it
// can't run is certain where the engine says so, or where a shell ended with
// what it did not find; a script may go on to something else.
func missingTool(runs []HealthRun) (tool string, unable certainty) {
	for _, run := range slices.Backward(runs) {
		if run.healthy() {
			continue
		}
		for i, says := range absentTool() {
			m := says.FindStringSubmatch(run.Output)
			if m == nil {
				continue
			}
			if i == 0 || run.ExitCode == 127 {
				return m[1], certain
			}
			return m[1], likely
		}
	}
	return "", never
}

// askers are programs that can ask a service over HTTP, as a health test does,
// and that many images have: the ones that need least first.
func askers() []string { return []string{"wget", "curl", "python3", "node", "ruby", "php", "perl"} }

// diagnose says why the test of a service that answers never succeeded.
func (t *healthTested) diagnose(ctx context.Context, s *service, seen *healthRuns, port int) (healthVerdict, error) {
	if tool, unable := missingTool(seen.runs); unable != never {
		return t.withoutTool(ctx, s.container, tool)
	}
	v := healthVerdict{observed: neverHealthy(seen.state)}
	helps, err := t.loopbackHelps(ctx, s.container)
	if err != nil {
		return v, err
	}
	if helps {
		v.observed = "it never said healthy: it asks localhost, and with 127.0.0.1 in its place it succeeds"
		v.why = "localhost is ::1 as well, and comes first for many programs; the service listens on IPv4 alone. 127.0.0.1 is never in doubt."
		return v, nil
	}
	at, err := t.otherPort(ctx, s)
	if at != "" {
		v.observed += "; " + at
		v.why = fmt.Sprintf("The service answers on port %d. A test asks the port inside the container, whatever it is published as.", port)
	}
	return v, err
}

// neverHealthy says what a container's state tells of a test that never
// succeeded.
func neverHealthy(s State) string {
	if !s.Running {
		return fmt.Sprintf("the container ended with exit code %d", s.ExitCode)
	}
	said := s.HealthLog
	for _, run := range s.HealthRuns {
		if !run.cut() {
			said = run.Output
		}
	}
	if said = strings.TrimSpace(said); said != "" {
		return "it never said healthy; the test said: " + shown(said)
	}
	return "it never said healthy"
}

// withoutTool names the program that the test calls and the image has not, and
// one that it has.
func (t *healthTested) withoutTool(ctx context.Context, c Container, tool string) (healthVerdict, error) {
	if strings.HasSuffix(tool, "/sh") {
		return healthVerdict{
			observed: "it can't run: it needs a shell, and the image has no " + tool,
			why:      `A test in the shell form is run by /bin/sh. Write it in the exec form, HEALTHCHECK CMD ["/server", "health"], with a program that the image has.`,
		}, nil
	}
	v := healthVerdict{observed: fmt.Sprintf("it can't run: it calls %s, which is not in the image", tool)}
	has, err := available(ctx, c, askers())
	if err != nil {
		return v, err
	}
	if len(has) == 0 {
		v.why = "The image has no program that could ask in its place either: let the service's own program do it, as another command of it."
		return v, nil
	}
	v.why = fmt.Sprintf("The image has %s: let that ask, rather than install %s, which would be one program more to keep up to date.", has[0], tool)
	return v, nil
}

// available returns those of the programs that are in a running container.
func available(ctx context.Context, c Container, programs []string) ([]string, error) {
	var (
		wg    sync.WaitGroup
		there = make([]bool, len(programs))
		errs  = make([]error, len(programs))
	)
	for i, program := range programs {
		wg.Go(func() {
			got, err := execWithin(ctx, c, programTime, "", program, "--help")
			if err != nil && fatal(err) {
				errs[i] = err
			}
			there[i] = err == nil && !got.NotFound
		})
	}
	wg.Wait()
	var has []string
	for i, program := range programs {
		if there[i] {
			has = append(has, program)
		}
	}
	return has, errors.Join(errs...)
}

// loopbackHelps runs the test with 127.0.0.1 in place of localhost and reports
// whether it succeeds so.
func (t *healthTested) loopbackHelps(ctx context.Context, c Container) (bool, error) {
	const localhost = "localhost"
	argv := t.image.healthCommand()
	if !slices.ContainsFunc(argv, func(word string) bool { return strings.Contains(word, localhost) }) {
		return false, nil
	}
	for i := range argv {
		argv[i] = strings.ReplaceAll(argv[i], localhost, "127.0.0.1")
	}
	return succeeds(ctx, c, t.timeout+slowTimeout, argv)
}

// otherPort says which port the test asks at which nothing listens; empty where
// none is seen to.
func (t *healthTested) otherPort(ctx context.Context, s *service) (string, error) {
	sockets, ok, err := s.tools.sockets(ctx)
	if err != nil || !ok {
		return "", err
	}
	var addresses []netip.AddrPort
	for _, l := range listeners(sockets) {
		addresses = append(addresses, l.address)
	}
	where := listening{known: true, addresses: addresses}
	for _, m := range regexp.MustCompile(`:(\d{2,5})\b`).FindAllStringSubmatch(strings.Join(t.image.healthCommand(), " "), -1) {
		if port, err := strconv.Atoi(m[1]); err == nil && len(where.on(port)) == 0 {
			return fmt.Sprintf("it asks port %d, where nothing listens: the service listens on %s", port, addressList(addresses)), nil
		}
	}
	return "", nil
}
