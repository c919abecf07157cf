package cli

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/exercises"
)

func newSolutionCommand(a *app) *cobra.Command {
	var at which
	cmd := &cobra.Command{
		Use:   "solution [EXERCISE]",
		Short: "Print an exercise's reference files, or write them over a workspace",
		Long: "Prints the reference files. With --dir it writes them over the workspace there, and keeps what they " +
			"replace in a backup folder. Inside a workspace the exercise may be left out.",
		Args:              upTo(1),
		ValidArgsFunction: a.completeExercise,
		RunE: func(_ *cobra.Command, args []string) error {
			at.slug = first(args)
			return a.runSolution(at)
		},
	}
	cmd.Flags().StringVar(&at.dir, "dir", "", "write the files over the workspace in this folder")
	a.stackFlag(cmd, &at)
	return cmd
}

func (a *app) runSolution(at which) error {
	if at.dir != "" {
		w, err := a.workspace(at)
		if err != nil {
			return err
		}
		backup, err := w.exercise.WriteSolution(w.dir)
		if err != nil {
			return cantReplace(w, fmt.Errorf("the solution can't be written over %s: %w", w.dir, err))
		}
		a.wroteOver(w, "The reference files are", backup)
		return nil
	}
	e, err := a.exerciseOrWorkspace(at)
	if err != nil {
		return err
	}
	files, err := e.SolutionFiles()
	if err != nil {
		return err
	}
	p := a.io.outPaint()
	for i, name := range slices.Sorted(maps.Keys(files)) {
		if i > 0 {
			fmt.Fprintln(a.io.Out)
		}
		fmt.Fprintf(a.io.Out, "%s\n%s\n", p.strong("==> "+inert.Line(name)+" <=="), bytes.TrimRight([]byte(inert.Text(string(files[name]))), "\n"))
	}
	return nil
}

// cantReplace is why a workspace's files were left as they are. A folder that is
// no workspace was named by mistake: its files are somebody's own.
func cantReplace(w workspace, err error) error {
	if errors.Is(err, exercises.ErrNoWorkspace) {
		return usagef(fmt.Sprintf("Name a workspace with --dir; `shipshape start %s` makes one.", w.exercise.Slug),
			"%s is no workspace, and nothing in it was changed", w.dir)
	}
	return err
}

// wroteOver tells what was put into a workspace, and where the old files are.
func (a *app) wroteOver(w workspace, what, backup string) {
	fmt.Fprintf(a.io.Out, "%s in %s.\n", what, w.dir)
	if backup != "" {
		fmt.Fprintf(a.io.Out, "What they replaced is in %s.\n", backup)
	}
}
