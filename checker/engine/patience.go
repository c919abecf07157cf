package engine

import (
	"context"
	"errors"
	"net"
	"os"
	"time"
)

const (
	// defaultPatience is many times what a busy engine takes to answer a
	// question, or to write on while it streams.
	defaultPatience = time.Minute
	// preparing is how many times that long an engine may be silent before it
	// sends or takes a whole image: the classic store writes one to disk first.
	preparing = 10
)

// silence is the error of an engine that keeps a connection open and says
// nothing on it for too long. It is no net.Error, which the engine's client
// would replace by one of its own.
type silence struct{ after time.Duration }

func (s *silence) Error() string { return "no answer within " + s.after.String() }

// patienceKey is where a context holds how long its call may be silent.
type patienceKey struct{}

// silentFor allows one call of the unhurried client to be silent for so long; 0
// allows any time, where the caller's context ends the call.
func silentFor(ctx context.Context, patience time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, patience)
}

// patientDialer returns how the client connects to the engine at an address:
// each connection fails when the engine is silent for longer than patience, or
// than the call's context allows.
func patientDialer(network, address string, patience time.Duration) func(context.Context, string, string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: answerTime}
	return func(ctx context.Context, _, asked string) (net.Conn, error) {
		at := address
		if network != "unix" {
			at = asked // a proxy's, it may be
		}
		conn, err := dialer.DialContext(ctx, network, at)
		if err != nil {
			return nil, err
		}
		allowed, ok := ctx.Value(patienceKey{}).(time.Duration)
		if !ok {
			allowed = patience
		}
		if allowed <= 0 {
			return conn, nil
		}
		return &patientConn{Conn: conn, patience: allowed}, nil
	}
}

// patientConn is a connection on which neither side may be silent for too long
// once it has something to say.
type patientConn struct {
	net.Conn
	patience time.Duration
}

func (c *patientConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	return n, c.named(err)
}

// Write grants a pending Read the whole time again: on a connection that is used
// a second time, it has been waiting since the first answer.
func (c *patientConn) Write(b []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(b)
	return n, c.named(err)
}

func (c *patientConn) named(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &silence{after: c.patience}
	}
	return err
}
