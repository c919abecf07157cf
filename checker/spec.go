package checker

import "time"

// Spec describes one check as exercise.yaml does: what it is called, what it
// is worth, and, under exactly one of the kinds' keys, what must be seen.
type Spec struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Optional checks give points and advice but do not decide the outcome.
	Optional bool `yaml:"optional"`
	Points   int  `yaml:"points"`
	// Needs are the ids of checks that must have passed first.
	Needs []string `yaml:"needs"`
	// Why tells the learner why it matters; a check that knows better from
	// what it saw says so instead.
	Why string `yaml:"why"`
	// Lesson is a lesson's slug; empty for the exercise's own.
	Lesson string `yaml:"lesson"`

	Builds    *Builds    `yaml:"builds"`
	Serves    *Serves    `yaml:"serves"`
	RunsAs    *RunsAs    `yaml:"runs_as"`
	Health    *Health    `yaml:"health"`
	ImageSize *ImageSize `yaml:"image_size"`
	Cached    *Cached    `yaml:"cached"`
	Imports   *Imports   `yaml:"imports"`
	Static    *Static    `yaml:"static_binary"`
	Listens   *Listens   `yaml:"listens"`
}

// Builds: the Dockerfile builds.
type Builds struct{}

// Serves: the default command answers over the published port with the status
// and, since only a fresh build of this source knows it, the nonce.
type Serves struct {
	// Path defaults to the service's own.
	Path string `yaml:"path"`
	// Status defaults to 200.
	Status int `yaml:"status"`
	// NoNonce drops the demand that the nonce stands in the body.
	NoNonce bool `yaml:"no_nonce"`
	// Contains is a text that must stand in the body as well.
	Contains string `yaml:"contains"`
}

// RunsAs: who PID 1, and every other process, runs as.
type RunsAs struct {
	// NotRoot demands a uid other than 0.
	NotRoot bool `yaml:"not_root"`
	// UID demands this uid; nil demands none.
	UID *int `yaml:"uid"`
}

// Health: the image's own health test reports healthy and, when the service
// hangs, unhealthy.
type Health struct{}

// ImageSize: the image is no larger than a budget, measured on the same engine.
type ImageSize struct {
	// Of is OfStarter or a base image's name.
	Of string `yaml:"of"`
	// Percent of Of's size that is allowed; 0 for 100.
	Percent int `yaml:"percent"`
	// PlusMB is added to the budget, in units of 1,000,000 bytes.
	PlusMB int `yaml:"plus_mb"`
}

// OfStarter makes an ImageSize relative to the exercise's starter, built on the
// same engine.
const OfStarter = "starter"

// Cached: a piece of work, after an edit, comes from cache or runs again.
type Cached struct {
	// Work names the step that does the work.
	Work Work `yaml:"work"`
	// After is AfterSource or AfterManifest.
	After string `yaml:"after"`
}

// The edits after which a Cached check looks.
const (
	// AfterSource: the work must come from cache.
	AfterSource = "source"
	// AfterManifest: the work must run again.
	AfterManifest = "manifest"
)

// Work tells which RUN steps do a piece of work: those that call one of the
// commands or, since a script may hide the call, those whose log shows it.
type Work struct {
	// Name is for the learner: "npm ci".
	Name string `yaml:"name"`
	// Commands are words as they stand at the start of a shell command:
	// "npm ci", "pip install".
	Commands []string `yaml:"commands"`
	// Log is a regular expression (RE2) for what the work prints when it
	// really runs.
	Log string `yaml:"log"`
}

// Imports: a module of the language is importable by the user that the
// service runs as, with the image's own environment and working directory.
type Imports struct {
	// Interpreters are tried in order: the first one in the image is used.
	Interpreters []string `yaml:"interpreters"`
	// Args follow the interpreter: ["-c", "import tides"].
	Args []string `yaml:"args"`
}

// Static: the program that PID 1 is, is an ELF file that asks for no
// interpreter and no shared library.
type Static struct{}

// Listens: the service is reached from outside its container, so it listens on
// more than loopback.
type Listens struct{}

// Service tells how the graded service is reached.
type Service struct {
	// Port is the container's port that it listens on.
	Port int `yaml:"port"`
	// Path of its main route; defaults to "/".
	Path string `yaml:"path"`
	// Env is set in the container, as NAME=value.
	Env []string `yaml:"env"`
	// Ready is how long the service may take to answer; defaults to 20 s.
	Ready time.Duration `yaml:"ready"`
}

// Edit describes a file that the grader writes in the graded copy, with a
// random value where {{value}} stands in it.
type Edit struct {
	File string `yaml:"file"`
	// Template is the whole content of the file.
	Template string `yaml:"template"`
	// Replace, where Template is empty, is a text that must stand in the
	// file once and is replaced by With.
	Replace string `yaml:"replace"`
	With    string `yaml:"with"`
}

// Assignment is the part of an exercise that a grade is made of.
type Assignment struct {
	// Dockerfile is the path in the workspace; empty for "Dockerfile".
	Dockerfile string  `yaml:"dockerfile"`
	Service    Service `yaml:"service"`
	// Nonce is the source edit: its random value must come back over HTTP.
	Nonce Edit `yaml:"nonce"`
	// Manifest is the edit to the dependency manifest.
	Manifest *Edit `yaml:"manifest"`
	// Bases are the base images that starter, solution and variants use.
	Bases  []string `yaml:"bases"`
	Limits *Limits  `yaml:"limits"`
	// BuildTimeout defaults to 5 minutes.
	BuildTimeout time.Duration `yaml:"build_timeout"`
	Checks       []Spec        `yaml:"checks"`
}

// Submission is one project to grade.
type Submission struct {
	// Exercise and Lesson are slugs, for the report.
	Exercise, Lesson string
	// Dir is the project on disk. It is read only.
	Dir string
	// StarterDir is the exercise's starter on disk, for budgets relative to
	// it; empty when no check needs one.
	StarterDir string
	Assignment Assignment
}
