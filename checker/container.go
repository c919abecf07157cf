package checker

import (
	"io/fs"
	"time"
)

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

	// WorkingDir replaces the image's own where it is not empty.
	WorkingDir string
	// Init puts the engine's own init in front of the program, as PID 1.
	Init bool
	// ReadOnly makes the root filesystem read-only, with an empty writable
	// tmpfs at each path of Tmpfs.
	ReadOnly bool
	Tmpfs    []string
	// DropCapabilities takes all capabilities away but those of Capabilities,
	// which are named as in "NET_BIND_SERVICE".
	DropCapabilities bool
	Capabilities     []string
	// Share is the id of a container of the same run whose processes and
	// network the new one sees as its own; empty for none. Once that one has
	// ended, Start returns [ErrNotRunning].
	Share string
	// Network is the id of a network of the run to join instead of the
	// default one, under the names of Aliases.
	Network string
	Aliases []string
	// Networks are further ones to join, before the program starts.
	Networks []NetworkJoin
	// Volumes are mounted before the program starts.
	Volumes []VolumeMount
	// Files are written into the container before the program starts; a tmpfs
	// hides those below it.
	Files []File
}

// VolumeMount is a volume of the run at a path in a container.
type VolumeMount struct {
	// Volume is the name that CreateVolume returned.
	Volume string
	// Path is absolute.
	Path     string
	ReadOnly bool
	// NoCopy leaves an empty volume empty: without it, the engine copies what
	// the image has at Path into it.
	NoCopy bool
}

// NetworkJoin is a network of the run with the names that a container has there.
type NetworkJoin struct {
	// Network is the id that CreateNetwork returned.
	Network string
	Aliases []string
}

// File is a file to write into a container, owned by root.
type File struct {
	// Path is absolute; folders that are not there are made.
	Path string
	// Mode are the permission bits, such as 0o444; with fs.ModeDir the file is
	// a folder, and one that is there gets the mode.
	Mode    fs.FileMode
	Content []byte
}

// HealthTiming are the timings at which an image's own test is run.
type HealthTiming struct {
	// Test replaces the image's own where it is not nil, in the form
	// ["CMD", "wget", …] or ["CMD-SHELL", "…"].
	Test                           []string
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
	// Unexecuted tells why the program of an ended container could not be
	// executed, such as "exec /app: exec format error"; empty when it was. It is
	// the image's fault, as a [StartError] is, and is known only after the start.
	Unexecuted string
	// Health is "starting", "healthy", "unhealthy", or empty without a test.
	Health string
	// HealthLog is the output of the latest run of the test, made inert.
	HealthLog string
	// HealthRuns are the latest runs of the test, at most five, oldest first.
	HealthRuns []HealthRun
}

// HealthRun is one run of a health test.
type HealthRun struct {
	Started  time.Time
	Duration time.Duration
	// ExitCode is 0 for healthy; -1 where the test was cut off at its limit.
	ExitCode int
	// Output is made inert.
	Output string
}

// Change is one path that differs from the image.
type Change struct {
	Path string
	Kind ChangeKind
}

// ChangeKind says how a path differs.
type ChangeKind string

// The ways a path differs. A folder counts as modified when something in it
// was added or deleted.
const (
	Modified ChangeKind = "modified"
	Added    ChangeKind = "added"
	Deleted  ChangeKind = "deleted"
)

// Response is an answer over HTTP.
type Response struct {
	Status int
	Body   string
	// Open tells that nothing but the end of the connection was the end of the
	// body, so that it may be a part of one.
	Open bool
}

// Process is one row of the container's process list.
type Process struct {
	// PID is the one the engine's host sees.
	PID int
	// PPID is the parent's. That of PID 1, and of a command or a health test
	// that the engine put into the container, is none of the list.
	PPID int
	// UID is the effective one.
	UID int
	// MayBecome are the other uids that the process has as its real or saved
	// one, and may take on again whenever it likes.
	MayBecome []int
	// GID is the effective one.
	GID  int
	Args string
}

// ExecResult is how a command in a container ended.
type ExecResult struct {
	ExitCode int
	Output   string
	NotFound bool
}
