package engine

import (
	"context"
	"errors"

	"shipshape/checker"
)

// BuildNamed builds an image, in a run of its own, and gives it names, as a
// learner does with `docker build -t`. A name that an image has already is not
// taken from it: that is an [*checker.EnvironmentError].
//
// forget takes the names away again, and the image with them.
func (c *Client) BuildNamed(ctx context.Context, req checker.BuildRequest, names []string) (forget func() error, err error) {
	for _, name := range names {
		switch _, err := c.InspectImage(ctx, name); {
		case err == nil:
			return nil, &checker.EnvironmentError{
				Problem: "the engine has an image " + name + ", and the test would take the name from it",
				Remedy:  "If nobody needs it, `docker rmi " + name + "` takes the name away.",
			}
		case !errors.Is(err, checker.ErrNoImage):
			return nil, err
		}
	}
	run, err := c.NewRun(ctx)
	if err != nil {
		return nil, err
	}
	var given []string
	forget = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
		var errs []error
		for _, name := range given {
			errs = append(errs, c.UntagImage(ctx, name))
		}
		return errors.Join(append(errs, run.Close())...)
	}
	build, err := run.Build(ctx, req)
	for _, name := range names {
		if err != nil {
			break
		}
		if err = c.TagImage(ctx, build.ImageID, name); err == nil {
			given = append(given, name)
		}
	}
	if err != nil {
		return nil, errors.Join(err, forget())
	}
	return forget, nil
}
