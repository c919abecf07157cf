package engine

import (
	"context"
	"errors"
	"path"
	"strings"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
)

// missingBase is the cause of a build that did not get a base image.
type missingBase struct{ message string }

func (m *missingBase) Error() string { return m.message }

// foreign explains the error of a build by a base image for another platform
// than the engine's, where one is to blame: one that was loaded from another
// machine, or that FROM asks for. Any other error it returns as it is.
func (c *Client) foreign(ctx context.Context, err error, src *source) error {
	var (
		missing *missingBase
		broken  *checker.BuildError
	)
	unfound := errors.As(err, &missing)
	unrunnable := errors.As(err, &broken) && containsAny(broken.Message+broken.Step.Log, "exec format error")
	if src.parsed == nil || c.platform == "" || !unfound && !unrunnable {
		return err
	}
	asked := askedPlatform(src.parsed)
	if unrunnable && asked != "" && asked != c.platform {
		return &checker.EnvironmentError{
			Problem: "FROM asks for the platform " + asked + ", whose programs the engine, which is " + c.platform + ", does not run",
			Remedy:  "Leave --platform out of FROM.",
		}
	}
	for _, base := range src.parsed.BaseImages() {
		got, inspectErr := c.api.ImageInspect(ctx, base)
		if inspectErr != nil || got.Os == "" {
			continue
		}
		switch has := path.Join(got.Os, got.Architecture); {
		case has != c.platform:
			return &checker.EnvironmentError{
				Problem: "the image " + base + " on the engine is for " + has + ", and the engine runs " + c.platform,
				Remedy:  "Get the one for the engine: `docker pull --platform " + c.platform + " " + base + "`.",
			}
		case unfound && asked != "" && asked != c.platform:
			return &checker.EnvironmentError{
				Problem: "FROM asks for the platform " + asked + ", and the engine has the image " + base + " for " + has + " only",
				Remedy:  "Leave --platform out of FROM.",
			}
		}
	}
	return err
}

// askedPlatform is the platform that a FROM names, without its variant; empty
// where none does, or only by a variable.
func askedPlatform(f *dockerfile.File) string {
	for _, stage := range f.Stages {
		for _, flag := range stage.From.Flags {
			name, ok := strings.CutPrefix(flag, "--platform=")
			parts := strings.Split(name, "/")
			if ok && len(parts) > 1 && !strings.Contains(name, "$") {
				return path.Join(parts[0], parts[1])
			}
		}
	}
	return ""
}
