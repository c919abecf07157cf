package claim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shipshape/checker"
)

const (
	// logLimit is how much of a container's log is looked at, in bytes from its
	// end.
	logLimit = 64 << 10
	// endTime is how long a container may take to end by itself, on an engine
	// that is not busy; logTime how long its last words may take to be read.
	endTime = 30 * time.Second
	logTime = time.Second
	// runningTime is after which a container counts as one that runs.
	runningTime = 2 * time.Second
)

// run runs a container of an image and returns what was not seen as claimed.
func (c Container) run(ctx context.Context, eng checker.Engine, image string) ([]Miss, error) {
	req := checker.RunRequest{
		Image: image, Entrypoint: c.Entrypoint, Cmd: c.Command, User: c.User, Env: c.Env, Init: c.Init,
		ReadOnly: c.ReadOnly, Tmpfs: c.Tmpfs, DropCapabilities: c.DropCapabilities, Limits: checker.DefaultLimits(),
	}
	if c.Get != nil {
		req.Port = c.Get.Port
	}
	var health healthTest
	if c.Health != "" {
		var err error
		if health, err = testOf(ctx, eng, image, c.Health); err != nil {
			return nil, err
		}
		if health.timing == nil {
			return []Miss{{"its health test says " + c.Health, "the image has no health test"}}, nil
		}
		req.Health = health.timing
	}
	r, err := eng.Start(ctx, req)
	if unstarted, ok := errors.AsType[*checker.StartError](err); ok {
		return c.unstarted(unstarted)
	}
	if err != nil {
		return nil, err
	}
	// What can't be removed now is left to the sweep of the run.
	defer func() { _ = r.Remove(context.WithoutCancel(ctx)) }()
	switch {
	case c.Exec != nil:
		return c.execs(ctx, r)
	case c.Stop:
		return c.stops(ctx, r)
	case c.Get != nil && c.Get.Unanswered:
		return c.isSilent(ctx, r)
	case c.Get != nil:
		return c.answers(ctx, r)
	case c.Health != "":
		return c.becomes(ctx, r, health)
	case c.Running:
		return c.stays(ctx, r)
	}
	return c.ends(ctx, r)
}

// unstarted judges a container whose program could not be started. Where it
// should only end, it has.
func (c Container) unstarted(err *checker.StartError) ([]Miss, error) {
	if c.Exec != nil || c.Stop || c.Get != nil || c.Health != "" || c.Running {
		return []Miss{{"it starts", err.Error()}}, nil
	}
	return c.judge("the container", cmp.Or(err.ExitCode, exitCode(err.Message)), err.Message)
}

// exitCode is what docker run exits with where a program could not be started:
// docker/cli, cli/command/container/run.go.
func exitCode(message string) int {
	message = strings.ToLower(message)
	for _, part := range []string{"executable file not found", "no such file or directory"} {
		if strings.Contains(message, part) {
			return 127
		}
	}
	for _, part := range []string{"permission denied", "is a directory"} {
		if strings.Contains(message, part) {
			return 126
		}
	}
	return 125
}

// judge compares an exit code and an output with what is claimed.
func (c Container) judge(of string, exit int, output string) ([]Miss, error) {
	misses, err := c.Text.misses(of, output)
	if c.Exit != nil && exit != *c.Exit {
		misses = append(misses, Miss{
			fmt.Sprintf("%s has the exit code %d", of, *c.Exit),
			fmt.Sprintf("it has the exit code %d, and says %s", exit, shown(output)),
		})
	}
	return misses, err
}

// ends waits for a container's end.
func (c Container) ends(ctx context.Context, r checker.Container) ([]Miss, error) {
	state, ended, err := checker.Watch(ctx, r, endTime, func(s checker.State) (bool, error) { return !s.Running, nil })
	if err != nil {
		return nil, err
	}
	if !ended {
		return c.lived(ctx, r, "it ends by itself", fmt.Sprintf("it still runs after %s", endTime))
	}
	return c.ended(ctx, r, state)
}

// ended judges a container that has ended as it should.
func (c Container) ended(ctx context.Context, r checker.Container, state checker.State) ([]Miss, error) {
	var misses []Miss
	err := readLog(ctx, r, logTime, func(log string) (err error) {
		misses, err = c.judge("the container", state.ExitCode, log)
		return err
	}, func() bool { return len(misses) == 0 || c.Exit != nil && state.ExitCode != *c.Exit })
	if state.OOMKilled && len(misses) > 0 {
		misses[0].Seen += "; it used more memory than it may"
	}
	return misses, err
}

// stays waits while a container runs.
func (c Container) stays(ctx context.Context, r checker.Container) ([]Miss, error) {
	state, ended, err := checker.Watch(ctx, r, runningTime, func(s checker.State) (bool, error) { return !s.Running, nil })
	if err != nil {
		return nil, err
	}
	if ended {
		return c.lived(ctx, r, fmt.Sprintf("it still runs after %s", runningTime), endedWith(state))
	}
	var misses []Miss
	err = readLog(ctx, r, readyTime, func(log string) (err error) {
		misses, err = c.Text.misses("the container", log)
		return err
	}, func() bool { return len(misses) == 0 || c.Text.Says == "" })
	return misses, err
}

// readLog reads a container's log until it is as it should be, or nothing more
// is to be expected of it.
func readLog(ctx context.Context, r checker.Container, limit time.Duration, judge func(log string) error, good func() bool) error {
	_, _, err := checker.Watch(ctx, r, limit, func(checker.State) (bool, error) {
		log, err := r.Logs(ctx, logLimit)
		if err != nil {
			return false, err
		}
		err = judge(log)
		return good(), err
	})
	return err
}

// lived is the miss of a container that should have ended and runs, or the other
// way round.
func (c Container) lived(ctx context.Context, r checker.Container, expected, seen string) ([]Miss, error) {
	log, err := r.Logs(ctx, logLimit)
	return []Miss{{expected, seen + ", and says " + shown(log)}}, err
}

func endedWith(s checker.State) string {
	if s.Unexecuted != "" {
		return "its program could not be executed: " + s.Unexecuted
	}
	return fmt.Sprintf("it has ended with the exit code %d", s.ExitCode)
}
