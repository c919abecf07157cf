package enginetest

import (
	"context"
	"testing"

	"github.com/moby/moby/client"

	"shipshape/checker/engine"
)

// Left lists what an engine still holds of some runs: containers, images,
// networks and volumes, each by its kind and id. It asks the engine itself, past
// the code under test.
func Left(t testing.TB, c *engine.Client, runs ...string) []string {
	t.Helper()
	ctx := context.Background()
	info, err := c.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	api, err := client.New(client.WithHost(info.Host), client.WithAPIVersion(info.API))
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	var left []string
	for _, run := range runs {
		only := make(client.Filters).Add("label", engine.RunLabel+"="+run)
		containers, err := api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: only})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range containers.Items {
			left = append(left, "container "+x.ID)
		}
		images, err := api.ImageList(ctx, client.ImageListOptions{All: true, Filters: only})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range images.Items {
			left = append(left, "image "+x.ID)
		}
		networks, err := api.NetworkList(ctx, client.NetworkListOptions{Filters: only})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range networks.Items {
			left = append(left, "network "+x.ID)
		}
		volumes, err := api.VolumeList(ctx, client.VolumeListOptions{Filters: only})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range volumes.Items {
			left = append(left, "volume "+x.Name)
		}
	}
	return left
}
