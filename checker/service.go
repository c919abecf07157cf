package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// defaultReady is how long a service may take to answer: several times
	// what an interpreter needs to start on a busy machine.
	defaultReady = 20 * time.Second
	// askTimeout bounds one HTTP request of a poll.
	askTimeout = 2 * time.Second
	// suspicious is how long a running container may stay silent before its
	// listening addresses are looked at: one that listens on loopback alone
	// will never answer, and need not cost the whole of defaultReady.
	suspicious = 1500 * time.Millisecond
	// logTail is how much of a container's log a verdict quotes, in bytes.
	logTail = 4 << 10
)

// service is the submission's image, run with its default command.
type service struct {
	// container is nil when the program could not be started.
	container Container
	// startErr tells why it could not.
	startErr *StartError
	// answered tells whether anything came back over HTTP.
	answered bool
	// silence is the last error of asking, when nothing did.
	silence error
	// state and log are those of a container that did not answer.
	state State
	log   string
	// loopback are the loopback addresses that it listens on, when it did not
	// answer and listens on no others.
	loopback []string
}

// running starts the submission's image and waits until it answers, ends, or
// is seen to listen where nobody outside can reach it.
func (ev *evidence) running(ctx context.Context) (*service, error) {
	build, err := ev.runBuild(ctx)
	if err != nil {
		return nil, err
	}
	return ev.service.get(func() (*service, error) {
		c, err := ev.eng.Start(ctx, RunRequest{
			Image: build.ImageID, Port: ev.sub.Assignment.Service.Port,
			Env: ev.sub.Assignment.Service.Env, Limits: ev.limits(),
		})
		s := &service{container: c}
		if errors.As(err, &s.startErr) {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		return s, s.await(ctx, ev.sub.Assignment.Service)
	})
}

// await polls until the service answers or is known not to.
func (s *service) await(ctx context.Context, svc Service) error {
	began := time.Now()
	looked := false
	_, err := poll(ctx, cmp.Or(svc.Ready, defaultReady), func() (bool, error) {
		_, err := s.container.Do(ctx, "GET", cmp.Or(svc.Path, "/"), askTimeout)
		if err == nil {
			s.answered = true
			return true, nil
		}
		if fatal(err) {
			return false, err
		}
		s.silence = err
		if s.state, err = s.container.State(ctx); err != nil || !s.state.Running {
			return true, err
		}
		if looked || time.Since(began) < suspicious {
			return false, nil
		}
		looked = true
		s.loopback = onlyLoopback(ctx, s.container, svc.Port)
		return len(s.loopback) > 0, nil
	})
	if err != nil || s.answered {
		return err
	}
	s.log, err = s.container.Logs(ctx, logTail)
	return err
}

// fatal reports whether an error of asking a service is the environment's and
// not the service's silence.
func fatal(err error) bool {
	var environment *EnvironmentError
	return errors.As(err, &environment) || errors.Is(err, context.Canceled)
}

// problem says, as half a sentence, why the service did not answer.
func (s *service) problem(port int) string {
	switch {
	case s.startErr != nil:
		return s.startErr.Error()
	case !s.state.Running && s.state.OOMKilled:
		return "the container was killed: it used more memory than it may" + quoted(s.log)
	case !s.state.Running:
		return fmt.Sprintf("the container ended with exit code %d%s", s.state.ExitCode, quoted(s.log))
	case len(s.loopback) > 0:
		return fmt.Sprintf("it runs, and listens on %s only: no one outside the container can reach that", strings.Join(s.loopback, " and "))
	default:
		return fmt.Sprintf("it runs, and does not answer on port %d (%v)%s", port, s.silence, quoted(s.log))
	}
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
