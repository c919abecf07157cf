package images

import (
	"context"
	"io"

	"shipshape/checker"
)

// Store is what the keeping of base images asks of a container engine. It is
// safe for use by several goroutines.
//
// Methods return a [*checker.EnvironmentError] for what is the surroundings'
// doing: no registry, a full disk, an engine that went away.
type Store interface {
	// InspectImage describes an image by name; [checker.ErrNoImage] when
	// there is none.
	InspectImage(ctx context.Context, name string) (checker.StoredImage, error)
	// PullImage pulls an image from its registry.
	PullImage(ctx context.Context, name string, progress func(checker.PullProgress)) error
	// BuildImage builds an image that stays, with BuildKit, and returns its
	// id.
	BuildImage(ctx context.Context, b checker.ImageBuild) (string, error)
	// TagImage gives an image, by a name or its id, one more name.
	TagImage(ctx context.Context, source, target string) error
	// SaveImages writes images as one tar, as `docker save` does.
	SaveImages(ctx context.Context, names []string, w io.Writer) error
	// LoadImages loads what SaveImages wrote.
	LoadImages(ctx context.Context, r io.Reader) error
	// UntagImage takes a name from an image, and removes the image when it
	// was its last; by its id, an image without names.
	UntagImage(ctx context.Context, name string) error
}
