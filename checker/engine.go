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
	// Walk streams the files of an image's root filesystem, all layers
	// applied, to visit in no certain order. The reader is valid during the
	// call only. Visit may return SkipAll to end the walk early. Memory use
	// does not depend on the image's size.
	Walk(ctx context.Context, ref string, visit func(hdr *tar.Header, r io.Reader) error) error
	// CopyFile copies one regular file out of an image that need not run,
	// following links, to w: at most limit bytes, more is an error. It
	// returns an error that matches fs.ErrNotExist when there is none.
	CopyFile(ctx context.Context, ref, path string, w io.Writer, limit int64) error
	// Start creates a container of an image and starts it. A program that
	// cannot be started at all is a [*StartError].
	Start(ctx context.Context, req RunRequest) (Container, error)
	// Sweep removes all containers and images of this run. It works also
	// when the run's own context is cancelled: give it a live one.
	Sweep(ctx context.Context) error
}

// Container is one running or ended container of a grade.
type Container interface {
	// ID is the engine's id of the container.
	ID() string
	// State reads whether it runs, how it ended, and its health.
	State(ctx context.Context) (State, error)
	// Do asks the published port over HTTP, once, on loopback. A service
	// that refuses or resets the connection, or does not answer in timeout, is
	// an error of any kind but an EnvironmentError. The body is cut after
	// 1 MiB.
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
}

// BuildRequest says what to build.
type BuildRequest struct {
	// Dir is the build context on disk. Its .dockerignore is applied.
	Dir string
	// Overlay holds files that replace or add to those of Dir in the copy
	// that is sent: slash-separated paths relative to Dir.
	Overlay map[string][]byte
	// Dockerfile is the path in Dir, slash-separated; empty for "Dockerfile".
	Dockerfile string
	// Target is the stage to build; empty for the last one.
	Target string
	// Args are the build arguments.
	Args map[string]string
	// OnStep, when set, is called whenever a step changes; from one
	// goroutine at a time.
	OnStep func(Step)
}

// Build is a finished, or failed, build.
type Build struct {
	// ImageID is empty when the build failed.
	ImageID string
	// Steps stand in the order in which the engine first named them.
	Steps []Step
	// ContextBytes is the size of the tar that was sent, in bytes.
	ContextBytes int64
	Duration     time.Duration
	// Notices tell what was changed in the copy that was sent, such as a
	// syntax directive that was neutralized.
	Notices []string
}

// Step is one vertex of BuildKit's graph.
type Step struct {
	// Digest names the vertex within its build.
	Digest string
	// Name is BuildKit's, control characters made inert, such as
	// "[deps 2/4] RUN npm ci".
	Name string
	// Line is the Dockerfile line of its instruction, from 1; 0 for none.
	Line   int
	Cached bool
	Done   bool
	// Duration is how long it has run, or ran.
	Duration time.Duration
	// Log is the end of its output, at most 64 KiB, made inert.
	Log string
	// Err is the vertex's error, empty when it has none.
	Err string
}

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
	// HealthTimeout is the test's own time limit; 0 for the engine's default
	// of 30 s.
	HealthTimeout time.Duration
	// RootFS are the digests of the uncompressed layers, base first.
	RootFS []string
	// History stands base first.
	History []LayerReport
}

// RunRequest says what to run and within which limits.
type RunRequest struct {
	Image string
	// Entrypoint and Cmd replace the image's own where they are not nil.
	Entrypoint []string
	Cmd        []string
	// User replaces the image's own where it is not empty.
	User string
	Env  []string
	// Port is the container's TCP port to publish on a random port of
	// loopback; 0 publishes none.
	Port int
	// Health, when set, runs the image's own health test at these timings;
	// when nil no health test runs.
	Health *HealthTiming
	Limits Limits
}

// HealthTiming are the timings at which an image's own test is run.
type HealthTiming struct {
	Interval, Timeout, StartPeriod time.Duration
	Retries                        int
}

// Limits bound what a container may use.
type Limits struct {
	// MemoryMB is in MiB; swap is not given on top.
	MemoryMB int64 `yaml:"memory_mb"`
	// CPUs is in cores.
	CPUs float64 `yaml:"cpus"`
	// PIDs is the highest number of processes and threads.
	PIDs int64 `yaml:"pids"`
}

// DefaultLimits hold where an exercise states none: enough for a small
// service of any of the three languages, and little enough that a runaway one
// is no danger to the machine.
func DefaultLimits() Limits { return Limits{MemoryMB: 512, CPUs: 2, PIDs: 256} }

// State is a container's state at one moment.
type State struct {
	Running   bool
	ExitCode  int
	OOMKilled bool
	// Health is "starting", "healthy", "unhealthy", or empty without a test.
	Health string
	// HealthLog is the output of the latest run of the test, made inert.
	HealthLog string
}

// Response is an answer over HTTP.
type Response struct {
	Status int
	Body   string
}

// Process is one row of the container's process list.
type Process struct {
	// PID is the one the engine's host sees.
	PID  int
	UID  int
	Args string
}

// ExecResult is how a command in a container ended.
type ExecResult struct {
	ExitCode int
	Output   string
	NotFound bool
}
