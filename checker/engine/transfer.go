package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// PullImage pulls an image from its registry. A registry that can't be reached,
// or has no such image, is a [*checker.EnvironmentError].
func (c *Client) PullImage(ctx context.Context, name string, progress func(checker.PullProgress)) error {
	answer, err := c.unhurried.ImagePull(silentFor(ctx, preparing*c.patience), name, client.ImagePullOptions{})
	if err != nil {
		return c.pullFault(ctx, name, err)
	}
	defer answer.Close()
	layers := make(map[string]jsonstream.Progress)
	return c.pullFault(ctx, name, messages(answer, func(m jsonstream.Message) error {
		if m.Progress != nil && m.Status == "Downloading" {
			layers[m.ID] = *m.Progress
		}
		if progress == nil {
			return nil
		}
		p := checker.PullProgress{Image: name, Status: inert.Line(m.Status)}
		for _, l := range layers {
			p.Done += l.Current
			p.Total += l.Total
		}
		progress(p)
		return nil
	}))
}

func (c *Client) pullFault(ctx context.Context, name string, err error) error {
	if err == nil || ctx.Err() != nil || diskFull(err.Error()) {
		return c.fault(ctx, "pull "+name, err)
	}
	if engineGone(err) {
		return c.fault(ctx, "pull "+name, err)
	}
	return fetchFault(name, err.Error())
}

// BuildImage builds an image that stays, with BuildKit, and returns its id.
func (c *Client) BuildImage(ctx context.Context, b checker.ImageBuild) (string, error) {
	steps := newTrace(func(string) int { return 0 }, nil)
	said := &lines{log: b.Log}
	failure, built := "", ""
	steps.hear(said)
	err := c.stream(ctx, b.Context, client.ImageBuildOptions{
		Labels: b.Labels, Dockerfile: b.Dockerfile, BuildArgs: pointers(b.Args),
	}, func(m jsonstream.Message) error {
		switch {
		case m.Error != nil:
			failure = m.Error.Message
		case m.ID == traceID && m.Aux != nil:
			return steps.add(*m.Aux)
		case m.ID == imageID:
			id, err := builtID(m)
			built = id
			return err
		}
		return nil
	})
	said.flush()
	if err == nil && failure != "" {
		err = errors.New(failure)
	}
	if err == nil && built == "" {
		err = c.incomplete()
	}
	if step, ok := failed(steps.result()); ok && err != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w, in the step %s", err, step.Name)
	}
	if err != nil {
		return "", c.fault(ctx, "build "+b.For, err)
	}
	return built, nil
}

// SaveImages writes images as one tar, as `docker save` does; an image that is
// not there is [checker.ErrNoImage].
func (c *Client) SaveImages(ctx context.Context, names []string, w io.Writer) error {
	answer, err := c.unhurried.ImageSave(silentFor(ctx, preparing*c.patience), names)
	if err != nil {
		return c.fault(ctx, "save images", noImage(strings.Join(names, ", "), err))
	}
	defer answer.Close()
	from := &readFault{r: answer}
	if _, err := io.Copy(w, from); err != nil && from.err == nil {
		return fmt.Errorf("write the saved images: %w", err)
	}
	return c.fault(ctx, "save images", from.err)
}

// LoadImages loads what SaveImages wrote.
func (c *Client) LoadImages(ctx context.Context, r io.Reader) error {
	answer, err := c.unhurried.ImageLoad(silentFor(ctx, preparing*c.patience), r, client.ImageLoadWithQuiet(true))
	if err != nil {
		return c.fault(ctx, "load images", err)
	}
	defer answer.Close()
	return c.fault(ctx, "load images", messages(answer, func(jsonstream.Message) error { return nil }))
}

// messages reads a stream of the engine's messages to its end; one that tells
// of an error ends it.
func messages(r io.Reader, each func(jsonstream.Message) error) error {
	return eachMessage(r, func(m jsonstream.Message) error {
		if m.Error != nil {
			return m.Error
		}
		return each(m)
	})
}

// readFault remembers a reader's error, to tell it from a writer's.
type readFault struct {
	r   io.Reader
	err error
}

func (f *readFault) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// lines cuts a build's output into lines.
type lines struct {
	log  func(string)
	rest []byte
}

// longestLine is where a line without an end is cut, in bytes.
const longestLine = 4 << 10

// Write never fails.
func (l *lines) Write(p []byte) (int, error) {
	if l.log == nil {
		return len(p), nil
	}
	for _, b := range p {
		if b != '\n' {
			l.rest = append(l.rest, b)
		}
		if b == '\n' || len(l.rest) >= longestLine {
			l.flushLine()
		}
	}
	return len(p), nil
}

func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.flushLine()
	}
}

func (l *lines) flushLine() {
	l.log(inert.Line(strings.TrimSuffix(string(l.rest), "\r")))
	l.rest = l.rest[:0]
}

func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t
}
