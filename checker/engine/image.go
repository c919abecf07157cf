package engine

import (
	"cmp"
	"context"
	"maps"
	"path"
	"slices"

	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// Image implements [checker.Engine].
func (r *Run) Image(ctx context.Context, ref string) (*checker.Image, error) {
	c := r.client
	got, err := c.api.ImageInspect(ctx, ref)
	if err := given(got.ID, err); err != nil {
		return nil, c.fault(ctx, "read the image "+ref, noImage(ref, err))
	}
	image := &checker.Image{
		ID: got.ID, SizeBytes: got.Size, RootFS: got.RootFS.Layers, Tags: givenNames(got.RepoTags),
		Platform: path.Join(got.Os, got.Architecture, got.Variant),
	}
	if cfg := got.Config; cfg != nil {
		image.User = cfg.User
		image.WorkingDir = cfg.WorkingDir
		image.Env = cfg.Env
		image.Entrypoint = cfg.Entrypoint
		image.Cmd = cfg.Cmd
		image.StopSignal = cfg.StopSignal
		image.Labels = cfg.Labels
		image.ExposedPorts = slices.Sorted(maps.Keys(cfg.ExposedPorts))
		image.Volumes = slices.Sorted(maps.Keys(cfg.Volumes))
		if h := cfg.Healthcheck; h != nil && len(h.Test) > 0 && h.Test[0] != "NONE" {
			image.HealthTest = h.Test
			image.HealthInterval, image.HealthTimeout, image.HealthStartPeriod = h.Interval, h.Timeout, h.StartPeriod
			image.HealthRetries = h.Retries
		}
	}
	history, err := c.api.ImageHistory(ctx, ref)
	if err != nil {
		return nil, c.fault(ctx, "read the history of "+ref, noImage(ref, err))
	}
	for _, layer := range slices.Backward(history.Items) { // the engine's stands newest first
		image.History = append(image.History, checker.LayerReport{
			Instruction: inert.Line(cmp.Or(layer.CreatedBy, layer.Comment)), SizeBytes: layer.Size,
		})
	}
	return image, nil
}

// givenNames drops what the engine calls an image without a name.
func givenNames(tags []string) []string {
	return slices.DeleteFunc(tags, func(tag string) bool { return tag == untagged })
}

// InspectImage describes an image by name or id; [checker.ErrNoImage] when the
// engine has none.
func (c *Client) InspectImage(ctx context.Context, name string) (checker.StoredImage, error) {
	got, err := c.api.ImageInspect(ctx, name)
	if err != nil {
		return checker.StoredImage{}, c.fault(ctx, "read the image "+name, noImage(name, err))
	}
	s := checker.StoredImage{
		ID: got.ID, SizeBytes: got.Size, Created: parseTime(got.Created),
		Tags: givenNames(got.RepoTags),
	}
	if got.Config != nil {
		s.Labels = got.Config.Labels
	}
	return s, nil
}

// TagImage gives an image one more name, taking the name from the image that
// had it.
func (c *Client) TagImage(ctx context.Context, source, target string) error {
	_, err := c.api.ImageTag(ctx, client.ImageTagOptions{Source: source, Target: target})
	return c.fault(ctx, "name the image "+source+" "+target, noImage(source, err))
}

// UntagImage takes a name from an image, and removes the image when it was its
// last; [checker.ErrNoImage] when no image has it.
func (c *Client) UntagImage(ctx context.Context, name string) error {
	_, err := c.api.ImageRemove(ctx, name, client.ImageRemoveOptions{})
	return c.fault(ctx, "remove the image "+name, noImage(name, err))
}
