package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"charm.land/fang/v2"
)

// Main runs the process's command line and returns its exit code. Version is
// the release's, or empty for what the build says of itself.
//
// The first Ctrl-C cancels what runs, and the engine is tidied up; the second
// ends the process at once, and the next start tidies up. A terminal that is
// closed is a first Ctrl-C.
func Main(version string) int {
	// A reader that went away is a write that fails, not the end of a process
	// that may have containers on an engine.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	endings := []os.Signal{os.Interrupt, syscall.SIGTERM}
	// nohup asks to outlive the terminal.
	if !signal.Ignored(syscall.SIGHUP) {
		endings = append(endings, syscall.SIGHUP)
		// Shells pass the kernel's signal on, and a second one is to end nothing.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), endings...)
	defer stop()
	context.AfterFunc(ctx, stop)

	if slices.Contains(os.Args[1:], "--no-color") || slices.Contains(os.Args[1:], "--plain") {
		// Help is drawn before any command runs, and knows the variable only.
		_ = os.Setenv("NO_COLOR", "1")
	}
	a := newApp(SystemIO(os.Stdin, os.Stdout, os.Stderr, os.Getenv), version)
	return a.execute(ctx, os.Args[1:])
}

// execute runs one command line to its exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := newRootCommand(a)
	root.SetArgs(args)
	a.adopt(root)
	if cmd, _, err := root.Find(args); err == nil && cmd.HasSubCommands() {
		a.helpKnown(cmd)
	}
	err := fang.Execute(ctx, root, fang.WithVersion(a.version), fang.WithoutManpage())
	if err == nil {
		err = a.failure
	}
	if closeErr := a.close(); err == nil {
		err = closeErr
	}
	if ctx.Err() != nil && exitCode(ctx, err) == ExitInterrupted {
		fmt.Fprintln(a.io.Err, "interrupted")
		return ExitInterrupted
	}
	a.io.explain(err)
	return exitCode(ctx, err)
}

// buildVersion is the release's version, or the commit that it was built from.
func buildVersion(release string) string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev (" + s.Value[:12] + ")"
		}
	}
	return "dev"
}
