package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker/engine"
	"shipshape/checker/inert"
)

type cleanOptions struct {
	everywhere bool
}

func newCleanCommand(a *app) *cobra.Command {
	var o cleanOptions
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Remove what shipshape made on the engine, and nothing else",
		Long: "Removes the containers, images, networks and volumes that carry shipshape's label. What a grade in " +
			"another terminal is using stays, and so do the base images: see `shipshape images clean`. Where other " +
			"machines or containers grade on the same engine, what they made stays too, since nobody here can tell " +
			"whether they still use it.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runClean(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.everywhere, "other-machines", false, "also remove what other machines made, and may be using")
	return cmd
}

func (a *app) runClean(ctx context.Context, o cleanOptions) error {
	return a.withEngine(ctx, func(client *engine.Client) error {
		swept, others, err := client.Clean(ctx, o.everywhere)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			defer fmt.Fprint(a.io.Out, leftAlone(others))
		}
		if swept.Total() == 0 {
			fmt.Fprintln(a.io.Out, "There was nothing to remove.")
			return nil
		}
		fmt.Fprintf(a.io.Out, "Removed %s.\n", inWords([]string{
			count(swept.Containers, "container"), count(swept.Images, "image"),
			count(swept.Networks, "network"), count(swept.Volumes, "volume"),
		}))
		return nil
	})
}

// leftAlone says whose things were not removed. The machines' names are labels,
// which anybody may write.
func leftAlone(machines []string) string {
	return fmt.Sprintf("What these machines made was left alone, since a grade of theirs may be going on: %s.\n"+
		"`shipshape clean --other-machines` removes it too.\n", inert.Line(inWords(machines)))
}

// withEngine opens the engine for do.
func (a *app) withEngine(ctx context.Context, do func(*engine.Client) error) error {
	client, err := a.openEngine(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	return do(client)
}
