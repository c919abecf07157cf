package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker/engine"
)

func newCleanCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "clean",
		Short: "Remove what shipshape made on the engine, and nothing else",
		Long: "Removes the containers, images, networks and volumes that carry shipshape's label. What a grade in " +
			"another terminal is using stays, and so do the base images: see `shipshape images clean`.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runClean(cmd.Context())
		},
	}
}

func (a *app) runClean(ctx context.Context) error {
	return a.withEngine(ctx, func(client *engine.Client) error {
		swept, err := client.Clean(ctx)
		if err != nil {
			return err
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

// withEngine opens the engine for do.
func (a *app) withEngine(ctx context.Context, do func(*engine.Client) error) error {
	client, err := a.openEngine(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	return do(client)
}
