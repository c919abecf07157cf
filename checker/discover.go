package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// discoverReady is how long a service of which nothing is declared may take
// until it listens. What listens by then on no port is taken for no service.
const discoverReady = 15 * time.Second

// Discovery is what a project is found to be by building and running it.
type Discovery struct {
	// Build is never nil where the error is nil or a BuildError.
	Build *Build
	// Image is the built image's configuration.
	Image *Image
	// Port is the TCP port that the service listens on; 0 where none was seen.
	Port int
	// HTTP tells whether it speaks HTTP there.
	HTTP bool
	// Loopback tells that it listens there for its own container alone.
	Loopback bool
	// Path is one that answers 200; empty where none of those tried does.
	Path string
	// Ended tells that the default command did not go on running, and ExitCode
	// how it ended.
	Ended    bool
	ExitCode int
	// Log is the end of what it printed, where it ended.
	Log string
	// Problem says, as half a sentence, why there is no Port; empty where there
	// is one.
	Problem string
}

// Discover builds a submission, runs it, and finds out where it listens: on the
// port of its assignment where that has one, else on one that the image exposes,
// that the variable PORT names, or that is seen to be open. A Dockerfile that
// does not build is a [*BuildError].
func Discover(ctx context.Context, eng Engine, sub Submission, opts Options) (*Discovery, error) {
	sub.Assignment.Service.Ready = cmp.Or(sub.Assignment.Service.Ready, discoverReady)
	grade, end := context.WithCancel(ctx)
	ev := newEvidence(grade, eng, sub, nil, serialized(opts.Observe))
	ev.extraTools = opts.Tools
	defer func() {
		end()
		ev.wg.Wait()
	}()
	build, err := ev.firstBuild(ctx)
	if err != nil {
		return nil, err
	}
	d := &Discovery{Build: build}
	if d.Image, err = ev.runImage(ctx); err != nil {
		return nil, err
	}
	candidates := portCandidates(sub.Assignment.Service.Port, d.Image)
	if len(candidates) == 0 {
		return d, ev.seekPort(ctx, d, candidates)
	}
	s, err := ev.launchAt(ctx, build.ImageID, candidates[0])
	switch {
	case err != nil:
		return nil, err
	case s.answered:
		d.Port = candidates[0]
		return d, ev.seekPath(ctx, d, s)
	case s.container == nil || !s.state.Running:
		d.Problem, d.Ended, d.ExitCode = s.problem(candidates[0]), true, s.exitCode()
		if s.container != nil {
			d.Log, err = s.container.Logs(ctx, logTail)
		}
		return d, err
	}
	return d, ev.seekPort(ctx, d, candidates)
}

// seekPort runs the image without a published port until it listens somewhere,
// and then with that port.
func (ev *evidence) seekPort(ctx context.Context, d *Discovery, candidates []int) error {
	c, err := ev.eng.Start(ctx, RunRequest{Image: d.Image.ID, Env: ev.sub.Assignment.Service.Env, Limits: ev.limits()})
	var unfit *StartError
	if errors.As(err, &unfit) {
		d.Problem, d.Ended, d.ExitCode = unfit.Error(), true, notStarted
		return nil
	}
	if err != nil {
		return err
	}
	tools, seen := ev.tools(c), false
	last, _, err := Watch(ctx, c, ev.sub.Assignment.Service.Ready, func(state State) (bool, error) {
		if !state.Running {
			return true, nil
		}
		sockets, ok, err := tools.sockets(ctx)
		seen = seen || ok
		open := listening{addresses: addresses(listeners(sockets))}
		d.Port = openPort(listeners(sockets), candidates)
		d.Loopback = open.onlyLoopback(d.Port)
		return d.Port > 0, err
	})
	if err == nil && last.Running {
		// A look takes its time, and what ran before it may have ended by now.
		last, err = c.State(ctx)
	}
	switch {
	case err != nil:
		return err
	case d.Port > 0:
		s, err := ev.launchAt(ctx, d.Image.ID, d.Port)
		if err != nil || !s.answered {
			return err
		}
		return ev.seekPath(ctx, d, s)
	case !last.Running:
		d.Log, err = c.Logs(ctx, logTail)
		d.Problem, d.Ended = fmt.Sprintf("the container ended with exit code %d%s", last.ExitCode, quoted(d.Log)), true
		d.ExitCode = last.ExitCode
		return err
	case !seen:
		d.Problem = "it runs, and neither its image nor one beside it has a cat to tell where it listens"
	default:
		d.Problem = "it runs, and listens on no TCP port"
	}
	return nil
}

// inURL finds the path of a URL in a health test.
var inURL = regexp.MustCompile(`https?://[^/\s'"]+(/[^\s'"?#)\]]*)`)

// seekPath asks a service that answers for a path that answers 200: the
// assignment's own, that of the health test, or a usual one.
func (ev *evidence) seekPath(ctx context.Context, d *Discovery, s *service) error {
	d.HTTP = true
	paths := []string{cmp.Or(ev.sub.Assignment.Service.Path, "/")}
	for _, word := range d.Image.HealthTest {
		if found := inURL.FindStringSubmatch(word); found != nil {
			paths = append(paths, found[1])
		}
	}
	for _, path := range append(paths, "/health", "/healthz", "/ready", "/api/health") {
		answer, err := ask(ctx, s.container, http.MethodGet, path, askTimeout)
		if fatal(err) {
			return err
		}
		if err == nil && answer.Status == http.StatusOK {
			d.Path = path
			return nil
		}
	}
	return nil
}

// launchAt starts the image with a port published, and waits for its answer.
func (ev *evidence) launchAt(ctx context.Context, image string, port int) (*service, error) {
	ev.sub.Assignment.Service.Port = port
	return ev.launch(ctx, ev.runRequest(image))
}

// notStarted is the exit code of what could not be started where the engine
// gives none: that of a shell for a command it can't find.
const notStarted = 127

// exitCode is that of a service that ended.
func (s *service) exitCode() int {
	if s.startErr != nil {
		return cmp.Or(s.startErr.ExitCode, notStarted)
	}
	return s.state.ExitCode
}

// portCandidates are the ports that a service may listen on, the likeliest first.
func portCandidates(declared int, image *Image) []int {
	var ports []int
	add := func(text string) {
		if n, err := strconv.Atoi(text); err == nil && n > 0 && n <= 65535 {
			ports = append(ports, n)
		}
	}
	add(strconv.Itoa(declared))
	for _, variable := range image.Env {
		if value, ok := strings.CutPrefix(variable, "PORT="); ok {
			add(value)
		}
	}
	for _, exposed := range image.ExposedPorts {
		if number, protocol, _ := strings.Cut(exposed, "/"); protocol == "" || protocol == "tcp" {
			add(number)
		}
	}
	return ports
}

// addresses are those of sockets, in their order.
func addresses(of []socket) []netip.AddrPort {
	found := make([]netip.AddrPort, len(of))
	for i, s := range of {
		found[i] = s.address
	}
	return found
}

// openPort is the first of the candidates that is open, else the lowest that is.
func openPort(open []socket, candidates []int) int {
	var ports []int
	for _, s := range open {
		ports = append(ports, int(s.address.Port()))
	}
	for _, c := range candidates {
		if slices.Contains(ports, c) {
			return c
		}
	}
	if len(ports) == 0 {
		return 0
	}
	return ports[0] // listeners come in the order of their ports
}
