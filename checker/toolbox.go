package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// tools runs small programs beside a container: in the container itself where
// its image has them, and else in a toolbox, a second container of an image that
// has them, which sees the first one's processes and network as its own.
type tools struct {
	ev *evidence
	of Container

	// mu keeps checks that share the container from starting a toolbox each.
	mu sync.Mutex
	// box is nil until it is needed, and where no image serves for one.
	box   Container
	tried bool
	// unending are those of the container's own programs that did not end.
	unending sync.Map
}

// toolboxLimits are enough for a shell that reads /proc.
func toolboxLimits() Limits { return Limits{MemoryMB: 64, CPUs: 1, PIDs: 64} }

func (ev *evidence) tools(of Container) *tools { return &tools{ev: ev, of: of} }

// cat returns the content of files of /proc, one behind another; ok is false
// where neither the container nor a toolbox has a cat, or the container ended.
func (t *tools) cat(ctx context.Context, files ...string) (content string, ok bool, err error) {
	content, ok, err = t.ownCat(ctx, files...)
	if err != nil || ok {
		return content, ok, err
	}
	return t.run(ctx, append([]string{"cat"}, files...)...)
}

// ownCat is cat without a toolbox, for what is not worth starting one.
func (t *tools) ownCat(ctx context.Context, files ...string) (content string, ok bool, err error) {
	got, err := t.own(ctx, append([]string{"cat"}, files...)...)
	if err != nil && fatal(err) {
		return "", false, err
	}
	return got.Output, err == nil && !got.NotFound, nil
}

// shell runs a script in the container, or else in a toolbox; ok is false where
// neither has a shell.
func (t *tools) shell(ctx context.Context, script string) (output string, ok bool, err error) {
	got, err := t.own(ctx, "sh", "-c", script)
	if err != nil && fatal(err) {
		return "", false, err
	}
	if err == nil && !got.NotFound {
		return got.Output, true, nil
	}
	return t.run(ctx, "sh", "-c", script)
}

// own runs a program of the container's image, which may be anything. One that
// did not end is not run again: each wait for it would be as long.
func (t *tools) own(ctx context.Context, argv ...string) (ExecResult, error) {
	if _, known := t.unending.Load(argv[0]); known {
		return ExecResult{}, errUnending
	}
	got, err := execWithin(ctx, t.of, programTime, "", argv...)
	if errors.Is(err, errUnending) {
		t.unending.Store(argv[0], true)
	}
	return got, err
}

// foreignCat is cat by the toolbox's program, and by the container's own only
// where there is no toolbox: for what the submission gains by. A toolbox that is
// gone is none that was never there: what sees its processes can end them.
func (t *tools) foreignCat(ctx context.Context, files ...string) (content string, ok bool, err error) {
	content, ok, err = t.run(ctx, append([]string{"cat"}, files...)...)
	if err != nil || ok || t.box != nil {
		return content, ok, err
	}
	return t.ownCat(ctx, files...)
}

// run runs a command in the toolbox, as root over the container's processes.
func (t *tools) run(ctx context.Context, argv ...string) (output string, ok bool, err error) {
	if err := t.open(ctx); err != nil || t.box == nil {
		return "", false, err
	}
	got, err := execWithin(ctx, t.box, programTime, "", argv...)
	if errors.Is(err, errUnending) {
		return "", false, &EnvironmentError{
			Problem: "the grader's look into the container, from a second one beside it, did not end",
			Remedy:  "Grade again when the engine has less to do.",
			Err:     err,
		}
	}
	if err != nil && fatal(err) {
		return "", false, err
	}
	return got.Output, err == nil && !got.NotFound, nil
}

// open starts the toolbox, at the first call: of the first image at hand that
// has the programs. The run's sweep removes it. One that could not be looked for,
// because the engine failed or the check was given up, is looked for again.
func (t *tools) open(ctx context.Context) (err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tried {
		return nil
	}
	defer func() { t.tried = err == nil }()
	for _, image := range t.ev.toolImages() {
		c, err := t.ev.eng.Start(ctx, RunRequest{
			// It lasts longer than a grade, and it dies with the container's PID 1.
			Image: image, Entrypoint: []string{"sleep"}, Cmd: []string{"86400"},
			User: "0", Share: t.of.ID(), Limits: toolboxLimits(),
			// Enough to stop the processes of any user, and to see which of
			// them holds a socket, in folders that are theirs; nothing else.
			DropCapabilities: true, Capabilities: []string{"KILL", "SYS_PTRACE", "DAC_READ_SEARCH"},
		})
		var unfit *StartError
		switch {
		case err == nil:
			t.box = c
			t.ev.preferTool(image)
			return nil
		case errors.As(err, &unfit), errors.Is(err, ErrNoImage):
			// Beside a container that has ended, no other image starts either.
			if state, err := t.of.State(ctx); err != nil || !state.Running {
				return err
			}
		default:
			return t.ended(ctx, err)
		}
	}
	return nil
}

// ended swallows the error of sharing with a container that has ended: then
// there is nothing to look at any more.
func (t *tools) ended(ctx context.Context, err error) error {
	state, stateErr := t.of.State(ctx)
	if stateErr == nil && !state.Running {
		return nil
	}
	return err
}

// toolImages are the images that a toolbox may be made of, most trusted first:
// those of the exercise, those that the caller knows, and those that the
// Dockerfile begins from. Once one served, it is the only one.
func (ev *evidence) toolImages() []string {
	ev.mu.Lock()
	served := ev.toolImage
	ev.mu.Unlock()
	if served != "" {
		return []string{served}
	}
	named := slices.Concat(ev.sub.Assignment.Bases, ev.extraTools)
	if file, err := ev.dockerfile(); err == nil {
		named = append(named, file.BaseImages()...)
	}
	var images []string
	for _, image := range named {
		if !slices.Contains(images, image) {
			images = append(images, image)
		}
	}
	slices.SortStableFunc(images, func(a, b string) int { return bare(a) - bare(b) })
	return images
}

// bare is 1 for images that surely hold no program but their own, so that they
// are tried last.
func bare(image string) int {
	if strings.Contains(image, "distroless") && !strings.Contains(image, "debug") {
		return 1
	}
	return 0
}

func (ev *evidence) preferTool(image string) {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	ev.toolImage = image
}

// holders returns the processes, numbered as the container numbers them, that
// hold a socket listening on a port; nil where that cannot be told.
func (t *tools) holders(ctx context.Context, port int) ([]int, error) {
	tables, ok, err := t.run(ctx, "cat", "/proc/net/tcp", "/proc/net/tcp6")
	if err != nil || !ok {
		return nil, err
	}
	var inodes []string
	for _, l := range listeners(readSockets(tables)) {
		if int(l.address.Port()) == port {
			inodes = append(inodes, l.inode)
		}
	}
	// The rows of open files are many, those of sockets few.
	links, ok, err := t.run(ctx, "sh", "-c", "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e '^/' -e 'socket:'")
	if err != nil || !ok {
		return nil, err
	}
	return socketHolders(links, inodes), nil
}

// socketHolders reads what `ls -l /proc/[0-9]*/fd` says of sockets: a line such
// as "/proc/7/fd:", and below it lines that end in "3 -> socket:[4711]".
func socketHolders(links string, inodes []string) []int {
	var (
		holders []int
		pid     int
	)
	for line := range strings.Lines(links) {
		line = strings.TrimSpace(line)
		if folder, ok := strings.CutPrefix(line, "/proc/"); ok {
			number, _, _ := strings.Cut(folder, "/")
			pid, _ = strconv.Atoi(number)
			continue
		}
		_, socket, ok := strings.Cut(line, "socket:[")
		if ok && pid > 0 && slices.Contains(inodes, strings.TrimSuffix(socket, "]")) && !slices.Contains(holders, pid) {
			holders = append(holders, pid)
		}
	}
	return holders
}

// stopScript stops every process but PID 1 and itself, and lets go on what came into
// the container from outside: it has no parent there. An engine that has begun to
// put a health test into a container waits for that process without an end, and
// tests no more. It has the shell's own kill: many images have no other.
const stopScript = `kill -STOP -1
for status in /proc/[0-9]*/status; do
	while read -r key value; do
		if [ "$key" = PPid: ]; then
			pid=${status#/proc/} pid=${pid%/status}
			[ "$value" != 0 ] || [ "$pid" = 1 ] || kill -CONT "$pid"
			break
		fi
	done <"$status"
done 2>/dev/null`

// stopBelow stops every process of the container but PID 1; ok is false where no
// image at hand has a shell.
func (t *tools) stopBelow(ctx context.Context) (ok bool, err error) {
	_, ok, err = t.run(ctx, "sh", "-c", stopScript)
	return ok, err
}

// signal sends a signal to processes other than PID 1; -1 is all of them.
func (t *tools) signal(ctx context.Context, signal string, pids ...int) (ok bool, err error) {
	script := "kill -" + signal
	for _, pid := range pids {
		script += fmt.Sprintf(" %d", pid)
	}
	_, ok, err = t.run(ctx, "sh", "-c", script)
	return ok, err
}
