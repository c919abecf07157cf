package engine

import (
	"context"

	"github.com/moby/moby/client"

	"shipshape/checker"
)

// bake makes an image of the run: that of the request, with the request's files
// in a layer of their own. A container with a read-only root filesystem takes no
// files, not even before it starts.
func (r *Run) bake(ctx context.Context, req checker.RunRequest, f *facts) (string, error) {
	o := r.containerOptions(checker.RunRequest{
		// An image may have no command, and then no container without one.
		Image: req.Image, Entrypoint: req.Entrypoint, Cmd: req.Cmd, Health: req.Health,
		// Where a tmpfs will be, no volume of the image's may take the files.
		Tmpfs: req.Tmpfs,
	}, f)
	id, err := r.create(ctx, o)
	if err != nil {
		return "", err
	}
	err = r.place(ctx, id, req.Files)
	var image string
	if err == nil {
		image, err = r.commit(ctx, id)
	}
	return image, joinFirst(err, r.client.remove(ctx, id))
}

func (r *Run) commit(ctx context.Context, container string) (string, error) {
	const doing = "keep a container's files as an image"
	var image string
	err := r.patiently(ctx, doing, func(ctx context.Context) error {
		committed, err := r.client.unhurried.ContainerCommit(silentFor(ctx, createTime), container, client.ContainerCommitOptions{
			// With the label, a container that a learner starts from the image
			// would be the run's.
			Changes: []string{"LABEL " + containerLabel + `=""`},
		})
		image = committed.ID
		return given(image, err)
	}, func() error {
		_, err := r.client.api.ImageRemove(context.WithoutCancel(ctx), image, client.ImageRemoveOptions{})
		return err
	})
	return image, r.client.fault(ctx, doing, err)
}
