package compose

import (
	"io/fs"
	"slices"
	"time"
)

// Project is what a Compose file says, after merging, interpolation and
// profiles.
type Project struct {
	// Services stand in the order of their names.
	Services []Service
	// Networks are those that a service is on, by their names in the file.
	Networks map[string]Network
	// Volumes are those that a service mounts, by their names in the file.
	// One that stands for a folder of the project goes by the folder's path,
	// which begins with "./".
	Volumes map[string]Volume
	// Notices tell what was left out of account.
	Notices []string

	lines lines
}

// Service returns the service of that name, or nil.
func (p *Project) Service(name string) *Service {
	i := slices.IndexFunc(p.Services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Services[i]
}

// Place returns where a value stands, such as that of the path "services",
// "api", "depends_on", or else the nearest that holds it.
func (p *Project) Place(path ...string) Place { return p.lines.at(path...) }

// Network is a network of the project.
type Network struct {
	// Internal networks lead nowhere but to their own services.
	Internal bool
}

// Volume is a volume of the project.
type Volume struct {
	// Content is what a folder of the project holds, by paths relative to it,
	// folders before what is in them. It is nil for a named volume.
	Content []File
}

// Service is one service, of which one container runs.
type Service struct {
	Name string
	// Image is the name to run, or, where Build is set, the name that the
	// built image gets; it may then be empty.
	Image string
	Build *Build
	// Entrypoint and Command replace the image's own where they are not nil.
	Entrypoint, Command []string
	// Env are NAME=value, in the order of the names.
	Env        []string
	User       string
	WorkingDir string
	Init       bool
	ReadOnly   bool
	// Tmpfs are paths.
	Tmpfs []string
	// Ports are the container's TCP ports that are published.
	Ports []int
	// Health is nil where the image's own test counts.
	Health *Health
	// DependsOn stands in the order of the names.
	DependsOn []Dependency
	// Networks are the joined ones, in the order of their names.
	Networks []Join
	Mounts   []Mount
	// Files are secrets, configs and mounted files of the project.
	Files []File
	// DropCapabilities leaves the container those of Capabilities alone.
	DropCapabilities bool
	Capabilities     []string
	// MemoryBytes, CPUs and PIDs are limits; 0 for none.
	MemoryBytes int64
	CPUs        float64
	PIDs        int64
	// Restarts tells that a service which ended with an error is started
	// again.
	Restarts bool
	// StopGrace is how long it may take to stop; 0 for the usual 10 s.
	StopGrace time.Duration
}

// Build says how a service's image is built.
type Build struct {
	// Context is a folder of the project, slash-separated; "." for all of it.
	Context string
	// Dockerfile is its path in Context.
	Dockerfile string
	// Inline is the Dockerfile's text, where the Compose file holds it.
	Inline []byte
	Target string
	Args   map[string]string
	// Secrets are the build secrets, by id.
	Secrets map[string][]byte
}

// Health is a service's own health test.
type Health struct {
	// Disabled says that there is none, whatever the image has.
	Disabled bool
	// Test is in the engine's form; nil for the image's.
	Test []string
	// Timeout is how long one run may take; 0 for the image's or the engine's.
	Timeout time.Duration
}

// Condition says what a service waits for.
type Condition string

// The conditions of depends_on.
const (
	Started   Condition = "service_started"
	Healthy   Condition = "service_healthy"
	Completed Condition = "service_completed_successfully"
)

// Dependency is a service that another one waits for.
type Dependency struct {
	Service   string
	Condition Condition
}

// Join is a network with the names that a service has there.
type Join struct {
	Network string
	Aliases []string
}

// Mount is a volume at a path in a container.
type Mount struct {
	// Volume is a name of the project's Volumes; empty for an anonymous one,
	// which a new container does not find again.
	Volume string
	// Path is absolute.
	Path     string
	ReadOnly bool
	// NoCopy hides what the image has at Path also while the volume is empty.
	NoCopy bool
}

// File is a file, or with fs.ModeDir a folder.
type File struct {
	Path    string
	Mode    fs.FileMode
	Content []byte
}
