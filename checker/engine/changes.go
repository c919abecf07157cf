package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// Changes implements [checker.Container].
func (r *running) Changes(ctx context.Context) ([]checker.Change, error) {
	changes, err := settled(ctx, r.diff)
	if err != nil {
		return nil, err
	}
	got, err := r.inspect(ctx)
	if err != nil {
		return nil, err
	}
	var mounts []string
	for _, m := range got.Mounts {
		mounts = append(mounts, m.Destination)
	}
	if got.HostConfig != nil {
		mounts = slices.AppendSeq(mounts, maps.Keys(got.HostConfig.Tmpfs))
	}
	return withoutMounts(changes, mounts), nil
}

// errVanished says that a file went away while the engine listed the changes: it
// walks through the files of a container that runs, and gives up then.
var errVanished = errors.New("a file went away meanwhile")

// diff asks the engine once what it finds changed.
func (r *running) diff(ctx context.Context) ([]checker.Change, error) {
	const doing = "list the files that the container changed"
	diff, err := r.client.api.ContainerDiff(ctx, r.id, client.ContainerDiffOptions{})
	if err != nil {
		fault := r.client.fault(ctx, doing, err)
		if !engineGone(err) && containsAny(err.Error(), "no such file or directory") {
			return nil, fmt.Errorf("%w: %w", errVanished, fault)
		}
		return nil, fault
	}
	changes := make([]checker.Change, 0, len(diff.Changes))
	for _, c := range diff.Changes {
		kind, err := kindOf(c.Kind)
		if err != nil {
			return nil, r.client.fault(ctx, doing, err)
		}
		changes = append(changes, checker.Change{Path: c.Path, Kind: kind})
	}
	return changes, nil
}

// How often a list of changes is asked for again that holds what the engine may
// have made, or that could not be made, and for how long. The engine needs its
// folder for a moment only: what stays is the container's own, whatever its name.
const (
	settleEvery = 50 * time.Millisecond
	settleLimit = 3 * time.Second
)

// settled returns what diff finds changed, without the folders that the engine
// makes in a container's root while it copies a file from it, be it for a probe
// that goes on beside this one or for somebody else.
func settled(ctx context.Context, diff func(context.Context) ([]checker.Change, error)) ([]checker.Change, error) {
	var stay map[checker.Change]bool // nil before the first look
	for began := time.Now(); ; {
		late := time.Since(began) > settleLimit
		changes, err := diff(ctx)
		if err != nil && (late || !errors.Is(err, errVanished)) {
			return nil, err
		}
		if err == nil {
			stay = staying(changes, stay)
			if late || len(stay) == 0 {
				return slices.DeleteFunc(changes, func(c checker.Change) bool { return isPivot(c) && !stay[c] }), nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(settleEvery):
		}
	}
}

// staying returns those changes of a look that may be the engine's own, and were
// there in the looks before, if there were any.
func staying(changes []checker.Change, before map[checker.Change]bool) map[checker.Change]bool {
	stay := make(map[checker.Change]bool)
	for _, c := range changes {
		if isPivot(c) && (before == nil || before[c]) {
			stay[c] = true
		}
	}
	return stay
}

// pivot is how the engine names the folder to which it moves the old root when it
// changes into a container's; digits follow (moby, pkg/chrootarchive, and of 23.0
// and later internal/mounttree).
const pivot = "/.pivot_root"

// isPivot reports whether the engine itself may have made a change.
func isPivot(c checker.Change) bool {
	digits, ok := strings.CutPrefix(c.Path, pivot)
	return ok && c.Kind == checker.Added && digits != "" && strings.Trim(digits, "0123456789") == ""
}

func kindOf(c container.ChangeType) (checker.ChangeKind, error) {
	switch c {
	case container.ChangeModify:
		return checker.Modified, nil
	case container.ChangeAdd:
		return checker.Added, nil
	case container.ChangeDelete:
		return checker.Deleted, nil
	}
	return "", fmt.Errorf("an unknown kind of change: %d", c)
}

// withoutMounts leaves out what the engine itself did: it makes the folders that
// it mounts something at, and those on the way to them.
func withoutMounts(changes []checker.Change, mounts []string) []checker.Change {
	made := make(map[string]bool)
	for _, m := range mounts {
		for p := path.Clean(m); p != "/" && p != "."; p = path.Dir(p) {
			made[p] = true
		}
	}
	// A folder that holds a change of the container's own has changed by that.
	busy := make(map[string]bool)
	for _, c := range changes {
		if made[c.Path] {
			continue
		}
		for p := path.Dir(c.Path); !busy[p] && p != "/" && p != "."; p = path.Dir(p) {
			busy[p] = true
		}
	}
	return slices.DeleteFunc(changes, func(c checker.Change) bool { return made[c.Path] && !busy[c.Path] })
}
