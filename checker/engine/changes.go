package engine

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// Changes implements [checker.Container].
func (r *running) Changes(ctx context.Context) ([]checker.Change, error) {
	const doing = "list the files that the container changed"
	diff, err := r.client.api.ContainerDiff(ctx, r.id, client.ContainerDiffOptions{})
	if err != nil {
		return nil, r.client.fault(ctx, doing, err)
	}
	changes := make([]checker.Change, 0, len(diff.Changes))
	for _, c := range diff.Changes {
		kind, err := kindOf(c.Kind)
		if err != nil {
			return nil, r.client.fault(ctx, doing, err)
		}
		changes = append(changes, checker.Change{Path: c.Path, Kind: kind})
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
