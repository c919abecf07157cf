package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker"
	"shipshape/checker/inert"
	"shipshape/exercises"
	"shipshape/exercises/coursetest"
	"shipshape/lessons"
)

type courseTestOptions struct {
	exercises, lessons []string
	proofs             bool
	jobs               int
}

func newCourseTestCommand(a *app) *cobra.Command {
	var o courseTestOptions
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Grade every starter, solution and variant of a course, and prove what it claims",
		Long: "Grades on the engine: every starter must fail the checks that it states, every solution must pass, and " +
			"every variant must get the verdict that it states. With --proofs, what the lessons and questions claim is " +
			"built and run as well; with --lesson alone, nothing but the claims of that lesson.",
		Args: upTo(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.useCourse(args)
			return a.runCourseTest(cmd.Context(), o)
		},
	}
	cmd.Flags().StringSliceVar(&o.exercises, "exercise", nil, "test this exercise; may be repeated")
	cmd.Flags().BoolVar(&o.proofs, "proofs", false, "prove what the lessons and questions claim, too")
	cmd.Flags().StringSliceVar(&o.lessons, "lesson", nil, "prove what this lesson claims; may be repeated")
	cmd.Flags().IntVar(&o.jobs, "jobs", 1, "how many submissions to grade, or claims to prove, at once")
	completeFlag(cmd, "exercise", func(args []string) []cobra.Completion {
		a.useCourse(args)
		return a.exerciseChoices()
	})
	completeFlag(cmd, "lesson", func(args []string) []cobra.Completion {
		a.useCourse(args)
		return a.lessonChoices()
	})
	return cmd
}

func (a *app) runCourseTest(ctx context.Context, o courseTestOptions) error {
	course, err := a.openCourse()
	if err != nil {
		return err
	}
	graded, err := a.exercisesToTest(o)
	if err != nil {
		return err
	}
	claims, err := a.claimsToProve(course, o)
	if err != nil {
		return err
	}
	g := newGrader(a)
	defer func() { _ = g.close() }()
	client, err := g.connect(ctx)
	if err != nil {
		return err
	}
	summary, err := coursetest.Run(ctx, coursetest.Options{
		Catalog: &exercises.Catalog{Exercises: graded},
		Grade: func(ctx context.Context, sub checker.Submission) (*checker.Report, error) {
			return g.grade(ctx, sub, checker.Options{})
		},
		Name:    client.BuildNamed,
		Observe: a.printProof,
		Jobs:    o.jobs,
	})
	if err != nil {
		return err
	}
	proofs, err := a.proveClaims(ctx, g, claims, o.jobs)
	if err != nil {
		return err
	}
	for _, p := range proofs {
		summary.Count(p.status)
	}
	fmt.Fprintln(a.io.Out, counts(course, graded, summary))
	switch {
	case summary.Wrong > 0:
		return exitWith(ExitNotPassed)
	case summary.Ungradable > 0:
		return exitWith(ExitUngradable)
	default:
		return nil
	}
}

// exercisesToTest are those that the options name; all, where they name neither
// an exercise nor a lesson.
func (a *app) exercisesToTest(o courseTestOptions) ([]*exercises.Exercise, error) {
	catalog, err := a.openCatalog()
	if err != nil {
		return nil, err
	}
	if len(o.exercises) == 0 && len(o.lessons) == 0 {
		return catalog.Exercises, nil
	}
	var chosen []*exercises.Exercise
	for _, slug := range o.exercises {
		e, err := a.exercise(slug)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, e)
	}
	return chosen, nil
}

// claimsToProve are those of the lessons that the options name; with --proofs
// and no lesson, those of all.
func (a *app) claimsToProve(course *lessons.Course, o courseTestOptions) ([]lessons.Claim, error) {
	chosen := course.Lessons
	if len(o.lessons) > 0 || !o.proofs {
		chosen = nil
	}
	for _, slug := range o.lessons {
		l, err := a.lesson(slug)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, l)
	}
	var claims []lessons.Claim
	for _, l := range chosen {
		claims = append(claims, l.Claims()...)
	}
	return claims, nil
}

// mark is a proof's status in one word.
func (a *app) mark(s coursetest.Status) string {
	p := a.io.outPaint()
	switch s {
	case coursetest.Wrong:
		return p.bad("WRONG")
	case coursetest.Ungradable:
		return p.warn("?????")
	default:
		return p.good("held ")
	}
}

// printProof tells how one submission was graded, and how it should have been.
func (a *app) printProof(l coursetest.Line) {
	fmt.Fprintf(a.io.Out, "%s  %s %s: %s  %s\n", a.mark(l.Status), inert.Line(l.Exercise), inert.Line(l.Submission),
		inert.Line(l.Got.String()), a.io.outPaint().dim(tenths(l.Duration)))
	if l.Status == coursetest.Held {
		return
	}
	fmt.Fprintf(a.io.Out, "       must get %s\n", inert.Line(l.Want.String()))
	for _, d := range l.Differences {
		fmt.Fprintf(a.io.Out, "       %s: %s instead of %s: %s\n", inert.Line(d.Check), d.Got, d.Want, inert.Line(d.Why))
	}
	a.printProblem(l.Problem, l.Remedy)
}

// printProblem tells why a proof came to nothing, and what to do about it; empty
// texts are left out.
func (a *app) printProblem(problem, remedy string) {
	for _, text := range []string{problem, remedy} {
		if text != "" {
			fmt.Fprintf(a.io.Out, "       %s\n", inert.Line(text))
		}
	}
}
