package checker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	// logFileLimit is the largest file, in bytes, that is read to look for the
	// request.
	logFileLimit = 4 << 20
	// logFilesMost is how many changed files are searched, and logFilesRead how
	// many of them where each has to be read by itself.
	logFilesMost = 1000
	logFilesRead = 100
	// grepTimeout bounds a search, which takes milliseconds.
	grepTimeout = 30 * time.Second
)

// files returns those files of a service, other than its data's, that hold a
// value: of those that differ from the image's, and of its volumes, which the
// engine leaves out of what it says that a container changed.
func (k *Logs) files(ctx context.Context, ev *evidence, s *service, value string) ([]string, error) {
	changed, err := k.changed(ctx, s.container)
	if err != nil {
		return nil, err
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return nil, err
	}
	// Nor does the engine tell of the shared memory that each container has.
	mounted := slices.DeleteFunc(append(slices.Clone(image.Volumes), "/dev/shm"), func(v string) bool { return below(v, k.Data) })
	found, ok, err := s.tools.grep(ctx, value, slices.Concat(changed, mounted))
	if err != nil || ok {
		return slices.DeleteFunc(found, func(name string) bool { return below(name, k.Data) }), err
	}
	return readFor(ctx, s.container, changed[:min(logFilesRead, len(changed))], value)
}

// changed returns the files, other than the data's, that a container has besides
// or instead of its image's.
func (k *Logs) changed(ctx context.Context, c Container) ([]string, error) {
	changes, err := c.Changes(ctx)
	if err != nil {
		return nil, err
	}
	changed := slices.DeleteFunc(ownChanges(changes), func(name string) bool { return below(name, k.Data) })
	// Compiled Python is there by the hundred, and hardly a log: it comes last.
	slices.SortStableFunc(changed, func(a, b string) int { return compiledPython(a) - compiledPython(b) })
	return changed[:min(logFilesMost, len(changed))], nil
}

// ownCommand is a file that holds what is looked for, always: it is among the
// words of the program that looks. One that does not find it there can't be
// believed that it found nothing elsewhere. It comes last, behind all others.
const ownCommand = "/proc/self/cmdline"

// grep returns the regular files, among some and below some folders, that hold a
// text. It looks from the toolbox, for which every file is readable and whose
// programs are not the submission's, and else from the container; ok is false
// where neither can.
func (t *tools) grep(ctx context.Context, text string, paths []string) (found []string, ok bool, err error) {
	if err := t.open(ctx); err != nil {
		return nil, false, err
	}
	inside := func(ctx context.Context, argv ...string) (string, bool, error) {
		got, err := t.of.Exec(ctx, "", argv...)
		return got.Output, err == nil, orNil(err)
	}
	for _, from := range []struct {
		root string
		run  func(ctx context.Context, argv ...string) (string, bool, error)
	}{{"/proc/1/root", t.run}, {"", inside}} {
		argv := []string{"find"}
		for _, p := range paths {
			argv = append(argv, from.root+p)
		}
		// No named pipe, which would keep grep waiting, and no link: what that
		// leads to is looked at by its own name.
		argv = append(argv, ownCommand, "-type", "f", "-exec", "grep", "-lsF", "-e", text, "--", "{}", "+")
		bounded, cancel := context.WithTimeout(ctx, grepTimeout)
		output, _, err := from.run(bounded, argv...)
		late := bounded.Err() != nil && ctx.Err() == nil
		cancel()
		if err != nil && !late {
			return nil, false, err
		}
		if found, ok := readFound(output, from.root); ok {
			return found, true, nil
		}
	}
	return nil, false, nil
}

// readFound reads the names of files that grep printed, without the root below
// which they were looked for; ok is false where it did not find its own command.
func readFound(output, root string) (found []string, ok bool) {
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		if line == ownCommand {
			ok = true
		} else if name, within := strings.CutPrefix(line, root); within && path.IsAbs(name) {
			found = append(found, name)
		}
	}
	return found, ok
}

// open returns the files, other than the data's, that a service's processes hold
// open to write to them, where a toolbox tells.
func (k *Logs) open(ctx context.Context, t *tools) ([]string, error) {
	text, _, err := t.run(ctx, "sh", "-c", "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e '^l.w.* -> /'")
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(text) {
		_, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " -> ")
		device := below(name, []string{"/dev", "/proc", "/sys"}) && !below(name, []string{"/dev/shm"})
		if path.IsAbs(name) && !device && !below(name, k.Data) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// heldBack finds files into which a service that holds some open writes a
// request later: when its buffer is full, or when it ends. It looks in a
// container of its own, and tells when that was.
func (k *Logs) heldBack(ctx context.Context, ev *evidence, open []string, r request) (files []string, when string, err error) {
	s, err := r.again(ctx, ev)
	if err != nil {
		return nil, "", err
	}
	if err := r.ask(ctx, s.container); err != nil {
		return nil, "", orNil(err)
	}
	for asked := 0; asked < fillRequests; {
		answers, err := r.askSome(ctx, s.container)
		if err != nil {
			return nil, "", err
		}
		asked += answers
		if files, err = readFor(ctx, s.container, open, r.value); err != nil || len(files) > 0 {
			return files, fmt.Sprintf("after %d further requests", asked), err
		}
		if answers < fillStep {
			break // it has had enough
		}
	}
	if _, _, err := s.container.Stop(ctx, endGrace); err != nil {
		return nil, "", err
	}
	changed, err := k.changed(ctx, s.container)
	if err != nil {
		return nil, "", err
	}
	names := slices.Compact(slices.Sorted(slices.Values(append(open, changed[:min(logFilesRead, len(changed))]...))))
	files, err = readFor(ctx, s.container, names, r.value)
	return files, "when the service ended", err
}

// compiledPython is 1 for files that hold compiled Python, and 0 for others.
func compiledPython(name string) int {
	if path.Ext(name) == ".pyc" {
		return 1
	}
	return 0
}

// readFor reads the files of a container in which nothing searches, one by one,
// and returns those that hold a value.
func readFor(ctx context.Context, c Container, names []string, value string) ([]string, error) {
	var holding []string
	for _, name := range names {
		content, err := c.ReadFile(ctx, name, logFileLimit)
		var unreadable *fs.PathError
		switch {
		case errors.As(err, &unreadable):
			// No regular file, gone again, or too large to be the log of one
			// request: it does not hold it.
		case err != nil:
			return nil, err
		case strings.Contains(string(content), value):
			holding = append(holding, name)
		}
	}
	return holding, nil
}

// ownChanges returns the paths of changes that say something of their own: a
// folder that changed because something below it did is left out, and so is
// what was deleted.
func ownChanges(changes []Change) []string {
	parents := make(map[string]bool)
	for _, c := range changes {
		for dir := path.Dir(c.Path); dir != "/" && dir != "."; dir = path.Dir(dir) {
			parents[dir] = true
		}
	}
	var names []string
	for _, c := range changes {
		if !parents[c.Path] && c.Kind != Deleted {
			names = append(names, c.Path)
		}
	}
	return names
}

// below tells whether a path is one of some folders, or lies in one.
func below(name string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		folder = path.Clean(folder)
		return name == folder || strings.HasPrefix(name, strings.TrimSuffix(folder, "/")+"/")
	})
}
