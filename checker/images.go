package checker

import (
	"io"
	"time"
)

// StoredImage is an image in an engine's store as the keeper of base images
// sees it.
type StoredImage struct {
	// ID is the engine's id of the image.
	ID string
	// SizeBytes is as the engine's store counts it: compare it only with
	// sizes of the same engine.
	SizeBytes int64
	Labels    map[string]string
	// Tags are all names that the image has, such as "alpine:3.22".
	Tags []string
	// Created is the zero time where the image states none.
	Created time.Time
}

// PullProgress is how far the pull of an image is.
type PullProgress struct {
	// Image is the name that was asked for.
	Image string
	// Status is the engine's own word, made inert, such as "Downloading".
	Status string
	// Done and Total are in bytes, over all layers named so far; Total is 0
	// while the engine has not told it.
	Done, Total int64
}

// ImageBuild says how to build an image that is to stay, such as a stand-in
// for a base image. It carries no run's label but those of Labels, and gets no
// name: what has it may have changed by the end of the build.
type ImageBuild struct {
	// For names the image in messages.
	For    string
	Labels map[string]string
	// Context is the build context as an uncompressed tar.
	Context io.Reader
	// Dockerfile is the path in Context; empty for "Dockerfile".
	Dockerfile string
	Args       map[string]string
	// Log, when set, is told each line of the build's output, made inert;
	// from one goroutine at a time.
	Log func(line string)
}
