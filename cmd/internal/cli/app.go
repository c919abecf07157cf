package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/inert"
	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/lessons/progress"
)

// app is what the commands share. Each of its parts is opened when it is first
// asked for, and by one goroutine.
type app struct {
	io      *IO
	version string
	flags   globalFlags

	course  *lessons.Course
	catalog *exercises.Catalog
	record  *progress.Record
	// failure is what the command returned.
	failure error
}

// globalFlags are those of every command.
type globalFlags struct {
	course  string
	data    string
	offline bool
	plain   bool
	noColor bool
}

func newApp(io *IO, version string) *app {
	return &app{io: io, version: buildVersion(version)}
}

// dataDir is where the record, the locks of grades and the TUI's workspaces
// are.
func (a *app) dataDir() string {
	if a.flags.data != "" {
		return a.flags.data
	}
	return filepath.Join(xdg.DataHome, "shipshape")
}

// courseFS is a folder of the course on disk, or the embedded one.
func (a *app) courseFS(folder string, embedded func() fs.FS) (fs.FS, error) {
	if a.flags.course == "" {
		return embedded(), nil
	}
	root, err := os.OpenRoot(filepath.Join(a.flags.course, folder))
	if err != nil {
		return nil, usagef("A course is a folder with the folders lessons and exercises in it.",
			"%s is no course: %v", a.flags.course, err)
	}
	return root.FS(), nil
}

// openCourse returns the lessons.
func (a *app) openCourse() (*lessons.Course, error) {
	if a.course != nil {
		return a.course, nil
	}
	fsys, err := a.courseFS("lessons", lessons.Embedded)
	if err != nil {
		return nil, err
	}
	course, err := lessons.Load(fsys)
	if err != nil {
		return nil, a.unsound("lessons", err)
	}
	a.course = course
	return course, nil
}

// openCatalog returns the exercises.
func (a *app) openCatalog() (*exercises.Catalog, error) {
	if a.catalog != nil {
		return a.catalog, nil
	}
	fsys, err := a.courseFS("exercises", exercises.Embedded)
	if err != nil {
		return nil, err
	}
	catalog, err := exercises.Load(fsys)
	if err != nil {
		return nil, a.unsound("exercises", err)
	}
	a.catalog = catalog
	return catalog, nil
}

func (a *app) unsound(what string, err error) error {
	lint := "shipshape course lint"
	if a.flags.course != "" {
		lint += " " + shellWord(a.flags.course)
	}
	return usagef(fmt.Sprintf("`%s` lists every fault of a course.", lint),
		"the %s of this course have faults:\n%v", what, err)
}

// openRecord returns the learner's record. What it has to tell, now or when it
// is used, such as that a damaged file was set aside, goes to standard error.
func (a *app) openRecord(ctx context.Context) (*progress.Record, error) {
	if a.record != nil {
		return a.record, nil
	}
	record, err := progress.Open(ctx, a.dataDir())
	if err != nil {
		return nil, fmt.Errorf("the learner's record in %s can't be opened: %w", a.dataDir(), err)
	}
	record.Tell(func(notice string) { a.notice("%s", notice) })
	a.record = record
	return record, nil
}

// recordError adds to what failed the remedy of the record, where it knows one.
func recordError(err error) error {
	var fault *progress.FaultError
	if errors.As(err, &fault) {
		return &checker.EnvironmentError{Problem: err.Error(), Remedy: fault.Remedy}
	}
	return err
}

// openEngine connects to the engine, and removes what crashed grades left there.
func (a *app) openEngine(ctx context.Context) (*engine.Client, error) {
	if a.flags.offline {
		return nil, &checker.EnvironmentError{
			Problem: "--offline says to use no engine",
			Remedy:  "Leave --offline out.",
		}
	}
	client, err := engine.Open(ctx, engine.Options{DataDir: a.dataDir()})
	if err != nil {
		return nil, err
	}
	if _, err := client.SweepStale(ctx); err != nil && ctx.Err() == nil {
		a.notice("what a crashed grade left could not be removed yet: %v", err)
	}
	return client, nil
}

// notice tells something that is no fault of the command on standard error.
func (a *app) notice(format string, args ...any) {
	fmt.Fprintf(a.io.Err, "%s %s\n", a.io.errPaint().warn("note:"), inert.Text(fmt.Sprintf(format, args...)))
}

// close closes what was opened.
func (a *app) close() error {
	if a.record == nil {
		return nil
	}
	err := a.record.Close()
	a.record = nil
	if err != nil {
		return fmt.Errorf("the learner's record can't be closed: %w", err)
	}
	return nil
}

// exercise returns the exercise of that slug.
func (a *app) exercise(slug string) (*exercises.Exercise, error) {
	catalog, err := a.openCatalog()
	if err != nil {
		return nil, err
	}
	if e := catalog.Exercise(slug); e != nil {
		return e, nil
	}
	slugs := make([]string, len(catalog.Exercises))
	for i, e := range catalog.Exercises {
		slugs[i] = e.Slug
	}
	return nil, usagef(didYouMean(slug, slugs, "`shipshape exercises` lists them."), "there is no exercise %q", slug)
}

// lesson returns the lesson of that slug.
func (a *app) lesson(slug string) (*lessons.Lesson, error) {
	course, err := a.openCourse()
	if err != nil {
		return nil, err
	}
	if l := course.Lesson(slug); l != nil {
		return l, nil
	}
	slugs := make([]string, len(course.Lessons))
	for i, l := range course.Lessons {
		slugs[i] = l.Slug
	}
	return nil, usagef(didYouMean(slug, slugs, "`shipshape lessons` lists them."), "there is no lesson %q", slug)
}

// keep writes to the record by way of do. A record that can't be written never
// fails what the learner asked for: it is told, and that is all.
func (a *app) keep(ctx context.Context, do func(*progress.Record) error) {
	record, err := a.openRecord(ctx)
	if err == nil {
		err = do(record)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		a.notice("this is not in your record: %v", err)
	}
}

// summary reads the record in the names of the course, or, where that can't be
// done, an empty one.
func (a *app) summary(ctx context.Context) *progress.Summary {
	summary, err := a.readSummary(ctx)
	if err == nil {
		return summary
	}
	a.notice("your progress can't be read: %v", err)
	return &progress.Summary{}
}

func (a *app) readSummary(ctx context.Context) (*progress.Summary, error) {
	record, err := a.openRecord(ctx)
	if err != nil {
		return nil, err
	}
	summary, err := record.Summary(ctx)
	if err != nil {
		return nil, err
	}
	course, err := a.openCourse()
	if err != nil {
		return summary, nil //nolint:nilerr // a course that does not load is told where it is needed
	}
	catalog, err := a.openCatalog()
	if err != nil {
		return summary, nil //nolint:nilerr // as above
	}
	return summary.For(course, catalog.Renamed())
}
