package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"shipshape/checker"
	"shipshape/checker/audit"
)

type auditOptions struct {
	dir        string
	dockerfile string
	port       int
	path       string
	env        []string
	ready      time.Duration
	buildArgs  []string
	secrets    []string
	json       bool
}

func newAuditCommand(a *app) *cobra.Command {
	var o auditOptions
	cmd := &cobra.Command{
		Use:   "audit DIR",
		Short: "Hold any project's Dockerfile against the production checklist",
		Long: "Builds the project's Dockerfile, finds out where the service listens, runs it, and reports the checklist of an " +
			"image that is fit for production. Nothing about the project has to be declared, and nothing in it is changed. " +
			"What can't be decided is reported as not checked, with the reason.\n\nExit codes: 0 every required item that " +
			"could be checked holds, 1 one does not, 2 wrong usage, 3 could not be audited.",
		Example: "  shipshape audit .\n  shipshape audit ~/src/orders --port 8080 --env DATABASE_URL=postgres://db/orders\n  shipshape audit . --json",
		Args:    exactly("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir = args[0]
			return a.runAudit(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.dockerfile, "dockerfile", "", "the Dockerfile's path in the project (found where it is left out)")
	flags.IntVar(&o.port, "port", 0, "the TCP port that the service listens on (found out where it is left out)")
	flags.StringVar(&o.path, "path", "", "a path that answers 200 (the usual ones are tried where it is left out)")
	flags.StringArrayVar(&o.env, "env", nil, "a variable that the service needs to start, as NAME=value; may be repeated")
	flags.DurationVar(&o.ready, "ready", 0, "how long the service may take until it listens, such as 1m (15 seconds where it is left out)")
	flags.StringArrayVar(&o.buildArgs, "build-arg", nil, "an argument that the build needs, as NAME=value; may be repeated")
	flags.StringArrayVar(&o.secrets, "secret", nil, "a build secret that the build needs, as id=NAME,src=FILE; may be repeated")
	flags.BoolVar(&o.json, "json", false, "print the report as JSON")
	return cmd
}

func (a *app) runAudit(ctx context.Context, o auditOptions) error {
	if o.port < 0 || o.port > 65535 {
		return usagef("It is the port in the container, such as 8080.", "--port %d is no TCP port", o.port)
	}
	if o.ready < 0 {
		return usagef("Give it a time such as 30s or 2m.", "--ready %s is no time to wait", o.ready)
	}
	for _, e := range o.env {
		if name, _, ok := strings.Cut(e, "="); !ok || name == "" {
			return usagef("Write it as --env NAME=value.", "--env %s sets nothing", e)
		}
	}
	if err := isFolder(o.dir); err != nil {
		return err
	}
	report, fault, err := a.audit(ctx, o)
	var none *audit.NoDockerfileError
	var unread *audit.DockerfileError
	switch {
	case errors.As(err, &unread) && o.dockerfile != "" && !errors.Is(err, fs.ErrPermission):
		return usagef("Name it by its path in the project.", "%v", err)
	case errors.As(err, &none) && len(none.Found) > 0:
		return usagef("Name one with --dockerfile.", "%v", err)
	case errors.As(err, &none):
		return usagef("Name its folder, or the file with --dockerfile.", "%v", err)
	case err != nil:
		return err
	}
	if o.json {
		if err := a.io.printJSON(report); err != nil {
			return err
		}
	} else {
		a.printAudit(report)
	}
	if fault != nil {
		if !o.json {
			a.io.explain(fault)
		}
		return exitWith(ExitUngradable)
	}
	return exitWith(auditCode(report.Outcome))
}

func auditCode(o audit.Outcome) int {
	switch o {
	case audit.Fit:
		return ExitOK
	case audit.Unfit:
		return ExitNotPassed
	default:
		return ExitUngradable
	}
}

// audit looks at the project with an engine or, where there is none, at its
// text; then fault says why.
func (a *app) audit(ctx context.Context, o auditOptions) (report *audit.Report, fault, err error) {
	options, err := o.audit()
	if err != nil {
		return nil, nil, err
	}
	client, err := a.openEngine(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		report, reviewErr := audit.Run(ctx, nil, o.dir, options)
		return report, err, reviewErr
	}
	defer func() { _ = client.Close() }()
	run, err := client.NewRun(ctx)
	if err != nil {
		return nil, nil, err
	}
	view := newProgressView(a.io)
	options.Observe = view.observe
	report, err = audit.Run(ctx, run, o.dir, options)
	view.end()
	if closeErr := run.Close(); closeErr != nil && report != nil {
		report.Notices = append(report.Notices,
			fmt.Sprintf("something may be left on the engine (`shipshape clean` removes it): %v", closeErr))
	}
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) || ctx.Err() != nil {
		return report, nil, err
	}
	// The engine was there, and could not do its part: what the text tells is
	// told all the same.
	report, err = audit.Run(ctx, nil, o.dir, options)
	return report, environment, err
}
