package claim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"shipshape/checker"
)

const (
	// readyTime is how long a container may take to show what is claimed of it,
	// by the first words, an answer or a command: many times what a program
	// needs to start on an idle machine.
	readyTime = 15 * time.Second
	// oneExec and oneAnswer are how long a command and an answer may take.
	oneExec   = time.Minute
	oneAnswer = 2 * time.Second
	// quietTime is how long a container that has printed something must have
	// printed nothing more to count as started, and startTime how long one may
	// take that prints nothing. To PID 1 a signal is lost that comes before its
	// handler. Where a text is claimed that may yet come, longQuiet and readyTime
	// take their place.
	quietTime = time.Second
	longQuiet = 5 * time.Second
	startTime = 6 * time.Second
	// silentTime is how long a service that has started is asked and must not
	// answer.
	silentTime = 2 * time.Second
	// stopGrace is that of docker stop.
	stopGrace = 10 * time.Second
)

// execs runs a command in the container, until it shows what is claimed or the
// time is up.
func (c Container) execs(ctx context.Context, r checker.Container) ([]Miss, error) {
	var misses []Miss
	state, _, err := checker.Watch(ctx, r, readyTime, func(s checker.State) (bool, error) {
		if !s.Running {
			return true, nil
		}
		bounded, cancel := context.WithTimeout(ctx, oneExec)
		defer cancel()
		result, err := r.Exec(bounded, "", c.Exec...)
		switch {
		case errors.Is(err, checker.ErrNotRunning):
			return false, nil // its state will tell
		case bounded.Err() != nil && ctx.Err() == nil:
			misses = []Miss{{"the command ends", fmt.Sprintf("it still runs after %s", oneExec)}}
			return true, nil
		case err != nil:
			return false, err
		}
		misses, err = c.judge("the command", result.ExitCode, result.Output)
		return len(misses) == 0, err
	})
	if err == nil && !state.Running {
		return c.lived(ctx, r, fmt.Sprintf("it runs while `%s` does", strings.Join(c.Exec, " ")), endedWith(state))
	}
	return misses, err
}

// stops stops the container once it is up.
func (c Container) stops(ctx context.Context, r checker.Container) ([]Miss, error) {
	state, err := c.isUp(ctx, r)
	if err != nil {
		return nil, err
	}
	if !state.Running {
		return c.lived(ctx, r, "it runs until it is stopped", endedWith(state))
	}
	state, took, err := r.Stop(ctx, stopGrace)
	if err != nil {
		return nil, err
	}
	misses, err := c.ended(ctx, r, state)
	for i := range misses {
		misses[i].Seen += fmt.Sprintf("; the stop took %.1f s", took.Seconds())
	}
	return misses, err
}

// isUp waits until a container printed what is claimed of its output, or some
// text and then no more for a while, or had time enough.
func (c Container) isUp(ctx context.Context, r checker.Container) (checker.State, error) {
	says, err := compile(c.Text.Says)
	if err != nil {
		return checker.State{}, err
	}
	patience, quiet := startTime, quietTime
	if c.Text.Says != "" {
		patience, quiet = readyTime, longQuiet
	}
	last, since := "", time.Now()
	state, _, err := checker.Watch(ctx, r, patience, func(s checker.State) (bool, error) {
		if !s.Running {
			return true, nil
		}
		log, err := r.Logs(ctx, logLimit)
		if log != last {
			last, since = log, time.Now()
		}
		said := c.Text.Says != "" && says.MatchString(log)
		return said || log != "" && time.Since(since) >= quiet, err
	})
	return state, err
}

// answers asks the container until it gives the answer that is claimed.
func (c Container) answers(ctx context.Context, r checker.Container) ([]Miss, error) {
	path, status := cmp.Or(c.Get.Path, "/"), cmp.Or(c.Get.Status, http.StatusOK)
	of := fmt.Sprintf("the answer to GET %s at port %d", path, c.Get.Port)
	var misses []Miss
	state, _, err := checker.Watch(ctx, r, readyTime, func(s checker.State) (bool, error) {
		if !s.Running {
			return true, nil
		}
		response, err := r.Do(ctx, http.MethodGet, path, oneAnswer)
		if err != nil {
			misses = []Miss{{of + " comes", err.Error()}}
			return false, theirs(ctx, err)
		}
		misses, err = c.Text.misses(of, response.Body)
		if response.Status != status {
			misses = append(misses, Miss{
				fmt.Sprintf("%s has the status %d", of, status),
				fmt.Sprintf("it has the status %d, and says %s", response.Status, shown(response.Body)),
			})
		}
		return len(misses) == 0, err
	})
	if err == nil && !state.Running {
		return c.lived(ctx, r, of+" comes", endedWith(state))
	}
	if err != nil || len(misses) == 0 {
		return nil, err
	}
	log, err := r.Logs(ctx, logLimit)
	misses[0].Seen += "; the container says " + shown(log)
	return misses, err
}

// theirs is an error of asking that is the surroundings' and not the service's.
func theirs(ctx context.Context, err error) error {
	if environmental(err) || ctx.Err() != nil {
		return err
	}
	return nil
}

// isSilent asks a container that runs and must not answer.
func (c Container) isSilent(ctx context.Context, r checker.Container) ([]Miss, error) {
	path := cmp.Or(c.Get.Path, "/")
	expected := fmt.Sprintf("GET %s at port %d is not answered", path, c.Get.Port)
	if _, err := c.isUp(ctx, r); err != nil {
		return nil, err
	}
	var misses []Miss
	state, _, err := checker.Watch(ctx, r, silentTime, func(s checker.State) (bool, error) {
		if !s.Running {
			return true, nil
		}
		response, err := r.Do(ctx, http.MethodGet, path, oneAnswer)
		if err != nil {
			return false, theirs(ctx, err)
		}
		misses = []Miss{{expected, fmt.Sprintf("it is, with the status %d", response.Status)}}
		return true, nil
	})
	if err == nil && !state.Running {
		return c.lived(ctx, r, "it runs while it is asked", endedWith(state))
	}
	return misses, err
}
