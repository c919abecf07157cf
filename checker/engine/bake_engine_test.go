package engine_test

import (
	"context"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

// What a run bakes goes with it, and a container that a learner starts from it
// stays theirs.
func TestBakedImagesAreSwept(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	image := enginetest.Image(t, run)
	bake := func() string {
		t.Helper()
		started := runs(t, run, checker.RunRequest{Image: image, ReadOnly: true, Files: []checker.File{{Path: "/config", Mode: 0o444}}})
		got, err := c.API().ContainerInspect(t.Context(), started.ID(), client.ContainerInspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Container.Image == image {
			t.Fatal("the container runs the image itself, and has a file more")
		}
		return got.Container.Image
	}
	bake()
	if err := run.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := enginetest.Left(t, c, run.ID()); len(found) > 0 {
		t.Errorf("after the sweep the engine holds %q", found)
	}

	image = enginetest.Image(t, run)
	baked := bake()
	theirs, err := c.API().ContainerCreate(t.Context(), client.ContainerCreateOptions{Config: &container.Config{Image: baked}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := c.API().ContainerRemove(context.Background(), theirs.ID, client.ContainerRemoveOptions{Force: true}); err != nil {
			t.Errorf("remove the learner's container: %v", err)
		}
		_ = run.Sweep(context.Background()) // now their image is nobody's
	})
	if err := run.Sweep(t.Context()); err != nil {
		t.Fatalf("a sweep that leaves something to the learner is no failure: %v", err)
	}
	if _, err := c.API().ContainerInspect(t.Context(), theirs.ID, client.ContainerInspectOptions{}); err != nil {
		t.Errorf("the learner's container is gone: %v", err)
	}
}
