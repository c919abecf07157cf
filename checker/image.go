package checker

import (
	"slices"
	"time"
)

// Image is an image's configuration as a grade needs it.
type Image struct {
	ID string
	// SizeBytes is as the engine's store counts it: compare it only with
	// sizes of the same engine.
	SizeBytes  int64
	User       string
	WorkingDir string
	Env        []string
	Entrypoint []string
	Cmd        []string
	StopSignal string
	Labels     map[string]string
	// ExposedPorts are as written in the configuration, such as "8080/tcp".
	ExposedPorts []string
	// HealthTest is the configured test, such as ["CMD", "wget", …]; nil
	// where the image has none, or has NONE.
	HealthTest []string
	// HealthInterval, HealthTimeout and HealthStartPeriod are the test's own
	// timings; 0 for the engine's defaults of 30 s, 30 s and none.
	HealthInterval, HealthTimeout, HealthStartPeriod time.Duration
	// HealthRetries is how many failures in a row make the container
	// unhealthy; 0 for the engine's default of 3.
	HealthRetries int
	// Tags are all names that the engine has for the image, such as
	// "tides:1.4.2".
	Tags []string
	// Volumes are the paths that the image declares as volumes.
	Volumes []string
	// Platform is such as "linux/amd64".
	Platform string
	// RootFS are the digests of the uncompressed layers, base first.
	RootFS []string
	// History stands base first.
	History []LayerReport
}

// healthCommand is the image's health test as the engine runs it; nil where it has
// none.
func (i *Image) healthCommand() []string { return testCommand(i.HealthTest) }

// testCommand is a health test in the engine's form as the engine runs it.
func testCommand(test []string) []string {
	switch {
	case len(test) > 1 && test[0] == "CMD":
		return slices.Clone(test[1:])
	case len(test) > 1 && test[0] == "CMD-SHELL":
		return []string{"/bin/sh", "-c", test[1]}
	}
	return nil
}

// Archive tells how the layers that [Engine.Archive] streamed fit together.
type Archive struct {
	// Layers are the names by which the layers were visited, base first. A
	// layer that an image has twice stands here twice, and is visited once.
	Layers []string
	// Config is the image's configuration as it is stored, in JSON: with its
	// history, its environment and its labels.
	Config []byte
}
