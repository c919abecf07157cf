package setup

import (
	"context"
	"errors"
	"strings"

	"shipshape/checker"
)

// enginePackages are Debian's Docker Engine, what it needs for its networks
// and to list a container's processes but does not ask for, and what base
// images are made with.
func enginePackages() []string {
	return append([]string{"docker.io", "iptables", "procps"}, bootstrapPackages()...)
}

// daemon is the program of the engine.
const daemon = "dockerd"

// patience is how many pauses an engine that was started may take to answer.
const patience = 60

// engine returns the engine that answers, and where none does sees to one.
func (s *setup) engine(ctx context.Context) (Engine, error) {
	e, err := s.host.OpenEngine(ctx)
	if err == nil {
		return s.found(ctx, e)
	}
	if stopped := ctx.Err(); stopped != nil {
		return nil, stopped
	}
	var none *checker.EnvironmentError
	if !errors.As(err, &none) {
		return nil, err
	}
	s.say("No container engine answers: %s.", none.Problem)
	f := s.host.Facts()
	if remedy := cannot(f, none); remedy != "" {
		s.say("%s", remedy)
		s.say("Without an engine there are still the lessons, the quizzes and the static review.")
		return nil, &checker.EnvironmentError{Problem: "no container engine answers, and none can be installed from here", Remedy: remedy, Err: none}
	}
	missing := !s.host.Installed(daemon)
	if missing {
		s.say("To grade, shipshape builds and runs containers. It would now install the packages %s and start Docker.", strings.Join(enginePackages(), ", "))
	} else {
		s.say("Docker is installed but does not run. It would now be started.")
	}
	agreed, err := s.consent(ctx)
	if err != nil {
		return nil, err
	}
	if !agreed {
		return nil, declined(none)
	}
	if missing {
		s.say("Installing %s …", strings.Join(enginePackages(), ", "))
		if err := s.host.Install(ctx, enginePackages()...); err != nil {
			return nil, err
		}
	}
	return s.start(ctx, f)
}

func declined(none error) error {
	return &checker.EnvironmentError{
		Problem: "you wanted no engine to be installed or started",
		Remedy:  "The lessons, the quizzes and the static review need none. Run `shipshape setup` again to have one.",
		Err:     none,
	}
}

// tools installs what an engine of this machine calls and may lack: ps, with
// which it lists a container's processes.
func (s *setup) tools(ctx context.Context) error {
	f := s.host.Facts()
	if f.OS != "linux" || f.Elsewhere != "" || !f.Apt || !f.Root || s.host.Installed("ps") {
		return nil
	}
	s.say("The engine lists processes with ps, which is missing. The package procps would be installed.")
	if agreed, err := s.consent(ctx); err != nil || !agreed {
		return err // some checks can't be graded then, and say so
	}
	s.say("Installing procps …")
	return s.host.Install(ctx, "procps")
}

// cannot says what the user has to do where shipshape can't; empty where it
// can.
func cannot(f facts, none *checker.EnvironmentError) string {
	switch {
	case f.Elsewhere != "":
		return "None is installed here, since " + f.Elsewhere + " says which one to use. " + none.Remedy
	case f.OS == "darwin":
		return "Install Docker Desktop, or colima with the docker command, and start it; then try again."
	case f.OS != "linux":
		return "Install Docker Desktop and start it; then try again."
	case !f.Apt:
		return "Install Docker Engine with this system's package manager and start it; then try again."
	case !f.Root:
		return "Installing and starting Docker needs root: run `sudo apt-get install docker.io debootstrap debian-archive-keyring`, then `sudo usermod -aG docker $USER`, log in again, and try again. If Docker is there already: " + none.Remedy
	}
	return ""
}

// start starts the engine and waits until it answers.
func (s *setup) start(ctx context.Context, f facts) (Engine, error) {
	log := ""
	if f.Init {
		s.say("Starting Docker's service …")
		if err := s.host.StartService(ctx); err != nil {
			s.say("The init system would not: %v.", err)
			f.Init = false
		}
	}
	if !f.Init {
		s.say("Starting %s in the background …", daemon)
		var err error
		if log, err = s.host.StartDaemon(); err != nil {
			return nil, err
		}
		s.say("It logs to %s.", log)
	}
	var last error
	for range patience {
		e, err := s.host.OpenEngine(ctx)
		if err == nil {
			return s.found(ctx, e)
		}
		last = err
		if err := s.host.Pause(ctx); err != nil {
			return nil, err
		}
	}
	remedy := "See why with `journalctl -u docker`."
	if log != "" {
		remedy = "See why in " + log + "."
	}
	return nil, &checker.EnvironmentError{Problem: "Docker was started and does not answer", Remedy: remedy, Err: last}
}

func (s *setup) found(ctx context.Context, e Engine) (Engine, error) {
	info, err := e.Info(ctx)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	s.say("An engine answers: Docker %s at %s.", info.Version, info.Host)
	return e, nil
}
