package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// logLines bounds how many lines the engine is asked for when only the end of a
// log is wanted.
const logLines = 10_000

// running is a container of a run, running or ended.
type running struct {
	client *Client
	id     string
	// port is the container's published port, 0 for none.
	port int

	mu sync.Mutex
	// address is where the port was published; empty until it is known.
	address string
}

var _ checker.Container = (*running)(nil)

// ID implements [checker.Container].
func (r *running) ID() string { return r.id }

// State implements [checker.Container].
func (r *running) State(ctx context.Context) (checker.State, error) {
	got, err := r.inspect(ctx)
	if err != nil {
		return checker.State{}, err
	}
	s := got.State
	state := checker.State{Running: s.Running, ExitCode: s.ExitCode, OOMKilled: s.OOMKilled, Unexecuted: r.unexecuted(ctx, s)}
	if h := s.Health; h != nil && h.Status != container.NoHealthcheck {
		state.Health = string(h.Status)
		for _, run := range h.Log {
			state.HealthLog = inert.Text(run.Output)
			state.HealthRuns = append(state.HealthRuns, checker.HealthRun{
				Started: run.Start, Duration: run.End.Sub(run.Start), ExitCode: run.ExitCode, Output: state.HealthLog,
			})
		}
	}
	return state, nil
}

func (r *running) inspect(ctx context.Context) (container.InspectResponse, error) {
	got, err := r.client.api.ContainerInspect(ctx, r.id, client.ContainerInspectOptions{})
	switch {
	case err != nil:
	case got.Container.State == nil:
		err = fmt.Errorf("the engine told no state of container %s", r.id)
	case got.Container.State.Status == container.StateCreated:
		err = errors.New("the engine said that it had started the container, and it has not")
	}
	return got.Container, r.client.fault(ctx, "read the container's state", err)
}

// Logs implements [checker.Container].
func (r *running) Logs(ctx context.Context, limit int) (string, error) {
	logs, err := r.client.api.ContainerLogs(ctx, r.id, client.ContainerLogsOptions{
		ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(min(limit, logLines)),
	})
	if err != nil {
		return "", r.client.fault(ctx, "read the container's log", err)
	}
	defer logs.Close()
	end := &tail{limit: limit}
	if _, err := stdcopy.StdCopy(end, end, logs); err != nil {
		return "", r.client.fault(ctx, "read the container's log", err)
	}
	return end.Text(), nil
}

// Signal implements [checker.Container]. It returns [checker.ErrNotRunning] for
// a container that has ended.
func (r *running) Signal(ctx context.Context, signal string) error {
	_, err := r.client.api.ContainerKill(ctx, r.id, client.ContainerKillOptions{Signal: signal})
	if notRunning(err) {
		return checker.ErrNotRunning
	}
	return r.client.fault(ctx, "send a signal to the container", err)
}

// Stop implements [checker.Container]. The engine counts grace in whole
// seconds: it is rounded up.
func (r *running) Stop(ctx context.Context, grace time.Duration) (checker.State, time.Duration, error) {
	seconds := int(math.Ceil(grace.Seconds()))
	began := time.Now()
	silent := silentFor(ctx, grace+r.client.patience)
	_, err := r.client.unhurried.ContainerStop(silent, r.id, client.ContainerStopOptions{Timeout: &seconds})
	took := time.Since(began)
	if err != nil {
		return checker.State{}, took, r.client.fault(ctx, "stop the container", err)
	}
	state, err := r.State(ctx)
	if err == nil && state.Running {
		err = r.client.fault(ctx, "stop the container", errors.New("it said that it had, and the container runs"))
	}
	return state, took, err
}

// Wait implements [checker.Container].
func (r *running) Wait(ctx context.Context) (checker.State, error) {
	wait := r.client.unhurried.ContainerWait(silentFor(ctx, 0), r.id, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	// One of the two always comes: a cancelled context is an error too.
	select {
	case <-wait.Result:
		return r.State(ctx)
	case err := <-wait.Error:
		return checker.State{}, r.client.fault(ctx, "wait for the container", err)
	}
}

// Remove implements [checker.Container]. A container that is gone already is no
// error.
func (r *running) Remove(ctx context.Context) error {
	_, err := r.client.api.ContainerRemove(ctx, r.id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsNotFound(err) || errdefs.IsConflict(err) && containsAny(err.Error(), "already in progress") {
		return nil
	}
	return r.client.fault(ctx, "remove the container", err)
}
