package tui

import (
	"context"
	"io"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui/route"
)

// Options is what the tutor is made of.
type Options struct {
	// Load reads the course and its exercises, while the first frame is being
	// drawn. Its error ends the tutor, and Run returns it.
	Load func() (*lessons.Course, *exercises.Catalog, error)
	// Course and Catalog are what is shown where Load is nil.
	Course  *lessons.Course
	Catalog *exercises.Catalog
	// Record opens the learner's record. It is called after the first frame;
	// nil, or an error, leaves the tutor without one.
	Record func(context.Context) (Recorder, error)
	// Grade grades a workspace on the engine and returns when nothing of the
	// grade is left there, also when the context is cancelled; nil when there
	// is no engine to use. What has not changed since its last grade gets that
	// verdict again, marked as stored, unless force is set.
	Grade func(ctx context.Context, e *exercises.Exercise, dir string, force bool, observe checker.Observer) (*checker.Report, error)
	// Review reads a workspace without an engine.
	Review func(context.Context, *exercises.Exercise, string) (*checker.Report, error)
	// Start copies an exercise's starter project to a workspace.
	Start func(*exercises.Exercise, string) error
	// WorkspaceRoot is the directory in which workspaces are made, each under
	// its exercise's slug; one under a slug that the exercise had before is
	// taken as well.
	WorkspaceRoot string
	// Here is the folder that the learner is in: a workspace that the command
	// line would find there is taken first. Empty for none.
	Here string
	// Open is the screen to show first; nil for the course.
	Open route.Target
	// Notice is shown under the first screen, such as that no engine answers.
	Notice string
	// Tell is called once the terminal is the shell's again, with what came of
	// the record while the tutor was ending; nil drops that.
	Tell func(text string)
	// NoColor draws without colours. So does NO_COLOR in the environment.
	NoColor bool
	// Input and Output are the terminal; nil for standard input and output.
	Input  io.Reader
	Output io.Writer
}

var _ Recorder = (*progress.Record)(nil)

// Recorder keeps the learner's record. [progress.Record] is one.
type Recorder interface {
	MarkRead(ctx context.Context, lesson string) error
	Answer(ctx context.Context, a progress.Answered) error
	Attempt(ctx context.Context, a progress.Attempted) error
	Hint(ctx context.Context, exercise string, level int) error
	Summary(ctx context.Context) (*progress.Summary, error)
	Notices() []string
	Close() error
}
