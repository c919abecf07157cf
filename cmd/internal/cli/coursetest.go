package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker"
	"shipshape/checker/inert"
	"shipshape/exercises"
	"shipshape/exercises/coursetest"
)

type courseTestOptions struct {
	exercises []string
	jobs      int
}

func newCourseTestCommand(a *app) *cobra.Command {
	var o courseTestOptions
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Grade every starter, solution and variant of a course",
		Long: "Grades on the engine: every starter must fail the checks that it states, every solution must pass, and " +
			"every variant must get the verdict that it states.",
		Args: upTo(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.useCourse(args)
			return a.runCourseTest(cmd.Context(), o)
		},
	}
	cmd.Flags().StringSliceVar(&o.exercises, "exercise", nil, "test this exercise; may be repeated")
	cmd.Flags().IntVar(&o.jobs, "jobs", 1, "how many submissions to grade at once")
	return cmd
}

func (a *app) runCourseTest(ctx context.Context, o courseTestOptions) error {
	course, err := a.openCourse()
	if err != nil {
		return err
	}
	catalog, err := a.openCatalog()
	if err != nil {
		return err
	}
	chosen := catalog.Exercises
	if len(o.exercises) > 0 {
		chosen = nil
	}
	for _, slug := range o.exercises {
		e, err := a.exercise(slug)
		if err != nil {
			return err
		}
		chosen = append(chosen, e)
	}
	g := newGrader(a)
	defer func() { _ = g.close() }()
	if _, err := g.connect(ctx); err != nil {
		return err
	}
	summary, err := coursetest.Run(ctx, coursetest.Options{
		Catalog: &exercises.Catalog{Exercises: chosen},
		Grade: func(ctx context.Context, sub checker.Submission) (*checker.Report, error) {
			return g.grade(ctx, sub, checker.Options{})
		},
		Observe: a.printProof,
		Jobs:    o.jobs,
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.io.Out, counts(course, chosen, summary))
	switch {
	case summary.Wrong > 0:
		return exitWith(ExitNotPassed)
	case summary.Ungradable > 0:
		return exitWith(ExitUngradable)
	default:
		return nil
	}
}

// printProof tells how one submission was graded, and how it should have been.
func (a *app) printProof(l coursetest.Line) {
	p := a.io.outPaint()
	status := p.good("held ")
	switch l.Status {
	case coursetest.Wrong:
		status = p.bad("WRONG")
	case coursetest.Ungradable:
		status = p.warn("?????")
	}
	fmt.Fprintf(a.io.Out, "%s  %s %s: %s  %s\n", status, inert.Line(l.Exercise), inert.Line(l.Submission),
		inert.Line(l.Got.String()), p.dim(tenths(l.Duration)))
	if l.Status == coursetest.Held {
		return
	}
	fmt.Fprintf(a.io.Out, "       must get %s\n", inert.Line(l.Want.String()))
	for _, d := range l.Differences {
		fmt.Fprintf(a.io.Out, "       %s: %s instead of %s: %s\n", inert.Line(d.Check), d.Got, d.Want, inert.Line(d.Why))
	}
	for _, more := range []string{l.Problem, l.Remedy} {
		if more != "" {
			fmt.Fprintf(a.io.Out, "       %s\n", inert.Line(more))
		}
	}
}
