package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/exercises"
)

func newStartCommand(a *app) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "start EXERCISE",
		Short: "Copy an exercise's project to a folder to work in",
		Args:  exactly("the exercise's slug"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runStart(args[0], dir)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "the folder to make (default: one of the exercise's name, here)")
	return cmd
}

func (a *app) runStart(slug, dir string) error {
	e, err := a.exercise(slug)
	if err != nil {
		return err
	}
	if dir == "" {
		dir = e.Slug
	}
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
	fmt.Fprintf(a.io.Out, "\nIt is in %s. When it is ready:\n\n  %s\n", p.strong(dir), p.strong("cd "+dir+" && shipshape check"))
	return nil
}
