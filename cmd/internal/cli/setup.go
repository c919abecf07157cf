package cli

import (
	"context"

	"github.com/spf13/cobra"

	"shipshape/cmd/internal/setup"
)

func newSetupCommand(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "See to an engine and to the base images, and say each step first",
		Long: "Looks for a Docker engine, and offers to install and start docker.io on Debian and Ubuntu where none " +
			"answers; then sees to the base images that the exercises need. On a terminal it asks before it installs.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runSetup(cmd.Context(), yes)
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "install without asking")
	return cmd
}

func (a *app) runSetup(ctx context.Context, yes bool) error {
	catalog, err := a.openCatalog()
	if err != nil {
		return err
	}
	view := newImageView(a.io)
	defer view.end()
	return setup.Run(ctx, setup.Options{
		In: a.io.In, Out: a.io.Out, Err: a.io.Err,
		Width:       a.io.Width,
		Interactive: a.io.Interactive(),
		Yes:         yes,
		Offline:     a.flags.offline,
		DataDir:     a.dataDir(),
		Bases:       basesOf(catalog),
		Tell:        view.tell,
	})
}
