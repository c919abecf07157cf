package checker

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
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
	// signalTime is how long after an engine that is not busy was told to stop a
	// container its program may get the signal.
	signalTime = 50 * time.Millisecond
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
	// grace is what the engine gave: as long as this engine needs.
	grace time.Duration
	pace  pace
	// asked is when the engine was told to stop it.
	asked time.Time
	// state and took are how it ended, and how long after the signal.
	state State
	took  time.Duration
	// family was listed just before the signal, where known.
	family family
	known  bool
	// before and after are what PID 1 does with the signal: before it came, and
	// where it lived on, some time after.
	before, after hearing
	// logged: what the service logged after the signal is as the check asks.
	logged bool
	log    string
	// flight is nil where none was asked for.
	flight *flight
}

// deaf reports whether no signal could end the container. A look afterwards alone
// would not do: many a service takes its handler away when the signal has come.
func (s *stop) deaf() bool { return s.before == deaf && s.after == deaf }

// outlasted reports whether the container lived until it was killed.
func (s *stop) outlasted() bool {
	return s.problem == "" && (s.deaf() || s.state.ExitCode == killed && s.took >= s.grace || s.took > s.grace)
}

// doubtful reports whether it tells nothing of the request in flight: one that was
// cut off may have been answered, and one that was answered may have been so before
// the signal came.
func (s *stop) doubtful() bool {
	if s.flight == nil || s.outlasted() {
		return false
	}
	early := s.flight.err == nil && s.flight.ended().Before(s.asked.Add(s.pace.stretch(signalTime)))
	return early || s.flight.doubtful()
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
	defer ev.discard(service.container)
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
	if err := errors.Join(err, s.flight.land(ctx)); err != nil || s.problem != "" {
		return s, err
	}
	return s, s.flight.compare(ctx, ev)
}

// awaitHandler waits until PID 1 hears a signal, for as long as that may take.
func (s *service) awaitHandler(ctx context.Context, signal signal) error {
	_, err := poll(ctx, handlerTime, func() (bool, error) {
		heard, err := hearingOfFirst(ctx, s.tools.cat, signal)
		return heard != deaf, err
	})
	return err
}

// hearingOfFirst tells whether PID 1 will notice a signal, with one of the two cats of
// [tools].
func hearingOfFirst(ctx context.Context, cat func(context.Context, ...string) (string, bool, error), signal signal) (hearing, error) {
	files, ok, err := cat(ctx, "/proc/1/status", "/proc/1/wchan")
	if err != nil || !ok {
		return hearingUnknown, err
	}
	return readHearing(files, signal), nil
}

// begin looks at the processes, sets the request off, and stops the container.
func (s *stop) begin(ctx context.Context, service *service, k *Stops, port int, grace time.Duration) error {
	c := service.container
	err := s.look(ctx, service)
	if err != nil {
		return err
	}
	if k.InFlight != "" {
		if s.flight, err = service.takeOff(ctx, k.InFlight, port, grace); err != nil {
			return err
		}
	}
	if s.pace, s.state, err = paceOf(ctx, c); err != nil {
		return err
	}
	s.grace = s.pace.stretch(grace)
	if !s.state.Running {
		log, err := c.Logs(ctx, logTail)
		s.problem = fmt.Sprintf("it ended by itself, with exit code %d, before it was told to stop%s", s.state.ExitCode, quoted(log))
		return err
	}
	// What it says to the request in flight is logged before the signal.
	logged, err := c.Logs(ctx, drainLog)
	if err != nil {
		return err
	}
	if s.flight.landed() && s.flight.took >= slowRequest {
		return &EnvironmentError{
			Problem: fmt.Sprintf("GET %s took %.1f s, and was answered before the engine could be told to stop", k.InFlight, s.flight.took.Seconds()),
			Remedy:  "Check again when the machine has less to do.",
		}
	}
	if s.flight.landed() {
		s.problem = fmt.Sprintf("GET %s was answered before the stop could begin: %s", k.InFlight, s.flight.outcome())
		return nil
	}
	if err := s.send(ctx, service); err != nil {
		return err
	}
	return s.readLog(ctx, c, logged, k.Log)
}

// look reads, side by side, what can only be seen before the signal.
func (s *stop) look(ctx context.Context, service *service) error {
	var (
		wg                sync.WaitGroup
		listErr, heardErr error
	)
	wg.Go(func() {
		var list []Process
		if list, listErr = service.container.Processes(ctx); listErr == nil {
			s.family, s.known = readFamily(list)
		}
	})
	s.before, heardErr = hearingOfFirst(ctx, service.tools.ownCat, s.signal)
	wg.Wait()
	// One that has ended meanwhile is seen to have by its state.
	return errors.Join(orNil(listErr), orNil(heardErr))
}

// send stops the container. Where that takes long, it looks whether the signal
// can have any effect at all, and ends the wait where it can have none.
func (s *stop) send(ctx context.Context, service *service) error {
	ended := make(chan error, 1)
	s.asked = time.Now()
	go func() {
		var err error
		s.state, s.took, err = service.container.Stop(ctx, s.grace)
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(min(s.pace.stretch(stubborn), s.grace/2)):
	}
	// An error here means that it has ended after all, or shows once more below.
	s.after, _ = hearingOfFirst(ctx, service.tools.cat, s.signal)
	if s.deaf() {
		_ = service.container.Signal(ctx, "SIGKILL")
	}
	return <-ended
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
