package checker

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

const (
	// stubborn is how long after the signal a container may live before its
	// processes are looked at: one that no signal reaches need not cost the
	// whole of its grace.
	stubborn = time.Second
	// handlerTime is how long after its first answer a service may take to
	// install its handler.
	handlerTime = 2 * time.Second
	// drainLog is how much of a log is searched for the drain, in bytes from
	// its end, and drainLogTime how long it may take to get there.
	drainLog     = 1 << 20
	drainLogTime = time.Second
)

// stop is how one stop of a container went.
type stop struct {
	signal signal
	// problem says why it could not be stopped at all; empty where it was.
	problem string
	// grace is what the engine gave.
	grace time.Duration
	// state and took are how it ended, and how long after the signal.
	state State
	took  time.Duration
	// family was listed just before the signal, where known.
	family family
	known  bool
	// deaf: after the signal PID 1 went on, and has no handler for it.
	deaf bool
	// logged: what the service logged after the signal is as the check asks.
	logged bool
	log    string
	// flight is nil where none was asked for.
	flight *flight
}

// outlasted reports whether the container lived until it was killed.
func (s *stop) outlasted() bool {
	return s.problem == "" && (s.deaf || s.state.ExitCode == killed && s.took >= s.grace || s.took > s.grace)
}

// stop runs the service in a container of its own and stops it. A patient one
// first waits until there is a handler.
func (k *Stops) stop(ctx context.Context, ev *evidence, signal signal, grace time.Duration, patient bool) (*stop, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return nil, err
	}
	req := ev.runRequest(image.ID)
	req.Init = k.Init
	service, err := ev.launch(ctx, req)
	if err != nil {
		return nil, err
	}
	s := &stop{signal: signal}
	if !service.answered {
		s.problem = "it has to run before it can be stopped: " + service.problem(req.Port)
		return s, nil
	}
	if patient {
		if err := service.awaitHandler(ctx, signal); err != nil {
			return nil, err
		}
	}
	err = s.begin(ctx, service, k, req.Port, grace)
	if s.flight == nil {
		return s, err
	}
	if err != nil || s.problem != "" {
		s.flight.cancel()
	}
	return s, errors.Join(err, s.flight.land(ctx))
}

// awaitHandler waits until PID 1 minds a signal, for as long as that may take.
func (s *service) awaitHandler(ctx context.Context, signal signal) error {
	_, err := poll(ctx, handlerTime, func() (bool, error) {
		status, ok, err := s.tools.cat(ctx, "/proc/1/status")
		if err != nil || !ok {
			return true, err
		}
		minds, known := minds(status, signal)
		return minds || !known, nil
	})
	return err
}

// begin looks at the processes, sets the request off, and stops the container.
func (s *stop) begin(ctx context.Context, service *service, k *Stops, port int, grace time.Duration) error {
	c := service.container
	list, err := c.Processes(ctx)
	if err != nil && fatal(err) {
		return err
	}
	s.family, s.known = readFamily(list)
	before, err := c.Logs(ctx, drainLog)
	if err != nil {
		return err
	}
	if k.InFlight != "" {
		if s.flight, err = service.takeOff(ctx, k.InFlight, port, grace); err != nil {
			return err
		}
	}
	if s.grace, s.state, err = pacedGrace(ctx, c, grace); err != nil {
		return err
	}
	if !s.state.Running {
		log, err := c.Logs(ctx, logTail)
		s.problem = fmt.Sprintf("it ended by itself, with exit code %d, before it was told to stop%s", s.state.ExitCode, quoted(log))
		return err
	}
	if s.flight.landed() {
		s.problem = fmt.Sprintf("GET %s was answered before the stop could begin: %s", k.InFlight, s.flight.outcome())
		return nil
	}
	if err := s.send(ctx, service); err != nil {
		return err
	}
	return s.readLog(ctx, c, before, k.Log)
}

// pacedGrace returns a grace as long as this engine needs it: see pace.
func pacedGrace(ctx context.Context, c Container, grace time.Duration) (time.Duration, State, error) {
	var p pace
	began := time.Now()
	state, err := c.State(ctx)
	p.note(time.Since(began))
	return p.stretch(grace), state, err
}

// send stops the container. Where that takes long, it looks whether the signal
// can have any effect at all, and ends the wait where it can have none.
func (s *stop) send(ctx context.Context, service *service) error {
	ended := make(chan error, 1)
	go func() {
		var err error
		s.state, s.took, err = service.container.Stop(ctx, s.grace)
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(min(stubborn, s.grace/2)):
	}
	status, ok, err := service.tools.cat(ctx, "/proc/1/status")
	deaf := false
	if minds, known := minds(status, s.signal); err == nil && ok && known && !minds {
		deaf = true
		// An error here means that it has ended after all.
		_ = service.container.Signal(ctx, "SIGKILL")
	}
	if err := <-ended; err != nil {
		return err
	}
	s.deaf = deaf && s.state.ExitCode == killed
	return nil
}

// readLog reads what the service logged since before, until it is as wanted.
func (s *stop) readLog(ctx context.Context, c Container, before, wanted string) error {
	pattern, err := regexp.Compile(wanted)
	if err != nil {
		return fmt.Errorf("the exercise's pattern for the log of a stop: %w", err)
	}
	_, err = poll(ctx, drainLogTime, func() (bool, error) {
		log, err := c.Logs(ctx, drainLog)
		s.log = newer(log, before)
		s.logged = pattern.MatchString(s.log)
		return s.logged, err
	})
	return err
}

// newer returns what a log holds beyond what it held before. Of a log that
// outgrew what is read of it, the end of before is looked for.
func newer(log, before string) string {
	const known = 1 << 10
	if rest, ok := strings.CutPrefix(log, before); ok {
		return rest
	}
	end := before[max(0, len(before)-known):]
	if i := strings.LastIndex(log, end); i >= 0 {
		return log[i+len(end):]
	}
	return log
}
