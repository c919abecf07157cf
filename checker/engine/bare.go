package engine

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/moby/moby/api/types/image"

	"shipshape/checker"
)

// bareArchive describes an image without layers, such as one of nothing but
// FROM scratch and ENV: the classic store can't save it. Its configuration is
// written anew from what the engine tells, with what a search looks for.
func (c *Client) bareArchive(ctx context.Context, ref string, got image.InspectResponse) (*checker.Archive, error) {
	history, err := c.api.ImageHistory(ctx, ref)
	if err != nil {
		return nil, c.fault(ctx, "read the history of "+ref, noImage(ref, err))
	}
	type step struct {
		CreatedBy  string `json:"created_by"`
		EmptyLayer bool   `json:"empty_layer"`
	}
	steps := make([]step, 0, len(history.Items))
	for _, s := range slices.Backward(history.Items) { // the engine's stands newest first
		steps = append(steps, step{CreatedBy: s.CreatedBy, EmptyLayer: true})
	}
	config, err := json.Marshal(map[string]any{
		"os": got.Os, "architecture": got.Architecture, "config": got.Config, "history": steps,
	})
	return &checker.Archive{Config: config}, c.fault(ctx, "describe "+ref, err)
}
