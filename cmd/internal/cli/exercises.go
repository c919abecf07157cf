package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/lessons/progress"
)

// exerciseJSON is one object of `shipshape exercises --json`.
type exerciseJSON struct {
	Slug    string `json:"slug"`
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Lesson  string `json:"lesson"`
	// Stack is the default one of Stacks.
	Stack   string   `json:"stack"`
	Stacks  []string `json:"stacks"`
	Minutes int      `json:"minutes"`
	Points  int      `json:"points"`
	// Bases are those of all stacks.
	Bases []string `json:"bases"`
	// State is "new", "attempted" or "passed".
	State      string `json:"state"`
	BestPoints int    `json:"best_points"`
	Attempts   int    `json:"attempts"`
}

func newExercisesCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "exercises [EXERCISE]",
		Short:             "List the exercises, with your progress, or print the task of one",
		Args:              upTo(1),
		ValidArgsFunction: a.completeExercise,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && asJSON {
				return usagef("Leave the exercise out, or leave --json out.", "--json lists all exercises")
			}
			if len(args) == 1 {
				return a.runBrief(args[0])
			}
			return a.runExercises(cmd.Context(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) runExercises(ctx context.Context, asJSON bool) error {
	catalog, err := a.openCatalog()
	if err != nil {
		return err
	}
	summary := a.summary(ctx)
	rows := make([]exerciseJSON, len(catalog.Exercises))
	for i, e := range catalog.Exercises {
		stats := summary.Exercises[e.Slug]
		rows[i] = exerciseJSON{
			Slug: e.Slug, Title: e.Title, Summary: e.Summary, Lesson: e.Lesson, Stack: e.Stack,
			Stacks: e.StackNames(), Minutes: e.Minutes, Points: e.Points(), Bases: append([]string{}, e.AllBases()...),
			State: exerciseState(stats), BestPoints: stats.BestPoints, Attempts: stats.Attempts,
		}
	}
	if asJSON {
		return a.io.printJSON(rows)
	}
	p := a.io.outPaint()
	t := newTable(a.io, 1)
	for _, r := range rows {
		state := r.State
		switch state {
		case "passed":
			state = p.good(state)
		case "new":
			state = p.dim(state)
		}
		t.row(inert.Line(r.Slug), inert.Line(r.Title), inert.Line(strings.Join(r.Stacks, " ")), fmt.Sprintf("%d/%d points", r.BestPoints, r.Points), state)
	}
	t.print()
	fmt.Fprintf(a.io.Out, "\nBegin one with %s.\n", p.strong("shipshape start EXERCISE"))
	return nil
}

func (a *app) runBrief(slug string) error {
	e, err := a.exercise(slug)
	if err != nil {
		return err
	}
	return a.printMarkdown(e.Brief)
}

func exerciseState(s progress.ExerciseStats) string {
	switch {
	case s.Passed:
		return "passed"
	case s.Attempts > 0:
		return "attempted"
	default:
		return "new"
	}
}
