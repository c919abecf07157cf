package checker

import (
	"context"
	"errors"
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

// files returns those files of a container, other than its data's, that hold a
// value: of those that differ from the image's, and of its volumes, which the
// engine leaves out of what it says that a container changed.
func (k *Logs) files(ctx context.Context, ev *evidence, c Container, value string) ([]string, error) {
	changes, err := c.Changes(ctx)
	if err != nil {
		return nil, err
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return nil, err
	}
	changed := slices.DeleteFunc(ownChanges(changes), func(name string) bool { return below(name, k.Data) })
	// Compiled Python is there by the hundred, and hardly a log: it comes last.
	slices.SortStableFunc(changed, func(a, b string) int { return compiledPython(a) - compiledPython(b) })
	changed = changed[:min(logFilesMost, len(changed))]
	// Nor does the engine tell of the shared memory that each container has.
	mounted := slices.DeleteFunc(append(slices.Clone(image.Volumes), "/dev/shm"), func(v string) bool { return below(v, k.Data) })
	argv := slices.Concat([]string{"grep", "-srlF", "-e", value, "--"}, changed, mounted)
	// A named pipe among the files would keep grep waiting.
	bounded, cancel := context.WithTimeout(ctx, logDeadline)
	defer cancel()
	got, err := c.Exec(bounded, "", argv...)
	switch {
	case ctx.Err() != nil || fatal(err) && bounded.Err() == nil:
		return nil, err
	case err == nil && !got.NotFound && got.ExitCode <= 1:
		return strings.FieldsFunc(got.Output, func(r rune) bool { return r == '\n' }), nil
	}
	return readFor(ctx, c, changed[:min(logFilesRead, len(changed))], value)
}

// compiledPython is 1 for files that hold compiled Python, and 0 for others.
func compiledPython(name string) int {
	if path.Ext(name) == ".pyc" {
		return 1
	}
	return 0
}

// readFor reads the files of a container that has no grep, one by one, and
// returns those that hold a value.
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
