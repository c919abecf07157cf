package engine

import (
	"context"
	"fmt"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// Changes implements [checker.Container].
func (r *running) Changes(ctx context.Context) ([]checker.Change, error) {
	diff, err := r.client.api.ContainerDiff(ctx, r.id, client.ContainerDiffOptions{})
	if err != nil {
		return nil, r.client.fault(ctx, "list the files that the container changed", err)
	}
	changes := make([]checker.Change, 0, len(diff.Changes))
	for _, c := range diff.Changes {
		kind, ok := map[container.ChangeType]checker.ChangeKind{
			container.ChangeModify: checker.Modified, container.ChangeAdd: checker.Added, container.ChangeDelete: checker.Deleted,
		}[c.Kind]
		if !ok {
			return nil, r.client.fault(ctx, "list the files that the container changed", fmt.Errorf("an unknown kind of change: %d", c.Kind))
		}
		changes = append(changes, checker.Change{Path: c.Path, Kind: kind})
	}
	return changes, nil
}
