package engine

import (
	"context"
	"errors"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// createTime bounds the creation of a thing, which is not given up halfway: a
// request that nobody waits for may still create one.
const createTime = time.Minute

// create creates a container and returns its id.
func (r *Run) create(ctx context.Context, o client.ContainerCreateOptions) (string, error) {
	var id string
	err := r.patiently(ctx, "create a container", func(ctx context.Context) error {
		created, err := r.client.api.ContainerCreate(ctx, o)
		id = created.ID
		return given(id, err)
	}, func() error { return r.client.remove(ctx, id) })
	switch {
	case err == nil:
		return id, nil
	case errdefs.IsNotFound(err) && containsAny(err.Error(), "o such image"):
		return "", r.client.fault(ctx, "create a container", noImage(o.Config.Image, err))
	case ctx.Err() == nil && imagesFault(err.Error()):
		return "", &checker.StartError{Message: plain(err.Error())}
	}
	return "", r.client.fault(ctx, "create a container", err)
}

// CreateNetwork implements [checker.Engine].
func (r *Run) CreateNetwork(ctx context.Context, internal bool) (string, error) {
	ctx, done := r.begin(ctx)
	defer done()
	name, err := r.newName()
	if err != nil {
		return "", err
	}
	var id string
	err = r.patiently(ctx, "create a network", func(ctx context.Context) error {
		created, err := r.client.api.NetworkCreate(ctx, name, client.NetworkCreateOptions{
			Driver: "bridge", Internal: internal, Labels: r.labels(),
		})
		id = created.ID
		return given(id, err)
	}, func() error {
		_, err := r.client.api.NetworkRemove(context.WithoutCancel(ctx), id, client.NetworkRemoveOptions{})
		return err
	})
	if err != nil && containsAny(err.Error(), "could not find an available", "all predefined address pools") {
		return "", &checker.EnvironmentError{
			Problem: "the Docker engine has no addresses left for one more network",
			Remedy:  "Remove networks that nothing uses (docker network prune), then try again.",
			Err:     harmless(err),
		}
	}
	return id, r.client.fault(ctx, "create a network", err)
}

// CreateVolume implements [checker.Engine].
func (r *Run) CreateVolume(ctx context.Context) (string, error) {
	ctx, done := r.begin(ctx)
	defer done()
	name, err := r.newName()
	if err != nil {
		return "", err
	}
	err = r.patiently(ctx, "create a volume", func(ctx context.Context) error {
		created, err := r.client.api.VolumeCreate(ctx, client.VolumeCreateOptions{Name: name, Driver: "local", Labels: r.labels()})
		return given(created.Volume.Name, err)
	}, func() error {
		_, err := r.client.api.VolumeRemove(context.WithoutCancel(ctx), name, client.VolumeRemoveOptions{})
		return err
	})
	return name, r.client.fault(ctx, "create a volume", err)
}

// newName makes a name that nothing on the engine has.
func (r *Run) newName() (string, error) {
	id, err := newID()
	return "shipshape-" + r.id + "-" + id, err
}

// patiently creates something and waits for the engine's answer, also when ctx
// is cancelled meanwhile: a request that nobody waits for may still create it.
// What was created for nobody is undone.
func (r *Run) patiently(ctx context.Context, doing string, create func(context.Context) error, undo func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTime)
	defer cancel()
	err := create(patient)
	if err == nil && ctx.Err() != nil {
		return joinFirst(r.client.fault(ctx, doing, ctx.Err()), undo())
	}
	if err != nil && (patient.Err() != nil || engineGone(err)) {
		r.unsettle()
	}
	return err
}

// given turns an answer without the name of what it is about into an error.
func given(name string, err error) error {
	if err == nil && name == "" {
		return errors.New("its answer has no name in it")
	}
	return err
}
