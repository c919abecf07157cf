package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	// defaultReady is how long a service may take to answer: several times
	// what an interpreter needs to start on a busy machine.
	defaultReady = 20 * time.Second
	// askTimeout bounds one HTTP request of a poll.
	askTimeout = 2 * time.Second
	// asks is how often a service is asked before its silence tells something: an
	// answer can be lost on its way, where the bridge has no address of its own (see
	// CONTRIBUTING).
	asks = 2
	// suspicious is how long a running container may stay silent before its
	// sockets are looked at, and lookAgain how long until the next look: one
	// that listens where nobody reaches it will never answer, and need not cost
	// the whole of defaultReady.
	suspicious = 800 * time.Millisecond
	lookAgain  = time.Second
	// logTail is how much of a container's log a verdict quotes, in bytes.
	logTail = 4 << 10
)

// service is the submission's image, run with its default command.
type service struct {
	// container is nil when the program could not be started.
	container Container
	// image is what it was started from.
	image string
	// tools look at the container's processes and sockets.
	tools *tools
	// startErr tells why it could not.
	startErr *StartError
	// answered tells whether anything came back over HTTP, and since is when it
	// first did.
	answered bool
	since    time.Time
	// silence is the last error of asking, when nothing did.
	silence error
	// state and log are those of a container that did not answer.
	state State
	log   string
	// unstarted tells what kept its program from being executed; empty when
	// nothing did, or nothing is known.
	unstarted string
	// listening tells where it listens, when it did not answer.
	listening listening
}

// running starts the submission's image, once for all checks, and waits as
// [evidence.launch] does.
func (ev *evidence) running(ctx context.Context) (*service, error) {
	build, err := ev.runBuild(ctx)
	if err != nil {
		return nil, err
	}
	return ev.service.get(ctx, &ev.shared, func(ctx context.Context) (*service, error) {
		return ev.launch(ctx, ev.runRequest(build.ImageID))
	})
}

// runRequest asks for the submission's service as the assignment describes it.
func (ev *evidence) runRequest(image string) RunRequest {
	svc := ev.sub.Assignment.Service
	return RunRequest{Image: image, Port: svc.Port, Env: svc.Env, Limits: ev.limits()}
}

// launch starts a container of the submission's service and waits until it
// answers, ends, or is seen to listen where nobody outside can reach it.
func (ev *evidence) launch(ctx context.Context, req RunRequest) (*service, error) {
	s := new(service)
	c, err := ev.start(ctx, req)
	if err != nil && !errors.As(err, &s.startErr) {
		return nil, err
	}
	if s.startErr == nil {
		s.container, s.tools, s.image = c, ev.tools(c), req.Image
		if err := s.await(ctx, ev); err != nil {
			return s, err
		}
	}
	return s, s.explain(ctx, ev, req.Image)
}

// ready is how long a service may take to answer, and as long again to answer well.
func (ev *evidence) ready() time.Duration {
	return cmp.Or(ev.sub.Assignment.Service.Ready, defaultReady)
}

// removing bounds how long a container may take to be removed before a grade's end
// waits no longer for it.
const removing = 10 * time.Second

// discard removes, beside what goes on, a container of which nothing is asked any
// more, or nil: where it lives on, it and its health test take processors from what
// is timed after it. What is not removed is left to the run's sweep, and to no verdict.
func (ev *evidence) discard(c Container) {
	if c == nil {
		return
	}
	ev.wg.Go(func() {
		// To the end also when the grade is over: half a removal is in the sweep's way.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ev.ctx), removing)
		defer cancel()
		_ = c.Remove(ctx)
	})
}

// explain finds out why a program of an image was not executed.
func (s *service) explain(ctx context.Context, ev *evidence, ref string) error {
	if s.startErr == nil && (s.answered || s.state.Running || !unexecuted(s.state)) {
		return nil
	}
	image, err := ev.eng.Image(ctx, ref)
	if err != nil {
		return err
	}
	s.unstarted, err = ev.whyUnstarted(ctx, image)
	return err
}

// unexecuted reports whether a container ended because a program in it could not
// be executed, as far as the engine, or the exit code of a shell, tells.
func unexecuted(s State) bool {
	const notExecutable, notFound = 126, 127
	return s.Unexecuted != "" || s.ExitCode == notExecutable || s.ExitCode == notFound
}

// await polls until the service answers or is known not to. What its processes
// waited for a processor does not count: a crowded machine is not its fault.
func (s *service) await(ctx context.Context, ev *evidence) error {
	ready := ev.ready()
	var credit time.Duration
	for limit := ready; ; {
		done, err := s.awaitFor(ctx, ev, limit)
		if err != nil || s.answered {
			return err
		}
		waited := credit
		if !done {
			if waited, err = s.tools.waited(ctx); err != nil {
				return err
			}
		}
		if limit = min(waited, mostCrowding*ready) - credit; limit < lookAgain {
			break
		}
		credit += limit
	}
	if s.state.Running && !s.listening.known {
		if _, err := s.hopeless(ctx, ev); err != nil {
			return err
		}
	}
	if err := s.cutOff(ev.sub.Assignment.Service.Port); err != nil {
		return err
	}
	log, err := s.container.Logs(ctx, logTail)
	if err != nil {
		return err
	}
	s.log = log
	if err := ev.foreign(ctx, log); err != nil {
		return err
	}
	return ev.roomless(ctx, s.image)
}

// cutOff is the fault of an engine whose published ports are out of reach from
// here: the service takes connections in its container, and none gets there.
// Where nothing can look into the container, that is not known, and what is not
// known is no fault of the service's.
func (s *service) cutOff(port int) error {
	if !s.state.Running || !errors.Is(s.silence, ErrNoConnection) || s.listening.known && !s.listening.open(port) {
		return nil
	}
	where := "the service runs"
	if s.listening.known {
		where = fmt.Sprintf("the service listens on %s in its container", addressList(s.listening.on(port)))
	}
	return &EnvironmentError{
		Problem: where + ", and the port that the engine publishes for it is out of reach from here",
		Remedy:  "Run shipshape on the engine's own machine, or set DOCKER_HOST to an address of it at which its ports can be reached.",
		Err:     s.silence,
	}
}

// awaitFor polls for a time; done tells that there is no more to wait for.
func (s *service) awaitFor(ctx context.Context, ev *evidence, limit time.Duration) (done bool, err error) {
	path := cmp.Or(ev.sub.Assignment.Service.Path, "/")
	look := time.Now().Add(suspicious)
	_, done, err = Watch(ctx, s.container, limit, func(state State) (bool, error) {
		s.state = state
		if !state.Running {
			return true, nil
		}
		_, err := s.container.Do(ctx, http.MethodGet, path, askTimeout)
		if s.answered = err == nil; s.answered || fatal(err) {
			s.since = time.Now()
			return true, err
		}
		s.silence = err
		if time.Now().Before(look) {
			return false, nil
		}
		look = time.Now().Add(lookAgain)
		return s.hopeless(ctx, ev)
	})
	return done, err
}

// ask asks a service that answers, and again where it says nothing.
func ask(ctx context.Context, c Container, method, path string, within time.Duration) (answer Response, err error) {
	for range asks {
		if answer, err = c.Do(ctx, method, path, within); err == nil || fatal(err) {
			break
		}
	}
	return answer, err
}

// fatal reports whether an error of asking a service is the environment's and
// not the service's silence.
func fatal(err error) bool {
	var environment *EnvironmentError
	return errors.As(err, &environment) || errors.Is(err, context.Canceled)
}

// problem says, as half a sentence, why the service did not answer.
func (s *service) problem(port int) string {
	if s.unstarted != "" {
		return s.symptom(port) + "; " + s.unstarted
	}
	return s.symptom(port)
}

// symptom is what was seen of a service that did not answer.
func (s *service) symptom(port int) string {
	switch {
	case s.startErr != nil:
		return s.startErr.Error()
	case !s.state.Running && s.state.OOMKilled:
		return "the container was killed: it used more memory than it may" + quoted(s.log)
	case s.state.Unexecuted != "":
		return "its program could not be executed: " + s.state.Unexecuted
	case !s.state.Running:
		return fmt.Sprintf("the container ended with exit code %d%s", s.state.ExitCode, quoted(s.log))
	}
	if where := s.listening.problem(port); where != "" {
		return "it runs, and " + where
	}
	return fmt.Sprintf("it runs, and does not answer on port %d (%v)%s", port, s.silence, quoted(s.log))
}

// quoted returns the last lines of a log for the end of a sentence.
func quoted(log string) string {
	const most = 4
	lines := strings.Split(strings.TrimSpace(log), "\n")
	if len(lines) == 1 && lines[0] == "" {
		return ""
	}
	if len(lines) > most {
		lines = lines[len(lines)-most:]
	}
	return "; its last words:\n" + strings.Join(lines, "\n")
}
