package checker

import (
	"context"
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
	// quickAnswer is how long a second request waits for a sign of life.
	quickAnswer = 500 * time.Millisecond
)

// flight is a request that the service has taken and not yet answered.
type flight struct {
	path   string
	cancel context.CancelFunc
	// done is closed when the answer, or an error, is there.
	done   chan struct{}
	answer Response
	err    error
}

// takeOff begins a request and waits until the service has taken it.
func (s *service) takeOff(ctx context.Context, path string, port int, grace time.Duration) (*flight, error) {
	var f *flight
	for range takeOffs {
		f = s.request(ctx, path, 2*grace+takenTime)
		if err := s.awaitTaken(ctx, f, port); err != nil {
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
	f := &flight{path: path, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		defer cancel()
		f.answer, f.err = s.container.Do(ctx, http.MethodGet, path, limit)
	}()
	return f
}

// awaitTaken waits until a request is answered or under way: until a connection
// to the port has nothing left to be read. Where sockets cannot be seen, an
// answer to a second request shows that the first one, which came before it, was
// taken; so does its silence, of a service that takes one at a time.
func (s *service) awaitTaken(ctx context.Context, f *flight, port int) error {
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
				return c.state == tcpEstablished && int(c.address.Port()) == port && c.inode != "0" && c.unread == 0
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

// cutOff reports whether a request was not answered as it should.
func (f *flight) cutOff() bool {
	return f != nil && (f.err != nil || f.answer.Status < 200 || f.answer.Status > 299)
}

// outcome says what became of the request, as the end of a sentence.
func (f *flight) outcome() string {
	if f.err != nil {
		return fmt.Sprintf("was cut off: %v", f.err)
	}
	return fmt.Sprintf("was answered %d: %s", f.answer.Status, shown(f.answer.Body))
}
