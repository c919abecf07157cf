package engine

import (
	"context"
	"net"

	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/secrets/secretsprovider"

	"shipshape/checker"
)

// share offers build secrets to the engine's builder, which asks for them over
// a connection of their own while it builds. The build names it by its id. The
// caller calls end when the build has ended; ctx ends no session, since a build
// that is told to stop is awaited first.
func (c *Client) share(ctx context.Context, secrets map[string][]byte) (id string, end func(), err error) {
	for name, secret := range secrets {
		if len(secret) > secretsprovider.MaxSecretSize {
			return "", nil, &checker.EnvironmentError{
				Problem: "the build secret " + name + " is too large for a builder, which takes 500 KiB",
				Remedy:  "Use a smaller file.",
			}
		}
	}
	s, err := session.NewSession(ctx, "")
	if err != nil {
		return "", nil, c.fault(ctx, "begin a build session", err)
	}
	s.Allow(secretsprovider.FromMap(secrets))

	alive, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	dialled, ended := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(ended)
		// What goes wrong after the dialling is told by the build.
		_ = s.Run(alive, func(_ context.Context, proto string, meta map[string][]string) (net.Conn, error) {
			dialling, cancel := context.WithTimeout(ctx, answerTime)
			defer cancel()
			conn, err := c.unhurried.DialHijack(silentFor(dialling, 0), "/session", proto, meta)
			dialled <- err
			return conn, err
		})
	}()
	end = func() {
		hangUp()
		_ = s.Close() // it returns no error
		<-ended
	}
	if err := <-dialled; err != nil {
		end()
		return "", nil, c.fault(ctx, "open a session for build secrets", err)
	}
	return s.ID(), end, nil
}
