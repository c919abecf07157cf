package checker

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"
)

// searchTimeout bounds a search for files, which takes milliseconds.
const searchTimeout = 30 * time.Second

// untold returns the folders of which the engine does not tell what a container
// changed: /dev, and where a volume is mounted. The kernel says where that is, for
// an image may name its volumes by way of links; the names serve where nobody can
// ask it.
func (t *tools) untold(ctx context.Context, image *Image) ([]string, error) {
	table, _, err := t.run(ctx, "cat", "/proc/1/mountinfo")
	if err != nil {
		return nil, err
	}
	if points := mountPoints(table); len(points) > 0 {
		return points, nil
	}
	return append(slices.Clone(image.Volumes), "/dev"), nil
}

// mountPoints reads a mountinfo of /proc (see proc(5)), and returns the places that
// hold a container's own files, without those that lie below another.
func mountPoints(table string) []string {
	const at = 4 // the field of the mount point
	// What the engine mounts into each container.
	fixed := []string{"/proc", "/sys", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts"}
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var points []string
	for row := range strings.Lines(table) {
		fields := strings.Fields(row)
		if len(fields) <= at {
			continue
		}
		if point := unescape.Replace(fields[at]); point != "/" && !below(point, fixed) {
			points = append(points, point)
		}
	}
	slices.Sort(points)
	var tops []string
	for _, point := range points {
		if !below(point, tops) {
			tops = append(tops, point)
		}
	}
	return tops
}

// ownCommand is a file that is found always: each process has one, with its
// words, among them what is looked for. A search that does not find it can't be
// believed that it found nothing elsewhere. It comes last, behind all others.
const ownCommand = "/proc/self/cmdline"

// grep returns the regular files, among some and below some folders, that hold a
// text; all is false where there may be more of them.
func (t *tools) grep(ctx context.Context, text string, paths []string) (found []string, all bool, err error) {
	return t.search(ctx, paths, "-exec", "grep", "-lsF", "-e", text, "--", "{}", "+")
}

// find returns the regular files among some and below some folders, as many as
// a command's output has room for; all is false where there may be more of them.
func (t *tools) find(ctx context.Context, paths []string) (found []string, all bool, err error) {
	return t.search(ctx, paths, "-print")
}

// search runs find over regular files, and returns the names that an action
// prints. It looks from the toolbox, for which every file is readable and whose
// programs are not the submission's, and else from the container.
func (t *tools) search(ctx context.Context, paths []string, action ...string) (found []string, all bool, err error) {
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
		argv = append(argv, ownCommand, "-type", "f")
		bounded, cancel := context.WithTimeout(ctx, searchTimeout)
		output, _, err := from.run(bounded, append(argv, action...)...)
		late := bounded.Err() != nil && ctx.Err() == nil
		cancel()
		if err != nil && !late {
			return nil, false, err
		}
		names, all := readFound(output, from.root)
		if all {
			return names, true, nil
		}
		found = append(found, names...)
	}
	return found, false, nil
}

// readFound reads the names of files that a search printed, without the root
// below which they were looked for; all is false where it did not come to its own
// command.
func readFound(output, root string) (found []string, all bool) {
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		if line == ownCommand {
			all = true
		} else if name, within := strings.CutPrefix(line, root); within && path.IsAbs(name) {
			found = append(found, name)
		}
	}
	return found, all
}
