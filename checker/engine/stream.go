package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/moby/moby/api/types/build"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

const (
	// cancelGrace is how long a build may take to end after it was told to.
	cancelGrace = 15 * time.Second
	// cancelEvery is how often it is told: the engine passes over a build
	// that has not begun yet.
	cancelEvery = 250 * time.Millisecond
)

// errUnsettled says that a cancelled build did not end in time, so that it may
// still leave an image.
var errUnsettled = errors.New("the cancelled build did not end in time")

// stream posts a build and passes on its messages until it has ended on the
// engine. When ctx is cancelled the build is told to stop and its end awaited:
// a build that nobody waits for might still leave an image behind.
func (c *Client) stream(ctx context.Context, body io.Reader, opts client.ImageBuildOptions, each func(jsonstream.Message) error) error {
	opts.Version = build.BuilderBuildKit
	opts.BuildID = rand.Text()
	opts.Remove, opts.ForceRemove = true, true

	connected, hangUp := context.WithCancelCause(context.WithoutCancel(ctx))
	defer hangUp(nil)
	stop := context.AfterFunc(ctx, func() { c.cancelBuild(connected, opts.BuildID, hangUp) })
	defer stop()

	err := c.follow(connected, body, opts, each)
	if cause := context.Cause(connected); errors.Is(cause, errUnsettled) {
		return errors.Join(ctx.Err(), cause)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (c *Client) follow(ctx context.Context, body io.Reader, opts client.ImageBuildOptions, each func(jsonstream.Message) error) error {
	answer, err := c.unhurried.ImageBuild(silentFor(ctx, 0), body, opts)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return eachMessage(answer.Body, each)
}

// eachMessage reads a stream of the engine's messages to its end.
func eachMessage(r io.Reader, each func(jsonstream.Message) error) error {
	messages := json.NewDecoder(r)
	for {
		var m jsonstream.Message
		err := messages.Decode(&m)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(m); err != nil {
			return err
		}
	}
}

// cancelBuild tells the engine to stop a build, again and again, until the
// connection to it is done; in the end it hangs up.
func (c *Client) cancelBuild(connected context.Context, id string, hangUp context.CancelCauseFunc) {
	again := time.NewTicker(cancelEvery)
	defer again.Stop()
	patient, cancel := context.WithTimeout(connected, min(cancelGrace, c.patience))
	defer cancel()
	for {
		// An error is no reason to stop trying; hanging up remains.
		_, _ = c.api.BuildCancel(patient, id, client.BuildCancelOptions{})
		select {
		case <-patient.Done():
			hangUp(errUnsettled) // does nothing when the connection is done
			return
		case <-again.C:
		}
	}
}

// builtID reads the message that names the finished image.
func builtID(m jsonstream.Message) (string, error) {
	var result build.Result
	if m.Aux == nil {
		return "", nil
	}
	err := json.Unmarshal(*m.Aux, &result)
	return result.ID, err
}

// deaf is the error of an engine that did not end a build which it was told to
// end: what it did in the time before is no evidence either.
func (c *Client) deaf(err error) error {
	return &checker.EnvironmentError{
		Problem: "the Docker engine at " + c.host + " neither went on with the build nor stopped it",
		Remedy:  "Try again, and if it happens again, restart Docker: its builder may have stopped for good while the rest of it answers.",
		Err:     err,
	}
}

// incomplete is the error of a stream that ended without a result.
func (c *Client) incomplete() error {
	return &checker.EnvironmentError{
		Problem: "the Docker engine at " + c.host + " ended the build without a result",
		Remedy:  "See the engine's own log, restart Docker, and try again.",
	}
}
