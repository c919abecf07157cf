package engine

import (
	"context"
	"regexp"
	"strings"

	"github.com/moby/moby/client"

	"shipshape/checker"
)

// Start implements [checker.Engine].
func (r *Run) Start(ctx context.Context, req checker.RunRequest) (checker.Container, error) {
	ctx, done := r.begin(ctx)
	defer done()
	f, err := r.client.learn(ctx)
	if err != nil {
		return nil, err
	}
	c, err := r.startOnce(ctx, req, f)
	if r.client.widen(err) {
		return r.startOnce(ctx, req, f)
	}
	return c, err
}

// startOnce creates a container and starts it.
func (r *Run) startOnce(ctx context.Context, req checker.RunRequest, f *facts) (checker.Container, error) {
	id, err := r.prepare(ctx, req, f)
	if err != nil {
		return nil, err
	}
	if _, err = r.client.api.ContainerStart(ctx, id, client.ContainerStartOptions{}); err == nil {
		return &running{client: r.client, id: id, port: published(req)}, nil
	}
	fault := r.startFault(ctx, id, err)
	return nil, joinFirst(fault, r.client.remove(ctx, id))
}

// startFault tells an image that can't be started from an engine that can't
// start anything.
func (r *Run) startFault(ctx context.Context, id string, err error) error {
	if containsAny(err.Error(), "of a non running container") {
		return checker.ErrNotRunning // the one whose processes it should share
	}
	if ctx.Err() != nil || diskFull(err.Error()) || engineGone(err) || !imagesFault(err.Error()) {
		return r.client.fault(ctx, "start the container", err)
	}
	e := &checker.StartError{Message: runtimeMessage(plain(err.Error()))}
	if got, err := r.client.api.ContainerInspect(ctx, id, client.ContainerInspectOptions{}); err == nil && got.Container.State != nil {
		if code := got.Container.State.ExitCode; code == 126 || code == 127 {
			e.ExitCode = code
		}
	}
	return e
}

// imagesFault recognizes what the image alone can cause: what it starts, as
// whom, and in which folder.
func imagesFault(message string) bool {
	message = strings.ToLower(message)
	if containsAny(message, `exec: "docker-init"`) {
		return false // the engine's own, which its machine lacks
	}
	return containsAny(message,
		"no command specified", "executable file not found", "exec format error",
		"unable to find user", "unable to find group", "no matching entries in passwd file",
		"chdir to cwd", "mkdir cwd", "cannot mkdir", "invalid user", "uids and gids must be in range",
		"the working directory", "is a directory: unknown",
	) || regexp.MustCompile(`(exec:?|container process|stat) .*(no such file or directory|permission denied|not a directory|is a directory)`).MatchString(message)
}

// runtimeMessage keeps of the runtime's chain of messages what the learner can
// use: the part that begins with what was executed.
func runtimeMessage(message string) string {
	message = strings.TrimSuffix(message, ": unknown")
	for _, begin := range []string{"exec: ", "unable to find ", "chdir to cwd", "exec "} {
		if i := strings.LastIndex(message, begin); i >= 0 {
			return message[i:]
		}
	}
	return message
}
