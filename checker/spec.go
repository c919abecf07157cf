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
	// Concept is the id of the concept, of a lesson, that the check is about.
	Concept string `yaml:"concept"`

	Builds    *Builds    `yaml:"builds"`
	Serves    *Serves    `yaml:"serves"`
	RunsAs    *RunsAs    `yaml:"runs_as"`
	Health    *Health    `yaml:"health"`
	ImageSize *ImageSize `yaml:"image_size"`
	Cached    *Cached    `yaml:"cached"`
	Imports   *Imports   `yaml:"imports"`
	Static    *Static    `yaml:"static_binary"`
	Listens   *Listens   `yaml:"listens"`
	Stops     *Stops     `yaml:"stops"`
	Layers    *Layers    `yaml:"layers"`
	Contents  *Contents  `yaml:"contents"`
	Linked    *Linked    `yaml:"linked"`

	Logs       *Logs       `yaml:"logs"`
	Exposes    *Exposes    `yaml:"exposes"`
	Configured *Configured `yaml:"configured"`
	Pinned     *Pinned     `yaml:"pinned"`
	Runs       *Runs       `yaml:"runs"`
	Secrets    *Secrets    `yaml:"secrets"`
	Context    *Context    `yaml:"context"`
	Hardened   *Hardened   `yaml:"hardened"`
	Writes     *Writes     `yaml:"writes"`
	Tagged     *Tagged     `yaml:"tagged"`
	Refuses    *Refuses    `yaml:"refuses"`

	ComposeUp       *ComposeUp       `yaml:"compose_up"`
	ComposeHealthy  *ComposeHealthy  `yaml:"compose_healthy"`
	ComposeOrdered  *ComposeOrdered  `yaml:"compose_ordered"`
	ComposePersists *ComposePersists `yaml:"compose_persists"`
	ComposeReaches  *ComposeReaches  `yaml:"compose_reaches"`
	ComposeIsolated *ComposeIsolated `yaml:"compose_isolated"`
	ComposeSecret   *ComposeSecret   `yaml:"compose_secret"`
}

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
	// Compose is the project that checks of Compose files bring up.
	Compose *Compose `yaml:"compose"`
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
	// BuildArgs and BuildSecrets are what the project needs to build at all:
	// arguments by name, secrets by id. A check's own canaries take precedence.
	BuildArgs    map[string]string
	BuildSecrets map[string][]byte
	// Online is that of its builds; see [BuildRequest].
	Online     bool
	Assignment Assignment
}
