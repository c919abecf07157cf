package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"shipshape/checker/engine"
	"shipshape/checker/inert"
	"shipshape/exercises/images"
)

// imageJSON is one image of `shipshape images list --json`.
type imageJSON struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
	// State is "missing", "standin", or "present" for the real one.
	State     string `json:"state"`
	SizeBytes int64  `json:"size_bytes,omitempty"`
	// About says what a stand-in really is.
	About string `json:"about,omitempty"`
}

// imagesJSON is the document of `shipshape images list --json`.
type imagesJSON struct {
	Schema int         `json:"schema"`
	Images []imageJSON `json:"images"`
}

func newImagesCommand(a *app) *cobra.Command {
	var asJSON bool
	list := func(cmd *cobra.Command, _ []string) error {
		return a.runImagesList(cmd.Context(), asJSON)
	}
	cmd := &cobra.Command{
		Use:   "images",
		Short: "See to the base images that the exercises need",
		Args:  noArgs,
		RunE:  list,
	}
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	var rebuild bool
	build := &cobra.Command{
		Use:   "build [NAME...]",
		Short: "Build stand-ins for those that are missing, with no registry",
		Long: "Builds stand-ins from Debian packages and this machine's Go, with the names and the layout of the real " +
			"images, and labelled as what they are. An image that exists keeps its name.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, names []string) error {
			return a.runImagesEnsure(cmd.Context(), names, images.Options{NoPull: true, Rebuild: rebuild})
		},
	}
	build.Flags().BoolVar(&rebuild, "rebuild", false, "build anew the stand-ins that are there")
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List them", Args: noArgs, RunE: list},
		&cobra.Command{
			Use:   "pull [NAME...]",
			Short: "Pull those that are missing",
			Args:  cobra.ArbitraryArgs,
			RunE: func(cmd *cobra.Command, names []string) error {
				return a.runImagesEnsure(cmd.Context(), names, images.Options{NoBuild: true})
			},
		},
		build,
		&cobra.Command{
			Use:   "save FILE",
			Short: "Write those that are there to a tar file, for a machine without a registry",
			Args:  exactly("a file to write"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.runImagesSave(cmd.Context(), args[0])
			},
		},
		&cobra.Command{
			Use:   "load FILE",
			Short: "Load what save wrote",
			Args:  exactly("a file that save wrote"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.runImagesLoad(cmd.Context(), args[0])
			},
		},
		&cobra.Command{
			Use:   "clean",
			Short: "Remove the stand-ins, and nothing else",
			Args:  noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.runImagesClean(cmd.Context())
			},
		},
	)
	return cmd
}

func (a *app) runImagesList(ctx context.Context, asJSON bool) error {
	return a.withEngine(ctx, func(client *engine.Client) error {
		entries, err := images.List(ctx, client)
		if err != nil {
			return err
		}
		if asJSON {
			document := imagesJSON{Schema: schema, Images: []imageJSON{}}
			for _, e := range entries {
				document.Images = append(document.Images, describeImage(e))
			}
			return a.io.printJSON(document)
		}
		p := a.io.outPaint()
		t := newTable(a.io, 3)
		for _, e := range entries {
			d := describeImage(e)
			switch d.State {
			case "missing":
				t.row(d.Name, p.warn("missing"), "", "")
			case "standin":
				t.row(d.Name, "stand-in", size(d.SizeBytes), inert.Line(d.About))
			default:
				t.row(d.Name, p.good("present"), size(d.SizeBytes), "")
			}
		}
		t.print()
		return nil
	})
}

func describeImage(e images.Entry) imageJSON {
	d := imageJSON{Name: e.Base.Name, Aliases: append([]string{}, e.Base.Aliases...), State: "missing", About: e.About()}
	if e.Present() {
		d.State, d.SizeBytes = "present", e.Image.SizeBytes
	}
	if e.StandIn() {
		d.State = "standin"
	}
	return d
}

func (a *app) runImagesEnsure(ctx context.Context, names []string, o images.Options) error {
	return a.withEngine(ctx, func(client *engine.Client) error {
		view := newImageView(a.io)
		defer view.end()
		o.Tell = view.tell
		return images.Ensure(ctx, client, names, o)
	})
}

func (a *app) runImagesSave(ctx context.Context, name string) error {
	return a.withEngine(ctx, func(client *engine.Client) error {
		var names []string
		err := writeFile(name, 0o666, func(w io.Writer) error {
			var err error
			names, err = images.Save(ctx, client, w)
			return err
		})
		if err != nil {
			return fmt.Errorf("the images can't be saved to %s: %w", name, err)
		}
		fmt.Fprintf(a.io.Out, "%s with %s.\n", name, count(len(names), "name"))
		return nil
	})
}

func (a *app) runImagesLoad(ctx context.Context, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return usagef("Name a file that `shipshape images save` wrote.", "the images can't be loaded: %v", err)
	}
	defer func() { _ = f.Close() }()
	return a.withEngine(ctx, func(client *engine.Client) error {
		if err := images.Load(ctx, client, f); err != nil {
			return err
		}
		return a.runImagesList(ctx, false)
	})
}

func (a *app) runImagesClean(ctx context.Context) error {
	return a.withEngine(ctx, func(client *engine.Client) error {
		removed, err := images.Clean(ctx, client)
		if len(removed) > 0 {
			fmt.Fprintf(a.io.Out, "Removed the stand-ins %s.\n", inert.Line(strings.Join(removed, ", ")))
		} else if err == nil {
			fmt.Fprintln(a.io.Out, "There are no stand-ins.")
		}
		return err
	})
}
