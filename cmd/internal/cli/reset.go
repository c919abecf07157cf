package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newResetCommand(a *app) *cobra.Command {
	var at which
	cmd := &cobra.Command{
		Use:   "reset [EXERCISE]",
		Short: "Put the starter's files back in a workspace",
		Long: "Makes the workspace what it was at the start. Every file that you changed or added is moved to a backup " +
			"folder in it. Inside a workspace the exercise may be left out.",
		Args:              upTo(1),
		ValidArgsFunction: a.completeExercise,
		RunE: func(_ *cobra.Command, args []string) error {
			at.slug = first(args)
			return a.runReset(at)
		},
	}
	cmd.Flags().StringVar(&at.dir, "dir", "", "the workspace")
	return cmd
}

func (a *app) runReset(at which) error {
	w, err := a.workspace(at)
	if err != nil {
		return err
	}
	// What can't be compared is reset all the same, or is that one's error.
	changed, unread := w.exercise.Diff(w.dir)
	backup, err := w.exercise.Reset(w.dir)
	if err != nil {
		return cantReplace(w, fmt.Errorf("the starter can't be put back in %s: %w", w.dir, err))
	}
	if unread == nil && changed == "" && backup == "" {
		fmt.Fprintf(a.io.Out, "There was nothing to put back: %s is as it was at the start.\n", w.dir)
		return nil
	}
	a.wroteOver(w, "The starter's files are", backup)
	return nil
}
