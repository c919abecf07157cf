package engine

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// traceID and imageID are the ids of the messages that carry BuildKit's trace
// and the finished image.
const (
	traceID = "moby.buildkit.trace"
	imageID = "moby.image.id"
)

// Build implements [checker.Engine].
func (r *Run) Build(ctx context.Context, req checker.BuildRequest) (*checker.Build, error) {
	ctx, done := r.begin(ctx)
	defer done()
	f, err := r.client.learn(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.client.losesFiles(f); err != nil {
		return nil, err
	}
	ended, err := r.client.turn(ctx, req.Alone)
	if err != nil {
		return nil, err
	}
	defer ended()
	if req.Limit > 0 {
		bounded, cancel := context.WithTimeout(ctx, req.Limit)
		defer cancel()
		ctx = bounded
	}
	src, err := openSource(req)
	if err != nil {
		return nil, err
	}
	secret := len(req.Secrets) > 0 || src.wantsSecrets
	result, err := r.build(ctx, req, src, secret)
	if !secret && errors.Is(err, errNoSession) {
		// A base that has to be pulled: for the token that registries give to
		// everybody, too, the builder asks over a session first.
		return r.build(ctx, req, src, true)
	}
	return result, err
}

// build builds a source once, with or without a session.
func (r *Run) build(ctx context.Context, req checker.BuildRequest, src *source, talk bool) (*checker.Build, error) {
	began := time.Now()
	c := r.client
	session, end := "", func() {}
	if talk {
		var err error
		if session, end, err = c.share(ctx, req.Secrets); err != nil {
			return nil, err
		}
	}
	defer end()
	body := pour(ctx, src)
	defer body.Close()
	steps := newTrace(src.lineOf, req.OnStep)
	result := &checker.Build{Notices: src.notices}
	failure := ""

	err := c.stream(ctx, body, client.ImageBuildOptions{
		Dockerfile: src.dockerfile,
		Target:     req.Target,
		BuildArgs:  pointers(req.Args),
		Labels:     r.labels(),
		NoCache:    req.NoCache,
		SessionID:  session,
	}, func(m jsonstream.Message) error {
		switch {
		case m.Error != nil:
			failure = m.Error.Message
		case m.ID == traceID && m.Aux != nil:
			return steps.add(*m.Aux)
		case m.ID == imageID:
			id, err := builtID(m)
			result.ImageID = id
			return err
		}
		return nil
	})
	result.Steps = steps.result()
	result.Duration = time.Since(began)
	sent, sendErr := body.finish()
	result.ContextBytes, result.Context = sent, src.sent
	if err != nil && !refusal(err) && (ctx.Err() == nil || errors.Is(err, errUnsettled)) {
		r.unsettle() // the engine may yet end it, and leave an image
	}
	if err == nil && failure == "" && result.ImageID == "" {
		err = c.incomplete()
	}
	if failure != "" || err != nil {
		result.ImageID = ""
	}
	switch {
	case errors.Is(err, errUnsettled):
		return result, c.deaf(err)
	case ctx.Err() != nil:
		return result, c.fault(ctx, "build", err)
	case sendErr != nil:
		return result, c.fault(ctx, "be sent the project", sendErr)
	case failure != "":
		return result, c.foreign(ctx, c.buildFailure(failure, result.Steps, src), src)
	case err != nil && refusal(err):
		return result, c.foreign(ctx, c.buildFailure(err.Error(), result.Steps, src), src)
	}
	if err != nil {
		return result, c.fault(ctx, "finish the build", err)
	}
	return result, nil
}

// pouring is a build context on its way to the engine.
type pouring struct {
	*io.PipeReader
	ended chan struct{}
	sent  int64
	err   error
}

// pour begins to write the context; what is written is read by the request.
func pour(ctx context.Context, src *source) *pouring {
	pr, pw := io.Pipe()
	p := &pouring{PipeReader: pr, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		// Cancelled, the builder reads no more, and the writer must not wait
		// for it.
		stop := context.AfterFunc(ctx, func() { _ = pw.CloseWithError(ctx.Err()) })
		defer stop()
		counted := &counter{w: pw}
		err := src.writeTar(ctx, counted)
		p.sent = counted.n
		if err != nil && ctx.Err() != nil {
			err = ctx.Err() // the closed pipe is only how the writer noticed
		}
		if !errors.Is(err, io.ErrClosedPipe) {
			p.err = err
		}
		_ = pw.CloseWithError(err)
	}()
	return p
}

// finish ends the writing and returns how many bytes were sent, and why the
// context could not be made.
func (p *pouring) finish() (int64, error) {
	_ = p.Close()
	<-p.ended
	return p.sent, p.err
}

// counter counts the bytes that pass.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// pointers makes build arguments what the API wants: nil would mean "from the
// engine's environment".
func pointers(args map[string]string) map[string]*string {
	if len(args) == 0 {
		return nil
	}
	out := make(map[string]*string, len(args))
	for k, v := range args {
		out[k] = &v
	}
	return out
}
