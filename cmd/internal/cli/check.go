package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"shipshape/checker"
	"shipshape/checker/junit"
	"shipshape/exercises"
	"shipshape/lessons/progress"
)

type checkOptions struct {
	which
	only   []string
	junit  string
	json   bool
	watch  bool
	static bool
	force  bool
}

func newCheckCommand(a *app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [EXERCISE]",
		Short: "Grade a workspace",
		Long: "Builds the workspace's Dockerfile, runs the image, and looks at what happens. Inside a workspace the " +
			"exercise may be left out. What has not changed since its last grade gets that verdict again, marked as " +
			"stored.\n\nExit codes: 0 passed, 1 not passed, 2 wrong usage, 3 could not be graded, " +
			"130 interrupted.",
		Example:           "  shipshape check\n  shipshape check --watch\n  shipshape check node-cache-order --dir handed-in --json",
		Args:              upTo(1),
		ValidArgsFunction: a.completeExercise,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.slug = first(args)
			return a.runCheck(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.dir, "dir", "", "the workspace, or any folder when the exercise is named")
	a.stackFlag(cmd, &o.which)
	flags.StringSliceVar(&o.only, "only", nil, "run this check, and those that it needs; may be repeated")
	completeFlag(cmd, "only", func(args []string) []cobra.Completion {
		return a.checkChoices(which{slug: first(args), stack: o.stack, dir: o.dir})
	})
	flags.StringVar(&o.junit, "junit", "", "write the report as JUnit XML to this file as well")
	flags.BoolVar(&o.json, "json", false, "print the report as JSON")
	flags.BoolVar(&o.watch, "watch", false, "grade again at each save")
	flags.BoolVar(&o.force, "force", false, "grade again what has not changed since its last grade")
	flags.BoolVar(&o.static, "static", false, "review the Dockerfile without an engine; it never says passed")
	return cmd
}

func (a *app) runCheck(ctx context.Context, o checkOptions) error {
	o.static = o.static || a.flags.offline
	switch {
	case o.watch && o.json:
		return usagef("Leave one of them out.", "--json prints one document, and --watch would print many")
	case o.static && len(o.only) > 0:
		return usagef("Leave one of them out.", "--static and --offline run no checks, so there is none for --only")
	}
	w, err := a.workspace(o.which)
	if err != nil {
		return err
	}
	if err := knownChecks(w.exercise, o.only); err != nil {
		return err
	}
	g := newGrader(a)
	defer func() { _ = g.close() }()
	if o.watch {
		return a.watch(ctx, g, w, o)
	}
	return a.check(ctx, g, w, o)
}

// check grades a workspace once, and tells.
func (a *app) check(ctx context.Context, g *grader, w workspace, o checkOptions) error {
	report, err := a.judge(ctx, g, w, o)
	var fault *checker.EnvironmentError
	if errors.As(err, &fault) && ctx.Err() == nil {
		if !o.json && o.junit == "" {
			return withoutEngine(fault)
		}
		report, err = ungradable(w.exercise, o.only, fault), nil
	}
	if err != nil {
		return err
	}
	a.remember(ctx, o, report)
	// A file that can't be written must not cost the verdict.
	var unwritten error
	if o.junit != "" {
		unwritten = writeJUnit(o.junit, w.exercise.DockerfileName(), report)
	}
	if o.json {
		if err := a.io.printJSON(report); err != nil {
			return err
		}
	} else {
		a.printCard(w, report)
		a.tellQueued(ctx, report)
	}
	if unwritten != nil {
		return unwritten
	}
	return exitWith(outcomeCode(report.Outcome))
}

// judge grades or reviews.
func (a *app) judge(ctx context.Context, g *grader, w workspace, o checkOptions) (*checker.Report, error) {
	if o.static {
		return checker.Review(w.exercise.Submission(w.dir, ""))
	}
	view := newProgressView(a.io)
	defer view.end()
	return g.workspace(ctx, w.exercise, w.dir, gradeOptions{
		Options: checker.Options{Only: o.only, Observe: view.observe}, Force: o.force,
	})
}

// remember keeps a whole grade in the record. A part of one says nothing about
// the exercise, what could not be graded was no attempt, and a stored verdict is
// in it already.
func (a *app) remember(ctx context.Context, o checkOptions, r *checker.Report) {
	if len(o.only) > 0 {
		a.notice("only a part was graded, which your record leaves out")
		return
	}
	if r.Stored || r.Outcome != checker.OutcomePassed && r.Outcome != checker.OutcomeFailed {
		return
	}
	a.keep(ctx, func(record *progress.Record) error {
		document, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("the report can't be written as JSON: %w", err)
		}
		return record.Attempt(ctx, progress.Attempted{
			Exercise: r.Exercise, Outcome: string(r.Outcome), Points: r.Points, MaxPoints: r.MaxPoints,
			Report: document, At: time.Now(),
		})
	})
}

// knownChecks refuses ids that the exercise has no check for.
func knownChecks(e *exercises.Exercise, only []string) error {
	known := make(map[string]bool, len(e.Checks))
	var ids []string
	for _, c := range e.Checks {
		known[c.ID] = true
		ids = append(ids, c.ID)
	}
	for _, id := range only {
		if !known[id] {
			return usagef(didYouMean(id, ids, fmt.Sprintf("Its checks are %s.", inWords(ids))), "%s has no check %q", e.Slug, id)
		}
	}
	return nil
}

func writeJUnit(name, dockerfile string, r *checker.Report) error {
	if err := writeFile(name, 0o666, func(w io.Writer) error { return junit.Write(w, dockerfile, r) }); err != nil {
		return fmt.Errorf("the JUnit report can't be written to %s: %w", name, err)
	}
	return nil
}

// withoutEngine adds to a fault what can be done without an engine.
func withoutEngine(fault *checker.EnvironmentError) error {
	told := *fault
	told.Remedy += "\nMeanwhile, `shipshape check --static` reviews the Dockerfile without an engine."
	return &told
}
