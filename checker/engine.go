package checker

import (
	"archive/tar"
	"context"
	"io"
	"time"
)

// Engine is what a grade asks of a container engine. Everything that it
// creates carries the label of the run, and is removed by Sweep.
//
// Methods return an [*EnvironmentError] for what is not the submission's
// fault. A cancelled context ends the work on the engine as well.
type Engine interface {
	// Info describes the engine.
	Info(ctx context.Context) (EngineInfo, error)
	// Build builds a context with BuildKit. A Dockerfile that does not build
	// is a [*BuildError]; the steps until then are in the Build, which is
	// never nil when the engine began to build.
	Build(ctx context.Context, req BuildRequest) (*Build, error)
	// Image reads an image's configuration and size; ref is an id or a name.
	// It returns ErrNoImage when the engine has none by that name.
	Image(ctx context.Context, ref string) (*Image, error)
	// Tags lists the names that the engine has for images of a repository such
	// as "tides", whoever made them: "tides:1.4.2".
	Tags(ctx context.Context, repository string) ([]string, error)
	// Walk streams the files of an image's root filesystem, all layers
	// applied, to visit in no certain order. The reader is valid during the
	// call only. Visit may return SkipAll to end the walk early. Memory use
	// does not depend on the image's size.
	Walk(ctx context.Context, ref string, visit func(hdr *tar.Header, r io.Reader) error) error
	// CopyFile copies one regular file out of an image that need not run,
	// following links, to w: at most limit bytes, more is an error. It
	// returns an error that matches fs.ErrNotExist when there is nothing, and
	// ErrNotRegular when it is no file.
	CopyFile(ctx context.Context, ref, path string, w io.Writer, limit int64) error
	// Archive streams the files of an image layer by layer, also those that a
	// later layer deletes or covers: what `docker save` gives. Visit is called
	// once for each entry of each layer; the layers come in any order, the
	// entries of one in its own. The reader is valid during the call only.
	// Memory use does not depend on the image's size.
	Archive(ctx context.Context, ref string, visit func(layer string, hdr *tar.Header, r io.Reader) error) (*Archive, error)
	// CreateNetwork makes a bridge network of the run and returns its id.
	CreateNetwork(ctx context.Context, internal bool) (string, error)
	// CreateVolume makes an empty volume of the run and returns its name.
	CreateVolume(ctx context.Context) (string, error)
	// FillVolume writes files into a volume of the run as a container of image
	// that mounted it would see them: files are named by their paths there. The
	// container is never started, and removed again.
	FillVolume(ctx context.Context, image string, mount VolumeMount, files []File) error
	// Start creates a container of an image and starts it. A program that
	// cannot be started at all is a [*StartError].
	Start(ctx context.Context, req RunRequest) (Container, error)
	// Sweep removes all that this run made. It works also
	// when the run's own context is cancelled: give it a live one.
	Sweep(ctx context.Context) error
}

// Container is one running or ended container of a grade.
type Container interface {
	// ID is the engine's id of the container.
	ID() string
	// State reads whether it runs, how it ended, and its health.
	State(ctx context.Context) (State, error)
	// Do asks the published port over HTTP, once, on loopback, or at the host of an
	// engine elsewhere. A service that refuses or resets the connection, or does
	// not answer in timeout, is an error of any kind but an EnvironmentError. The
	// body is cut after 1 MiB.
	Do(ctx context.Context, method, path string, timeout time.Duration) (Response, error)
	// Processes lists the container's processes, PID 1 first.
	Processes(ctx context.Context) ([]Process, error)
	// ReadFile reads one regular file, following links, of at most limit
	// bytes. It returns an error that matches fs.ErrNotExist when there is
	// none.
	ReadFile(ctx context.Context, path string, limit int64) ([]byte, error)
	// Exec runs a command to its end in the running container, as the
	// container's own user where user is empty. The output is cut after
	// 64 KiB. A command that is not in the image is ExecResult.NotFound.
	Exec(ctx context.Context, user string, argv ...string) (ExecResult, error)
	// Logs returns the end of what the container wrote to stdout and stderr:
	// at most limit bytes.
	Logs(ctx context.Context, limit int) (string, error)
	// Changes lists what differs between the container's files and those of
	// its image. Mounts and tmpfs are not in it.
	Changes(ctx context.Context) ([]Change, error)
	// Signal sends a signal, such as "SIGSTOP", to PID 1.
	Signal(ctx context.Context, signal string) error
	// Stop sends the image's stop signal, waits for grace, kills, and tells
	// how it ended and how long that took.
	Stop(ctx context.Context, grace time.Duration) (State, time.Duration, error)
	// Wait waits for its end.
	Wait(ctx context.Context) (State, error)
	// Remove removes it, running or not, with its anonymous volumes.
	Remove(ctx context.Context) error
}

// EngineInfo is an engine's own description.
type EngineInfo struct {
	// Version is the engine's release, such as "28.5.2".
	Version string `json:"version"`
	// API is the version negotiated, such as "1.51".
	API string `json:"api"`
	// Builder is "buildkit".
	Builder string `json:"builder"`
	// Store is "classic" or "containerd".
	Store string `json:"store,omitempty"`
	// Host is where the engine was reached, such as
	// "unix:///var/run/docker.sock".
	Host string `json:"host,omitempty"`
	// Platform is that of the images that it runs, such as "linux/amd64".
	Platform string `json:"platform,omitempty"`
}
