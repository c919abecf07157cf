package checker

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"shipshape/checker/layers"
)

const (
	// shellTimeout is how long a program may take to echo a word: what a
	// container needs on a busy machine, several times over.
	shellTimeout = 10 * time.Second
	// shellPrograms is how many programs are tried, and shellsTime how long they
	// may take together: many more than images have that look like shells.
	shellPrograms = 20
	shellsTime    = 5 * time.Minute
	// shellNames is under how many of its names a program is tried.
	shellNames = 4
	// shellCopyLimit is the largest program, in bytes, that is tried under the
	// name sh as well: several times the largest shell.
	shellCopyLimit = 16 << 20
)

// candidate is a program that may be a shell.
type candidate struct {
	at   stored
	size int64
	// entry is what to blame.
	entry layers.Entry
	// paths are its names, those of well-known shells first.
	paths []string
}

// wellKnownShell reports whether a path is named as a shell is.
func wellKnownShell(name string) bool {
	switch path.Base(name) {
	case "sh", "ash", "bash", "dash", "hush", "ksh", "ksh93", "mksh", "rbash", "yash", "zsh", "fish", "csh", "tcsh", "busybox", "toybox":
		return true
	}
	return false
}

// findShell looks for a program of the final tree that works as a shell. What
// programs hold, and their names, only tell which to try: it is a shell when it
// does what a shell does. The note says which were tried in vain. Where too many
// would have to be tried there is no verdict: the one that is left may be a shell.
func findShell(ctx context.Context, ev *evidence, t *contentsTree) (*flaw, string, error) {
	var tried []string
	began := time.Now()
	candidates := shellCandidates(t)
	for i, c := range candidates {
		if i == shellPrograms || time.Since(began) > shellsTime {
			return nil, "", &EnvironmentError{
				Problem: fmt.Sprintf("of %d programs that look like shells, %d were tried, in vain, and there is no time for the others", len(candidates), i),
				Remedy:  "An image with fewer of them can be graded. A packed program looks like one, too: ship programs as they were built.",
			}
		}
		how, err := c.works(ctx, ev)
		if err != nil {
			return nil, "", err
		}
		if how == "" {
			tried = append(tried, c.paths[0])
			continue
		}
		from := t.origin(c.entry.Layer)
		return &flaw{
			text: fmt.Sprintf("%s, from %s, is a shell: it did what `%s` asks", c.paths[0], from.named(), how),
			why:  "A shell is the first thing that somebody who breaks in looks for. A base image without one, such as distroless or scratch, leaves nothing to run commands with.",
			line: t.line(c.entry),
		}, "", nil
	}
	if len(tried) == 0 {
		return nil, "", nil
	}
	return nil, fmt.Sprintf("; %s looked like a shell and, when run, did not work as one", strings.Join(tried, ", ")), nil
}

// shellCandidates are the programs to try, the likeliest first.
func shellCandidates(t *contentsTree) []*candidate {
	byContent := make(map[stored]*candidate)
	for e := range t.stack.Visible() {
		at, ok := t.content(e)
		if !ok || !e.Executable() || !wellKnownShell(e.Path) && t.programs.found[at]&mayBeShell == 0 {
			continue
		}
		c := byContent[at]
		if c == nil {
			c = &candidate{at: at, size: e.Size, entry: e}
			byContent[at] = c
		}
		c.paths = append(c.paths, e.Path)
	}
	for e := range t.stack.Visible() {
		if e.Kind != layers.Symlink {
			continue
		}
		target, ok := t.stack.Resolve(e.Path)
		if !ok || !target.Executable() {
			continue
		}
		at, _ := t.content(target)
		c := byContent[at]
		if c == nil && wellKnownShell(e.Path) {
			c = &candidate{at: at, size: target.Size, entry: target}
			byContent[at] = c
		}
		if c != nil {
			c.paths = append(c.paths, e.Path)
		}
	}
	var out []*candidate
	for _, c := range byContent {
		slices.SortFunc(c.paths, func(a, b string) int { return cmp.Or(likelier(a, b), cmp.Compare(a, b)) })
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *candidate) int {
		return cmp.Or(likelier(a.paths[0], b.paths[0]), cmp.Compare(a.paths[0], b.paths[0]))
	})
	return out
}

// likelier orders the names of well-known shells before others.
func likelier(a, b string) int {
	rank := func(name string) int {
		switch {
		case path.Base(name) == "sh":
			return 0
		case wellKnownShell(name):
			return 1
		}
		return 2
	}
	return rank(a) - rank(b)
}

// works runs a candidate as a shell is run, in a container of its own and as
// root: by its names, as a multi-call program, and, since some programs are a
// shell by the name sh alone, as a copy of that name. It returns what worked;
// empty where nothing did.
func (c *candidate) works(ctx context.Context, ev *evidence) (string, error) {
	build, err := ev.runBuild(ctx)
	if err != nil {
		return "", err
	}
	req := RunRequest{Image: build.ImageID, User: "0", Limits: ev.limits()}
	var tries []RunRequest
	for _, name := range c.paths[:min(shellNames, len(c.paths))] {
		req.Entrypoint, req.Cmd = []string{name}, nil
		tries = append(tries, req)
	}
	req.Entrypoint, req.Cmd = []string{c.paths[0]}, []string{"sh"}
	tries = append(tries, req)
	named, err := c.asSh(ctx, ev, req)
	if err != nil {
		return "", err
	}
	if named != nil {
		tries = append(tries, *named)
	}
	for _, t := range tries {
		ok, err := echoes(ctx, ev.eng, t)
		if err != nil {
			return "", err
		}
		if ok {
			return strings.Join(append(append(t.Entrypoint, t.Cmd...), "-c", "'echo …'"), " "), nil
		}
	}
	return "", nil
}

// asSh asks for a container with a copy of the candidate that is called sh; nil
// where it is too large for a shell.
func (c *candidate) asSh(ctx context.Context, ev *evidence, req RunRequest) (*RunRequest, error) {
	if c.size > shellCopyLimit {
		return nil, nil //nolint:nilnil // there is no such container
	}
	var content bytes.Buffer
	err := ev.eng.CopyFile(ctx, req.Image, c.paths[0], &content, shellCopyLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a link that the engine reads otherwise
	}
	if err != nil {
		return nil, err
	}
	name := path.Join("/", rand.Text(), "sh")
	req.Files = []File{{Path: name, Mode: 0o755, Content: content.Bytes()}}
	req.Entrypoint, req.Cmd = []string{name}, nil
	return &req, nil
}

// echoes starts a program with -c and a command, and reports whether it did
// what the command asks. What the command prints does not stand in it: a
// program that only complains about its arguments is no shell.
func echoes(ctx context.Context, eng Engine, req RunRequest) (bool, error) {
	first, second := rand.Text(), rand.Text()
	req.Cmd = append(slices.Clone(req.Cmd), "-c", fmt.Sprintf("echo %s''%s", first, second))
	c, err := eng.Start(ctx, req)
	var unfit *StartError
	if errors.As(err, &unfit) {
		return false, nil // what the kernel can't start here is no shell here
	}
	if err != nil {
		return false, err
	}
	said := false
	_, _, err = Watch(ctx, c, shellTimeout, func(s State) (bool, error) {
		log, err := c.Logs(ctx, logTail)
		said = strings.Contains(log, first+second)
		return said || !s.Running, err
	})
	return said, errors.Join(err, c.Remove(ctx))
}
