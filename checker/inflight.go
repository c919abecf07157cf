package checker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	// takeOffs is how many requests are begun until one is under way: on a slow
	// machine one may be answered before anybody looked.
	takeOffs = 3
	// takenTime is how long the service may take to read a request.
	takenTime = 5 * time.Second
	// landing is how long after the container's end an answer may still come.
	landing = 2 * time.Second
	// slowRequest is how long a request in flight takes at least: see
	// [Stops.InFlight]. One that was cut off sooner cannot have been answered.
	slowRequest = 900 * time.Millisecond
	// quickAnswer is how long a second request waits for a sign of life.
	quickAnswer = 500 * time.Millisecond
)

// errSilence is why a service that does not answer has no answer.
var errSilence = errors.New("it does not answer")

// flight is a request that the service has taken and not yet answered.
type flight struct {
	path   string
	cancel context.CancelFunc
	began  time.Time
	// done is closed when the answer, or an error, is there.
	done   chan struct{}
	answer Response
	err    error
	took   time.Duration
	// short: the answer ended with the connection, and with less than half of
	// what another container answers.
	short bool
}

// takeOff begins a request and waits until the service has taken it.
func (s *service) takeOff(ctx context.Context, path string, port int, grace time.Duration) (*flight, error) {
	// It may answer with errors at first, because a part of it is not ready.
	if _, err := askUntilWell(ctx, s.container, "/", wellSoon); fatal(err) {
		return nil, err
	}
	var f *flight
	for range takeOffs {
		earlier, _, err := s.tools.sockets(ctx)
		if err != nil {
			return nil, err
		}
		f = s.request(ctx, path, 2*grace+takenTime)
		if err := s.awaitTaken(ctx, f, port, earlier); err != nil {
			f.cancel()
			return nil, err
		}
		if !f.landed() {
			break
		}
	}
	return f, nil
}

func (s *service) request(ctx context.Context, path string, limit time.Duration) *flight {
	ctx, cancel := context.WithCancel(ctx)
	f := &flight{path: path, cancel: cancel, began: time.Now(), done: make(chan struct{})}
	go func() {
		defer close(f.done)
		defer cancel()
		f.answer, f.err = s.container.Do(ctx, http.MethodGet, path, limit)
		f.took = time.Since(f.began)
	}()
	return f
}

// awaitTaken waits until a request is answered or under way: until a connection
// to the port, none of the earlier ones, has nothing left to be read. Where sockets cannot be seen, an
// answer to a second request shows that the first one, which came before it, was
// taken; so does its silence, of a service that takes one at a time.
func (s *service) awaitTaken(ctx context.Context, f *flight, port int, earlier []socket) error {
	_, err := poll(ctx, takenTime, func() (bool, error) {
		if f.landed() {
			return true, nil
		}
		sockets, ok, err := s.tools.sockets(ctx)
		if err != nil {
			return false, err
		}
		if ok {
			return slices.ContainsFunc(sockets, func(c socket) bool {
				return c.state == tcpEstablished && int(c.address.Port()) == port && c.unread == 0 && c.inode != "0" &&
					!slices.ContainsFunc(earlier, func(e socket) bool { return e.inode == c.inode })
			}), nil
		}
		_, err = s.container.Do(ctx, http.MethodGet, "/", quickAnswer)
		if fatal(err) {
			return false, err
		}
		return true, nil
	})
	return err
}

// landed reports whether the request has ended.
func (f *flight) landed() bool {
	if f == nil {
		return false
	}
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// ended is when the request of a flight that has landed did so.
func (f *flight) ended() time.Time { return f.began.Add(f.took) }

// land waits for the end of a request to a container that has ended.
func (f *flight) land(ctx context.Context) error {
	late := time.AfterFunc(landing, f.cancel)
	defer late.Stop()
	<-f.done
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// compare looks whether an answer whose end nothing marks is whole: the head of
// one can be sent long before the rest is known. It is an EnvironmentError where
// there is none to compare it with: a part must not pass for the whole.
func (f *flight) compare(ctx context.Context, ev *evidence) error {
	if f.err != nil || !f.answer.Open {
		return nil
	}
	other, err := ev.running(ctx)
	if err != nil {
		return err
	}
	var whole Response
	err = errSilence
	if other.answered {
		whole, err = ask(ctx, other.container, http.MethodGet, f.path, f.took+takenTime)
	}
	switch {
	case fatal(err):
		return err
	case err != nil:
		return &EnvironmentError{
			Problem: fmt.Sprintf("nothing tells whether the answer to the request in flight was whole: a second container gives none to GET %s: %v", f.path, err),
			Remedy:  "Check again when the engine has less to do.",
		}
	}
	f.short = 2*len(f.answer.Body) < len(whole.Body)
	return nil
}

// cutOff reports whether a request was not answered as it should.
func (f *flight) cutOff() bool {
	return f != nil && (f.err != nil || f.short || f.answer.Status < 200 || f.answer.Status > 299)
}

// doubtful reports whether a request that was cut off may have been answered:
// the engine's proxy ends together with the container, and on a busy machine it
// may not have passed the last answer on.
func (f *flight) doubtful() bool {
	return f.cutOff() && (f.err != nil || f.short) && f.took >= slowRequest
}

// outcome says what became of the request, as the end of a sentence.
func (f *flight) outcome() string {
	if f.err != nil {
		return fmt.Sprintf("was cut off: %v", f.err)
	}
	if f.short {
		return fmt.Sprintf("was answered %d, and broke off: %s", f.answer.Status, shown(f.answer.Body))
	}
	return fmt.Sprintf("was answered %d: %s", f.answer.Status, shown(f.answer.Body))
}
