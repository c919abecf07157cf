package checker

import (
	"context"
	"path"
	"strings"
)

// foreign is the fault of an image for another platform than the engine's, whose
// program the kernel did not execute: its base came from another machine. A
// program for another machine in an image for this one is the submission's.
func (ev *evidence) foreign(ctx context.Context, log string) error {
	if !strings.Contains(log, "exec format error") {
		return nil
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return err
	}
	info, err := ev.eng.Info(ctx)
	if err != nil {
		return err
	}
	made := image.Platform
	if parts := strings.Split(made, "/"); len(parts) > 2 {
		made = path.Join(parts[:2]...) // without the variant
	}
	if made == "" || info.Platform == "" || made == info.Platform {
		return nil
	}
	return &EnvironmentError{
		Problem: "the image is for " + made + ", as its base is, and the engine runs " + info.Platform,
		Remedy:  "Get the base image for the engine (`docker pull --platform " + info.Platform + " …`), and leave --platform out of FROM.",
	}
}
