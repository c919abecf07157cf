// Package setup gets a machine ready to grade: it sees to a container engine
// and to the base images, and says each step before it takes it.
//
// What it may not or cannot do itself (no root, no Debian) it tells the user to
// do, and returns a [*checker.EnvironmentError]: lessons, quizzes and the static
// review need no engine, so callers may go on without one.
package setup

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/inert"
	"shipshape/exercises/images"
)

// Options say how a machine is set up.
type Options struct {
	// In is where the answer to a question is read, Out where the steps are
	// told, Err where the output of installers goes.
	In       io.Reader
	Out, Err io.Writer
	// Width is how many cells a line may take; 0 for any number.
	Width int
	// Interactive says that a person is at both ends: they are asked before
	// packages are installed.
	Interactive bool
	// Yes answers that question.
	Yes bool
	// Offline uses no engine: there is nothing to set up.
	Offline bool
	// DataDir is the folder that holds shipshape's data.
	DataDir string
	// Bases are the names of the base images to see to; none for all.
	Bases []string
	// Tell, when set, is told what becomes of base images that are missing, from
	// one goroutine at a time.
	Tell func(images.Event)
}

// Run sees to an engine, then to base images.
func Run(ctx context.Context, o Options) error {
	return run(ctx, o, &machine{dataDir: o.DataDir, out: o.Err})
}

func run(ctx context.Context, o Options, h host) error {
	if o.Offline {
		fmt.Fprintln(o.Out, "You asked for no engine, so there is nothing to set up.")
		return nil
	}
	s := &setup{Options: o, host: h}
	e, err := s.engine(ctx)
	if err != nil {
		return err
	}
	if err = s.tools(ctx); err == nil {
		err = s.images(ctx, e)
	}
	return errors.Join(err, e.Close())
}

// Engine is what setup asks of a container engine.
type Engine interface {
	images.Store
	Info(ctx context.Context) (checker.EngineInfo, error)
	Close() error
}

var _ Engine = (*engine.Client)(nil)

// host is the machine that is set up.
type host interface {
	// OpenEngine connects to the engine that the user would get.
	OpenEngine(ctx context.Context) (Engine, error)
	// Facts tells what setup's decisions depend on.
	Facts() facts
	// Installed reports whether a program is there.
	Installed(program string) bool
	// Install installs Debian packages.
	Install(ctx context.Context, packages ...string) error
	// StartService has the init system start Docker.
	StartService(ctx context.Context) error
	// StartDaemon starts Docker's daemon in the background, to outlive this
	// program, and returns the file it logs to.
	StartDaemon() (log string, err error)
	// Pause waits a moment, for something that is coming up.
	Pause(ctx context.Context) error
}

// facts are what setup's decisions depend on.
type facts struct {
	// OS is as in GOOS.
	OS string
	// Root: the program may install and start what it wants.
	Root bool
	// Apt: packages come from Debian's or Ubuntu's package manager.
	Apt bool
	// Keys: Debian's keys are there, with which its packages are verified.
	Keys bool
	// Init: an init system runs that starts services.
	Init bool
	// Elsewhere is what says that the engine is another than this machine's
	// own, such as "DOCKER_HOST"; empty where nothing does.
	Elsewhere string
}

type setup struct {
	Options
	host host
	// agreed: the person at the terminal said yes.
	agreed bool
}

func (s *setup) say(format string, args ...any) {
	// A registry's and an engine's words are among them.
	fmt.Fprintln(s.Out, ansi.Wordwrap(inert.Text(fmt.Sprintf(format, args...)), s.Width, ""))
}
