package faultproxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// middle is where an answer that streams is cut, in bytes: well within what
// the engine writes first.
const middle = 40

var errCut = errors.New("cut off")

// spoil does to an answer what the request's fault says.
func (p *Proxy) spoil(resp *http.Response) error {
	fault, _ := resp.Request.Context().Value(faultKey{}).(Fault)
	switch fault {
	case Lost:
		return errCut
	case Cut, Hung, Halved:
		return p.shorten(resp, fault)
	}
	return nil
}

// shorten lets the beginning of the answer through. A short one is halved, of
// one that streams the first bytes pass.
func (p *Proxy) shorten(resp *http.Response, fault Fault) error {
	s := &shortened{fault: fault, closing: p.closing, ctx: resp.Request.Context(), left: middle}
	if w, ok := resp.Body.(io.ReadWriteCloser); ok && resp.StatusCode == http.StatusSwitchingProtocols {
		s.ReadCloser, s.left = resp.Body, middle/4
		resp.Body = &upgraded{shortened: s, Writer: w}
		return nil
	}
	if resp.ContentLength >= 0 {
		whole, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		s.left = len(whole) / 2
		resp.Body = io.NopCloser(bytes.NewReader(whole))
		if fault == Halved {
			resp.ContentLength = int64(s.left)
			resp.Header.Set("Content-Length", strconv.Itoa(s.left))
		}
		if len(whole) == 0 {
			// Nothing can be cut in two: the answer is lost instead.
			return errCut
		}
	}
	s.ReadCloser = resp.Body
	resp.Body = s
	return nil
}

// shortened ends a body early.
type shortened struct {
	io.ReadCloser
	fault   Fault
	left    int
	ctx     context.Context
	closing chan struct{}
}

// Read passes what is left, and then does what the fault says.
func (s *shortened) Read(b []byte) (int, error) {
	if s.left > 0 {
		n, err := s.ReadCloser.Read(b[:min(len(b), s.left)])
		s.left -= n
		return n, err
	}
	switch s.fault {
	case Halved:
		return 0, io.EOF
	case Hung:
		select {
		case <-s.ctx.Done():
		case <-s.closing:
		}
	}
	return 0, errCut
}

// upgraded is the body of a connection that both sides write to.
type upgraded struct {
	*shortened
	io.Writer
}
