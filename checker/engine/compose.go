package engine

import (
	"context"

	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// FillVolume implements [checker.Engine].
func (r *Run) FillVolume(ctx context.Context, image string, mount checker.VolumeMount, files []checker.File) error {
	ctx, done := r.begin(ctx)
	defer done()
	f, err := r.client.learn(ctx)
	if err != nil {
		return err
	}
	mount.ReadOnly = false
	id, err := r.create(ctx, r.containerOptions(checker.RunRequest{
		Image: image,
		// An image may have no command, and then no container without one.
		Entrypoint: []string{"/"},
		Volumes:    []checker.VolumeMount{mount},
	}, f))
	if err != nil {
		return err
	}
	return joinFirst(r.place(ctx, id, files), r.client.remove(ctx, id))
}

// join connects a container to further networks. All at once, when it is
// created, is more than engines before 25 can do.
func (r *Run) join(ctx context.Context, id string, networks []checker.NetworkJoin) error {
	for _, n := range networks {
		_, err := r.client.api.NetworkConnect(ctx, n.Network, client.NetworkConnectOptions{
			Container: id, EndpointConfig: &network.EndpointSettings{Aliases: n.Aliases},
		})
		if err != nil {
			return r.client.fault(ctx, "connect a container to a network", err)
		}
	}
	return nil
}
