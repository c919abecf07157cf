package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/exercises"
	"shipshape/exercises/images"
)

// grader puts grades together: the engine, a run on it, the starter to measure
// against, and the tidying up. Every command that grades, and the tutor, does
// it through one of these.
type grader struct {
	open func(context.Context) (*engine.Client, error)
	// recall returns an earlier report by its fingerprint; nil where there is
	// none.
	recall func(ctx context.Context, exercise, fingerprint string) *checker.Report
	// program is a part of every fingerprint: another version may judge
	// otherwise.
	program string

	mu     sync.Mutex
	client *engine.Client
}

func newGrader(a *app) *grader {
	return &grader{open: a.openEngine, recall: a.recall, program: programIdentity(a.version)}
}

// connect opens the engine, the first time that it can be opened.
func (g *grader) connect(ctx context.Context) (*engine.Client, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.client != nil {
		return g.client, nil
	}
	client, err := g.open(ctx)
	if err != nil {
		return nil, err
	}
	g.client = client
	return client, nil
}

func (g *grader) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.client == nil {
		return nil
	}
	return g.client.Close()
}

// gradeOptions say how a workspace is graded.
type gradeOptions struct {
	checker.Options
	// Force grades again what has an earlier verdict.
	Force bool
}

// workspace grades a folder as a submission to an exercise, as grade does. One
// that has not changed since its last grade gets that verdict, marked as stored.
func (g *grader) workspace(ctx context.Context, e *exercises.Exercise, dir string, o gradeOptions) (*checker.Report, error) {
	starter, err := writeStarter(e)
	if err != nil {
		return nil, err
	}
	if starter != "" {
		defer func() { _ = os.RemoveAll(starter) }()
	}
	sub := e.Submission(dir, starter)
	if len(o.Only) > 0 {
		return g.grade(ctx, sub, o.Options)
	}
	before, err := g.fingerprint(ctx, sub)
	if err != nil {
		return nil, err
	}
	if before != "" && !o.Force {
		if report := g.recall(ctx, sub.Exercise, before); report != nil {
			return report, nil
		}
	}
	report, err := g.grade(ctx, sub, o.Options)
	if report == nil || err != nil {
		return nil, err
	}
	// What was saved during a grade may be in some of its builds only.
	if after, err := g.fingerprint(ctx, sub); err == nil && after == before {
		report.Fingerprint = before
	}
	return report, nil
}

// grade grades a submission. It returns a [*checker.EnvironmentError] when no
// engine can be had, and the context's error when it was cancelled; whatever it
// began on the engine is gone when it returns.
func (g *grader) grade(ctx context.Context, sub checker.Submission, o checker.Options) (*checker.Report, error) {
	client, err := g.connect(ctx)
	if err != nil {
		return nil, err
	}
	run, err := client.NewRun(ctx)
	if err != nil {
		return nil, err
	}
	o.Tools = toolImages()
	report, err := checker.Grade(ctx, run, sub, o)
	if closeErr := run.Close(); closeErr != nil && report != nil {
		report.Notices = append(report.Notices,
			fmt.Sprintf("something may be left on the engine (`shipshape clean` removes it): %v", closeErr))
	}
	return report, err
}

// toolImages are the base images, some of which have a shell to look into
// containers with that have none.
func toolImages() []string {
	var names []string
	for _, base := range images.Catalog() {
		names = append(names, base.Name)
	}
	return names
}

// writeStarter writes the starter to a temporary folder, for the checks that
// measure against it; it returns "" where none does.
func writeStarter(e *exercises.Exercise) (string, error) {
	if !e.NeedsStarter() {
		return "", nil
	}
	dir, err := os.MkdirTemp("", "shipshape-starter-")
	if err != nil {
		return "", noSpace(err)
	}
	if err := e.WriteStarter(dir); err != nil {
		return "", noSpace(errors.Join(err, os.RemoveAll(dir)))
	}
	return dir, nil
}

// inTemporary writes a project into a temporary folder by way of write, and
// calls do with it.
func inTemporary(write func(dir string) error, do func(dir string) error) error {
	parent, err := os.MkdirTemp("", "shipshape-")
	if err != nil {
		return noSpace(err)
	}
	defer func() { _ = os.RemoveAll(parent) }()
	dir := filepath.Join(parent, "project")
	if err := write(dir); err != nil {
		return noSpace(err)
	}
	return do(dir)
}

func noSpace(err error) error {
	return &checker.EnvironmentError{
		Problem: "a project can't be written to the folder for temporary files",
		Remedy:  "Make room there, or set TMPDIR to a folder that can be written to.",
		Err:     err,
	}
}

// ungradable is the report of a grade that could not begin.
func ungradable(e *exercises.Exercise, only []string, fault *checker.EnvironmentError) *checker.Report {
	r := &checker.Report{
		Schema: checker.ReportSchema, Exercise: e.Slug, Outcome: checker.OutcomeUngradable,
		Checks: []checker.Result{}, Notices: []string{fault.Error()},
	}
	for _, c := range e.Checks {
		if len(only) > 0 && !slices.Contains(only, c.ID) {
			continue
		}
		r.MaxPoints += c.Points
		r.Checks = append(r.Checks, checker.Result{
			ID: c.ID, Title: c.Title, Status: checker.StatusError, Required: !c.Optional, Points: c.Points,
			Observed: fault.Error(), Remedy: fault.Remedy,
		})
	}
	return r
}
