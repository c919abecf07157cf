package cli

import (
	"context"
	"path/filepath"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui"
	"shipshape/tui/route"
)

func (a *app) runTutor(ctx context.Context) error {
	const commands = "use a command: `shipshape lessons`, `shipshape quiz --plain`, `shipshape check`. `shipshape --help` lists them all."
	switch {
	case !a.io.Interactive():
		return usagef("Run it in one, or "+commands, "the tutor needs a terminal")
	case a.flags.plain:
		return usagef("Leave --plain out, or "+commands, "the tutor has a screen of its own, and --plain asks for none")
	}
	return a.openTutor(ctx, nil)
}

// tutorDir is where the tutor keeps its workspaces, each in a folder of its
// exercise's name.
func (a *app) tutorDir() string { return filepath.Join(a.dataDir(), "workspaces") }

// openTutor opens the tutor at a screen; nil is its first one. The course is
// read while the first frame is drawn, the record is opened after it, and the
// engine once something is graded.
func (a *app) openTutor(ctx context.Context, screen route.Target) error {
	o := tui.Options{
		Load: func() (*lessons.Course, *exercises.Catalog, error) {
			course, err := a.openCourse()
			if err != nil {
				return nil, nil, err
			}
			catalog, err := a.openCatalog()
			return course, catalog, err
		},
		Record: func(ctx context.Context) (tui.Recorder, error) {
			record, err := progress.Open(ctx, a.dataDir())
			if err != nil {
				return nil, err // not a nil *Record: the tutor compares with nil
			}
			return record, nil
		},
		Review: func(_ context.Context, e *exercises.Exercise, dir string) (*checker.Report, error) {
			return checker.Review(e.Submission(dir, ""))
		},
		Start:         (*exercises.Exercise).Start,
		WorkspaceRoot: a.tutorDir(),
		Open:          screen,
		Tell:          func(text string) { a.notice("%s", text) },
		NoColor:       a.io.NoColor,
		Here:          ".",
	}
	if !a.flags.offline {
		// Not app.openEngine: its notices would be written over the screen.
		g := newGrader(a)
		g.open = func(ctx context.Context) (*engine.Client, error) {
			return engine.Open(ctx, engine.Options{DataDir: a.dataDir()})
		}
		g.recall = a.recallQuietly
		defer func() { _ = g.close() }()
		o.Grade = func(ctx context.Context, e *exercises.Exercise, dir string, force bool, observe checker.Observer) (*checker.Report, error) {
			return g.workspace(ctx, e, dir, gradeOptions{Options: checker.Options{Observe: observe}, Force: force})
		}
	}
	return tui.Run(ctx, o)
}
