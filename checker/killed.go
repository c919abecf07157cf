package checker

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// built has the engine build. A command that was killed may have been killed by the
// kernel, for lack of memory: a machine's fault, which must neither fail a
// submission nor be taken for what its tests found. It may as well have killed
// itself, which is its own. A second build, beside which the kernel's kills are
// counted, tells them apart.
func (ev *evidence) built(ctx context.Context, req BuildRequest) (*Build, error) {
	build, err := ev.eng.Build(ctx, req)
	if broken, ok := isBuildError(err); ok && broken.Killed {
		return ev.builtWatched(ctx, req, broken)
	}
	return build, err
}

// builtWatched builds again what ended with a command that was killed. One that
// succeeds now is no evidence of the cache: steps that ran the first time count as
// cached.
func (ev *evidence) builtWatched(ctx context.Context, req BuildRequest, first *BuildError) (*Build, error) {
	beside, err := ev.bystander(ctx)
	if err != nil {
		return nil, err
	}
	defer ev.discard(beside)
	before, err := memoryKills(ctx, beside)
	if err != nil {
		return nil, err
	}
	req.Alone = true // what another build uses up is not counted to this one
	build, err := ev.eng.Build(ctx, req)
	if err == nil {
		return build, noMemory("a command of the build was killed, and was not when it ran again", first)
	}
	again, ok := isBuildError(err)
	if !ok || !again.Killed {
		return build, err
	}
	after, unread := memoryKills(ctx, beside)
	switch {
	case unread != nil:
		return build, unread
	case before == unknownKills || after == unknownKills:
		return build, noMemory("a command of the build was killed, and what killed it is not known", again)
	case after > before:
		return build, noMemory("the kernel killed a command of the build for lack of memory", again)
	}
	return build, err
}

func noMemory(problem string, broken *BuildError) error {
	name := unmarked(broken.Step.Name)
	return &EnvironmentError{
		Problem: problem + ", at " + name,
		Remedy:  "Give the engine more memory (Docker Desktop has a setting for it, under Resources), or let the command do less at once, then try again.",
		Err:     errors.New(unmarked(broken.Message)),
	}
}

// bystander starts a container in which programs can be run, beside a build; nil
// where no image at hand has them.
func (ev *evidence) bystander(ctx context.Context) (Container, error) {
	for _, image := range ev.toolImages() {
		c, err := ev.eng.Start(ctx, RunRequest{
			Image: image, Entrypoint: []string{"sleep"}, Cmd: []string{"86400"},
			Limits: toolboxLimits(), DropCapabilities: true,
		})
		var unfit *StartError
		switch {
		case err == nil:
			return c, nil
		case !errors.As(err, &unfit) && !errors.Is(err, ErrNoImage):
			return nil, err
		}
	}
	return nil, nil
}

// unknownKills is the count where none can be had.
const unknownKills = -1

// memoryKills is how many processes the kernel of the engine's machine has killed
// for lack of memory since it began: in all containers and outside of them.
func memoryKills(ctx context.Context, c Container) (int64, error) {
	if c == nil {
		return unknownKills, nil
	}
	got, err := execWithin(ctx, c, programTime, "", "cat", "/proc/vmstat")
	if err != nil {
		return unknownKills, orNil(err)
	}
	for line := range strings.Lines(got.Output) {
		if count, ok := strings.CutPrefix(line, "oom_kill "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(count), 10, 64); err == nil {
				return n, nil
			}
		}
	}
	return unknownKills, nil
}
