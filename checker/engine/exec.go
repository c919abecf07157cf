package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

const (
	// execOutput is how much of a command's output is kept, in bytes.
	execOutput = 64 << 10
	// execLag is how long an engine may take to notice that a command has
	// ended, and execEvery how often it is asked.
	execLag   = 5 * time.Second
	execEvery = 20 * time.Millisecond
	// endLag is how long an engine may go on calling a container running whose
	// end has made it refuse a command.
	endLag = time.Second
)

// Exec implements [checker.Container]. It returns [checker.ErrNotRunning] for a
// container that has ended. When ctx is cancelled it returns at once; the
// command goes on until the container ends, for the API has no way to end it.
func (r *running) Exec(ctx context.Context, user string, argv ...string) (checker.ExecResult, error) {
	api := r.client.api
	exec, err := api.ExecCreate(ctx, r.id, client.ExecCreateOptions{
		User: user, Cmd: argv, AttachStdout: true, AttachStderr: true,
	})
	if notRunning(err) {
		return checker.ExecResult{}, checker.ErrNotRunning
	}
	if err != nil {
		return checker.ExecResult{}, r.execFault(ctx, argv, err)
	}
	conn, err := api.ExecAttach(ctx, exec.ID, client.ExecAttachOptions{})
	if err != nil {
		return r.refused(ctx, argv, err)
	}
	defer conn.Close()
	// A hijacked connection does not heed the context by itself.
	stop := context.AfterFunc(ctx, conn.Close)
	defer stop()
	out := &head{limit: execOutput}
	if _, err := stdcopy.StdCopy(out, out, conn.Reader); err != nil {
		return checker.ExecResult{}, r.execFault(ctx, argv, err)
	}
	if ctx.Err() != nil {
		return checker.ExecResult{}, r.execFault(ctx, argv, ctx.Err())
	}
	ended, err := r.execEnd(ctx, exec.ID)
	if err != nil {
		return checker.ExecResult{}, r.execFault(ctx, argv, err)
	}
	result := checker.ExecResult{ExitCode: ended.ExitCode, Output: out.Text()}
	if result.ExitCode != 126 && result.ExitCode != 127 {
		return result, nil
	}
	// Older engines print their refusals as the command's output.
	if userMissing(result.Output) {
		return checker.ExecResult{}, r.execFault(ctx, argv, errors.New(result.Output))
	}
	result.NotFound = commandMissing(result.Output)
	return result, nil
}

// execEnd tells how a command ended whose output has ended. The engine may take
// a moment to notice; a command that goes on has more to say than was heard.
func (r *running) execEnd(ctx context.Context, id string) (client.ExecInspectResult, error) {
	for began := time.Now(); ; {
		ended, err := r.client.api.ExecInspect(ctx, id, client.ExecInspectOptions{})
		if err != nil || !ended.Running {
			return ended, err
		}
		if time.Since(began) > execLag {
			return ended, errors.New("its output was cut off")
		}
		select {
		case <-ctx.Done():
			return ended, ctx.Err()
		case <-time.After(execEvery):
		}
	}
}

// refused reads a newer engine's refusal to begin a command.
func (r *running) refused(ctx context.Context, argv []string, err error) (checker.ExecResult, error) {
	if ctx.Err() == nil && commandMissing(err.Error()) {
		return checker.ExecResult{ExitCode: 127, Output: plain(err.Error()), NotFound: true}, nil
	}
	if notRunning(err) {
		return checker.ExecResult{}, checker.ErrNotRunning
	}
	return checker.ExecResult{}, r.execFault(ctx, argv, err)
}

func (r *running) execFault(ctx context.Context, argv []string, err error) error {
	if userMissing(err.Error()) {
		return fmt.Errorf("run %s in the container: %w", strings.Join(argv, " "), harmless(err))
	}
	if errors.Is(err, checker.ErrNotRunning) {
		return err
	}
	if r.endsSoon(ctx) {
		return checker.ErrNotRunning
	}
	return r.client.fault(ctx, "run "+strings.Join(argv, " ")+" in the container", err)
}

// endsSoon reports whether the container has ended, or is about to be found so.
// Engines have many words for a command that was refused because of that, "500"
// among them, so the container itself is asked.
func (r *running) endsSoon(ctx context.Context) bool {
	for began := time.Now(); time.Since(began) < endLag; {
		state, err := r.State(ctx)
		if err != nil {
			return false
		}
		if !state.Running {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(execEvery):
		}
	}
	return false
}

func userMissing(message string) bool {
	return strings.HasPrefix(plain(message), "unable to find user")
}

// commandMissing recognizes the runtime's own message: a command that is there
// may print "not found" as well.
func commandMissing(message string) bool {
	return containsAny(message, "OCI runtime exec failed") &&
		containsAny(message, "executable file not found", "no such file or directory")
}
