package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/exercises"
)

func newStartCommand(a *app) *cobra.Command {
	var at which
	cmd := &cobra.Command{
		Use:   "start EXERCISE",
		Short: "Copy an exercise's project to a folder to work in",
		Long: "Copies the project to a folder. Where an exercise is offered in several stacks (`shipshape exercises` lists " +
			"them), --stack chooses one; the workspace remembers it.",
		Example:           "  shipshape start node-cache-order\n  shipshape start graceful-stop --stack go",
		Args:              exactly("the exercise's slug"),
		ValidArgsFunction: a.completeExercise,
		RunE: func(_ *cobra.Command, args []string) error {
			at.slug = args[0]
			return a.runStart(at)
		},
	}
	cmd.Flags().StringVar(&at.dir, "dir", "", "the folder to make (default: one of the exercise's name, here)")
	a.stackFlag(cmd, &at)
	return cmd
}

func (a *app) runStart(at which) error {
	e, err := a.named(at)
	if err != nil {
		return err
	}
	dir := cmp.Or(at.dir, e.Slug)
	if err := e.Start(dir); err != nil {
		var full *exercises.NotEmptyError
		if errors.As(err, &full) {
			return usagef("", "%v", err)
		}
		return fmt.Errorf("the project can't be copied to %s: %w", dir, err)
	}
	p := a.io.outPaint()
	if err := a.printMarkdown(e.Brief); err != nil {
		return err
	}
	if len(e.Stacks) > 1 {
		fmt.Fprintf(a.io.Out, "\nThis is the project in %s; it is offered in %s (--stack).\n", inert.Line(e.Stack), inert.Line(inWords(e.StackNames())))
	}
	fmt.Fprintf(a.io.Out, "\nIt is in %s. When it is ready:\n\n  %s\n", p.strong(dir), p.strong("cd "+shellWord(dir)+" && shipshape check"))
	return nil
}
