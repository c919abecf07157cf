package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// fault turns an error of the engine's client into one for the learner. The
// engine "could not" do what doing says.
func (c *Client) fault(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if stopped := ctx.Err(); stopped != nil {
		return fmt.Errorf("the engine was told to stop before it could %s: %w", doing, stopped)
	}
	var known *checker.EnvironmentError
	if errors.As(err, &known) || errors.Is(err, checker.ErrNoImage) {
		return err
	}
	var silent *silence
	switch {
	case diskFull(err.Error()):
		return noSpace(err)
	case errors.As(err, &silent):
		return &checker.EnvironmentError{
			Problem: fmt.Sprintf("the Docker engine at %s was silent for %s when it should %s", c.host, silent.after, doing),
			Remedy:  "See whether `docker ps` answers; if not, restart Docker. Then try again.",
			Err:     words(err),
		}
	case engineGone(err):
		return &checker.EnvironmentError{
			Problem: "the Docker engine at " + c.host + " went away before it could " + doing,
			Remedy:  "See that Docker runs (docker info), then try again.",
			Err:     words(err),
		}
	}
	return &checker.EnvironmentError{
		Problem: "the Docker engine could not " + doing,
		Remedy:  "See what `shipshape doctor` says, and the engine's own log.",
		Err:     words(err),
	}
}

// processFault is the fault of a list of processes. The engine makes it with the
// ps of its own machine, of the processes in the container's control group.
func (c *Client) processFault(ctx context.Context, err error) error {
	const doing = "list the container's processes"
	switch {
	case ctx.Err() != nil || engineGone(err):
	case containsAny(err.Error(), `"ps": executable file not found`, "error running ps", "unrecognized option", "bad -o argument"):
		return &checker.EnvironmentError{
			Problem: "the Docker engine could not " + doing + ": it takes the ps of procps, on the engine's machine",
			Remedy:  "Install procps there (Debian and Ubuntu: sudo apt-get install procps), then try again.",
			Err:     harmless(err),
		}
	case containsAny(err.Error(), "unable to get all container pids", "no such file or directory"):
		return &checker.EnvironmentError{
			Problem: "the Docker engine could not " + doing + ": it has no control groups to find them by",
			Remedy:  "A rootless engine needs a machine with cgroup v2 (systemd.unified_cgroup_hierarchy=1 on the kernel's command line); or use an engine that runs as root.",
			Err:     harmless(err),
		}
	}
	return c.fault(ctx, doing, err)
}

func noSpace(err error) error {
	return &checker.EnvironmentError{
		Problem: "the Docker engine has no disk space left",
		Remedy:  "Make room, for instance with `docker builder prune` and `docker image prune`, then try again.",
		Err:     harmless(err),
	}
}

func diskFull(message string) bool {
	return containsAny(strings.ToLower(message), "no space left on device", "disk quota exceeded")
}

// engineGone tells an engine that stopped answering from one that answered no.
func engineGone(err error) bool {
	var (
		network net.Error
		silent  *silence
	)
	return client.IsErrConnectionFailed(err) || errors.As(err, &silent) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

// refusal tells an answer of the engine that says no from what went wrong on the
// way.
func refusal(err error) bool {
	return strings.HasPrefix(err.Error(), "Error response from daemon: ")
}

// notRunning recognizes the engine's refusals to do something with a container
// that has ended.
func notRunning(err error) bool {
	return err != nil && containsAny(err.Error(), "is not running", "is not paused", "has stopped", "not started") &&
		(errdefs.IsConflict(err) || errdefs.IsInternal(err) || errdefs.IsInvalidArgument(err))
}

func containsAny(s string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}

// requested is how an error begins of a request that got no answer. The address,
// with a build's labels and all, says nothing to anybody.
var requested = regexp.MustCompile(`^(?:error during connect: )?(?:Get|Head|Post|Put|Delete) "[^"]*": `)

// plain returns an engine's message without the words that every one of them
// begins with, and inert.
func plain(message string) string {
	message = requested.ReplaceAllString(strings.TrimSpace(message), "")
	for _, prefix := range []string{
		"Error response from daemon: ",
		"failed to solve with frontend dockerfile.v0: ",
		"failed to solve: ",
		"failed to create LLB definition: ",
		"rpc error: code = Unknown desc = ",
	} {
		message = strings.TrimPrefix(message, prefix)
	}
	return inert.Text(message)
}

// harmless makes an error's text safe to show and keeps its chain.
func harmless(err error) error { return &inertError{err} }

// words keeps of an error what it says, safe to show, and no more: a socket that
// is gone matches fs.ErrNotExist, as does a file that an image lacks.
func words(err error) error { return errors.New(harmless(err).Error()) }

type inertError struct{ error }

func (e *inertError) Error() string { return inert.Line(plain(e.error.Error())) }
func (e *inertError) Unwrap() error { return e.error }
