package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker"
	"shipshape/exercises"
)

func newTourCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "tour",
		Short: "Grade the first exercise's starter and its solution, to see how it works",
		Long: "Grades the first exercise twice in temporary folders: as a learner gets it, which does not pass, and " +
			"as it is solved, which does. It keeps nothing.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runTour(cmd.Context())
		},
	}
}

func (a *app) runTour(ctx context.Context) error {
	catalog, err := a.openCatalog()
	if err != nil {
		return err
	}
	if len(catalog.Exercises) == 0 {
		return usagef("", "this course has no exercises")
	}
	e := catalog.Exercises[0]
	g := newGrader(a)
	defer func() { _ = g.close() }()
	if _, err := g.connect(ctx); err != nil {
		return err
	}

	starter, err := a.stop(ctx, g, e, "As a learner gets it", e.WriteStarter)
	if err != nil {
		return err
	}
	solution, err := a.stop(ctx, g, e, "As it is solved", func(dir string) error {
		_, err := e.WriteSolution(dir)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case starter == checker.OutcomeFailed && solution == checker.OutcomePassed:
		return nil
	case starter == checker.OutcomeUngradable || solution == checker.OutcomeUngradable:
		return exitWith(ExitUngradable)
	default:
		return exitWith(ExitNotPassed)
	}
}

// stop grades one submission of the tour and prints the verdict.
func (a *app) stop(ctx context.Context, g *grader, e *exercises.Exercise, title string, write func(dir string) error) (checker.Outcome, error) {
	var outcome checker.Outcome
	err := inTemporary(write, func(dir string) error {
		fmt.Fprintf(a.io.Out, "== %s ==\n\n", title)
		w := workspace{dir: dir, exercise: e}
		report, err := a.judge(ctx, g, w, checkOptions{})
		if err != nil {
			return err
		}
		a.printCard(w, report)
		fmt.Fprintln(a.io.Out)
		outcome = report.Outcome
		return nil
	})
	return outcome, err
}
