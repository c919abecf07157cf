package checker

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	// fillRequests are asked at most to fill the buffer of a service that
	// holds its log back: libc and Python write theirs when it holds 8 KiB,
	// which is some 100 lines.
	fillRequests = 400
	// fillStep is how many of them are asked between two looks at the log.
	fillStep = 50
	// endGrace is how long a service gets to end and to write what it held
	// back.
	endGrace = 5 * time.Second
	// lastLines is how long the engine may take to take in what was written
	// last.
	lastLines = time.Second
)

// request is one that is looked for in the log.
type request struct {
	service Service
	// path holds the value.
	path, value string
}

// logLines are the lines of a log, and those of them that hold a request.
type logLines struct {
	all, holding []string
}

// ask sends it until it is answered.
func (r request) ask(ctx context.Context, c Container) error {
	var silent error
	_, err := poll(ctx, cmp.Or(r.service.Ready, defaultReady), func() (bool, error) {
		_, silent = c.Do(ctx, http.MethodGet, r.path, askTimeout)
		return silent == nil || fatal(silent), nil
	})
	return cmp.Or(err, silent)
}

// awaitLines waits for it to show in the log.
func (r request) awaitLines(ctx context.Context, c Container, limit time.Duration) (logLines, error) {
	var found logLines
	_, err := poll(ctx, limit, func() (bool, error) {
		text, err := c.Logs(ctx, logLimit)
		found = linesHolding(text, r.value)
		return len(found.holding) > 0, err
	})
	return found, err
}

// linesHolding takes a log apart. Of one that was cut at its beginning, the
// first line is no whole one and does not count.
func linesHolding(text, value string) logLines {
	if len(text) >= logLimit-4 { // cut at a whole character
		_, text, _ = strings.Cut(text, "\n")
	}
	var found logLines
	for line := range strings.Lines(text) {
		// A carriage return at the end arrives as its picture.
		line = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "␍"))
		if line == "" {
			continue
		}
		found.all = append(found.all, line)
		if strings.Contains(line, value) {
			found.holding = append(found.holding, line)
		}
	}
	return found
}

// again starts the service a second time, in a container that other checks have
// no part in.
func (r request) again(ctx context.Context, ev *evidence) (*service, error) {
	build, err := ev.runBuild(ctx)
	if err != nil {
		return nil, err
	}
	s, err := ev.launch(ctx, ev.runRequest(build.ImageID))
	if err != nil {
		return nil, err
	}
	if !s.answered {
		return nil, &EnvironmentError{
			Problem: "the service answered in one container and not in a second: " + s.problem(r.service.Port),
			Remedy:  "See that the machine is not short of memory, then check again.",
		}
	}
	return s, nil
}

// missing finds out, in a container of its own, why an answered request is
// nowhere: whether it is held back in a buffer until that is full, or until the
// service ends, or is never written.
func (k *Logs) missing(ctx context.Context, ev *evidence, first Container, f finding, r request) (finding, error) {
	s, err := r.again(ctx, ev)
	if err != nil {
		return finding{}, err
	}
	when, err := r.showsAfter(ctx, s.container)
	if err != nil {
		return finding{}, err
	}
	// Meanwhile what was only late has come; slow is not wrong.
	text, err := first.Logs(ctx, logLimit)
	if err != nil {
		return finding{}, err
	}
	if lines := linesHolding(text, r.value); len(lines.holding) > 0 {
		return k.judge(f, lines, nil), nil
	}
	if when == "" {
		f.observed = "it answered, and the container's log shows nothing of the request"
		f.why = "What happened is only known from what a service writes. Let it write a line for each request to standard output."
		return f, nil
	}
	f.observed = "it answered, and the line of the request stays in a buffer: it came out only " + when
	f.why = "A log that is held back is missing just when the service crashes. Have it written line by line: PYTHONUNBUFFERED=1 for Python, a flush after each line elsewhere."
	return f, nil
}

// showsAfter tells what brought a held-back line out; empty where nothing did.
func (r request) showsAfter(ctx context.Context, c Container) (string, error) {
	asked := 0
	for asked < fillRequests {
		answers, err := r.askSome(ctx, c)
		if err != nil {
			return "", err
		}
		asked += answers
		if shows, err := r.shows(ctx, c); err != nil || shows {
			return fmt.Sprintf("after %d further requests", asked), err
		}
		if answers < fillStep {
			break // it has had enough
		}
	}
	if _, _, err := c.Stop(ctx, endGrace); err != nil {
		return "", err
	}
	lines, err := r.awaitLines(ctx, c, lastLines)
	if err != nil || len(lines.holding) == 0 {
		return "", err
	}
	return "when the service ended", nil
}

// askSome sends it fillStep times, or until it is not answered, and returns how
// often it was.
func (r request) askSome(ctx context.Context, c Container) (int, error) {
	for i := range fillStep {
		if _, err := c.Do(ctx, http.MethodGet, r.path, askTimeout); err != nil {
			return i, orNil(err)
		}
	}
	return fillStep, nil
}

func (r request) shows(ctx context.Context, c Container) (bool, error) {
	text, err := c.Logs(ctx, logLimit)
	return strings.Contains(text, r.value), err
}

// orNil drops an error that is a service's silence and not the environment's.
func orNil(err error) error {
	if fatal(err) {
		return err
	}
	return nil
}
