package checker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	// logFileLimit is the largest file, in bytes, that is read to look for the
	// request.
	logFileLimit = 4 << 20
	// logFilesMost is how many changed files are searched, and logFilesRead how
	// many of them where each has to be read by itself.
	logFilesMost = 1000
	logFilesRead = 100
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
	mounted, err := s.tools.untold(ctx, image)
	if err != nil {
		return nil, err
	}
	mounted = slices.DeleteFunc(mounted, func(v string) bool { return below(v, k.Data) })
	found, all, err := s.tools.grep(ctx, value, slices.Concat(changed, mounted))
	if err != nil || all {
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
