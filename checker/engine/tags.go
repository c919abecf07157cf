package engine

import (
	"context"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/moby/moby/client"
)

// listTries is how often the images are listed before it is given up: what keeps
// an engine from listing them is gone with the next try, unless others remove
// images one after another.
const listTries = 10

// Tags implements [checker.Engine].
func (r *Run) Tags(ctx context.Context, repository string) ([]string, error) {
	ctx, done := r.begin(ctx)
	defer done()
	list, err := r.client.api.ImageList(ctx, client.ImageListOptions{})
	// The containerd store fails to list while an image is being removed.
	for tries := 1; errdefs.IsNotFound(err) && ctx.Err() == nil && tries < listTries; tries++ {
		list, err = r.client.api.ImageList(ctx, client.ImageListOptions{})
	}
	if err != nil {
		return nil, r.client.fault(ctx, "list the images", err)
	}
	want := repositoryOf(repository)
	var tags []string
	for _, image := range list.Items {
		for _, name := range image.RepoTags {
			if name != untagged && repositoryOf(name) == want {
				tags = append(tags, name)
			}
		}
	}
	return tags, nil
}

// repositoryOf spells what stands before the tag in full, so that "tides:1" and
// "docker.io/library/tides" compare equal.
func repositoryOf(name string) string {
	ref, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return strings.ToLower(name)
	}
	return ref.Name()
}
