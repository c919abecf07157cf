package checker

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// programTime is how long a program may take that reads a few files of /proc
	// or asks for one route: hundreds of times what it needs.
	programTime = 15 * time.Second
	// longestProgram bounds what any program gets: it ends before an engine's client
	// takes a program's silence for the engine's.
	longestProgram = 45 * time.Second
)

// errUnending says that a program went on for longer than it was given. An image
// may hold anything under the name of a program, so this is no fault of the engine's.
var errUnending = errors.New("the program did not end")

// execWithin runs a command in a container, and leaves it to itself when it has
// not ended after limit, or longestProgram: then the error is errUnending. The
// engine has no way to end it.
func execWithin(ctx context.Context, c Container, limit time.Duration, user string, argv ...string) (ExecResult, error) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return execUntil(ctx, bounded, c, user, argv...)
}

// execUntil is execWithin with a limit that becomes known while the command runs:
// when enough ends, a context within ctx.
func execUntil(ctx, enough context.Context, c Container, user string, argv ...string) (ExecResult, error) {
	began := time.Now()
	bounded, cancel := context.WithTimeout(enough, longestProgram)
	defer cancel()
	got, err := c.Exec(bounded, user, argv...)
	if ctx.Err() != nil || bounded.Err() == nil || !errors.Is(err, bounded.Err()) {
		return got, err
	}
	// An engine that answers nothing at all has not run the program either.
	if _, err := c.State(ctx); err != nil {
		return ExecResult{}, err
	}
	return ExecResult{}, fmt.Errorf("%s: %w within %s", argv[0], errUnending, time.Since(began).Round(time.Millisecond))
}

// succeeds runs a health test in a container and reports whether it says healthy in
// time; one that does not end does not.
func succeeds(ctx context.Context, c Container, limit time.Duration, test []string) (bool, error) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return succeedsUntil(ctx, bounded, c, test)
}

// succeedsUntil is succeeds with a limit as that of execUntil.
func succeedsUntil(ctx, enough context.Context, c Container, test []string) (bool, error) {
	if len(test) == 0 {
		return false, nil
	}
	got, err := execUntil(ctx, enough, c, "", test...)
	if err != nil {
		return false, orNil(err) // it did not return, or the container has ended
	}
	return got.ExitCode == 0 && !got.NotFound, nil
}
