package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/lessons/progress"
)

type hintOptions struct {
	which
	level int
	// next asks for the first hint that was not seen, and not for the level.
	next bool
}

func newHintCommand(a *app) *cobra.Command {
	var o hintOptions
	cmd := &cobra.Command{
		Use:   "hint [EXERCISE]",
		Short: "Print the next hint of an exercise",
		Long: "Prints the first hint that you have not seen, and when you have seen them all, the last one. " +
			"Inside a workspace the exercise may be left out.",
		Args:              upTo(1),
		ValidArgsFunction: a.completeExercise,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.slug, o.next = first(args), !cmd.Flags().Changed("level")
			return a.runHint(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.level, "level", 0, "print this hint: 1 is a nudge, the last one nearly the answer")
	cmd.Flags().StringVar(&o.dir, "dir", "", "the workspace")
	a.stackFlag(cmd, &o.which)
	return cmd
}

func (a *app) runHint(ctx context.Context, o hintOptions) error {
	e, err := a.exerciseOrWorkspace(o.which)
	if err != nil {
		return err
	}
	count := len(e.Hints)
	if count == 0 {
		return usagef("", "%s has no hints", e.Slug)
	}
	level := o.level
	if o.next {
		level = min(a.summary(ctx).Exercises[e.Slug].HintLevel+1, count)
	}
	if level < 1 || level > count {
		return usagef("", "%s has the hints 1 to %d, and no %d", e.Slug, count, level)
	}
	fmt.Fprintf(a.io.Out, "%s\n\n", a.io.outPaint().strong(fmt.Sprintf("Hint %d of %d", level, count)))
	if err := a.printMarkdown(e.Hints[level-1]); err != nil {
		return err
	}
	a.keep(ctx, func(r *progress.Record) error { return r.Hint(ctx, e.Slug, level) })
	return nil
}

// first returns the first argument, or "".
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
