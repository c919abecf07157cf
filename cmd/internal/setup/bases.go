package setup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shipshape/checker"
	"shipshape/exercises/images"
)

// bootstrapPackages are what stand-ins are made with. Ubuntu does not have
// Debian's keys without the second.
func bootstrapPackages() []string { return []string{"debootstrap", "debian-archive-keyring"} }

// images sees to base images: those that can't be pulled are built.
func (s *setup) images(ctx context.Context, e Engine) error {
	s.say("Looking at the base images …")
	progress := &teller{setup: s}
	err := images.Pull(ctx, e, s.Bases, images.Options{Tell: progress.tell})
	if err == nil {
		s.say("All base images are there.")
		return nil
	}
	var missing *checker.EnvironmentError
	if ctx.Err() != nil || !errors.As(err, &missing) {
		return err
	}
	if f := s.host.Facts(); f.Apt && f.Root && !s.host.Installed("debootstrap") {
		s.say("No registry gives them. Stand-ins are made with debootstrap, which would be installed.")
		if agreed, asked := s.consent(ctx); asked != nil || !agreed {
			return errors.Join(asked, err)
		}
		s.say("Installing %s …", strings.Join(bootstrapPackages(), ", "))
		if err := s.host.Install(ctx, bootstrapPackages()...); err != nil {
			return err
		}
	}
	s.say("No registry gives them, so stand-ins are built from Debian packages and this machine's Go; that takes some minutes.")
	if err := images.Build(ctx, e, s.Bases, images.Options{Tell: progress.tell}); err != nil {
		return fmt.Errorf("not all base images are there: %w", err)
	}
	s.say("All base images are there.")
	return nil
}

// teller tells of images in lines, and on a terminal shows in a passing line
// what is going on.
type teller struct {
	*setup
	shown time.Time
	// passing says that the terminal's line holds what may be overwritten.
	passing bool
}

// passingEvery is how often the passing line changes, so that it can be read.
const passingEvery = 200 * time.Millisecond

func (t *teller) tell(e images.Event) {
	switch e.Phase {
	case images.PhasePulling:
		if e.Pull.Total > 0 {
			t.pass("  %s: %d of %d MB", e.Base, e.Pull.Done/1e6, e.Pull.Total/1e6)
		} else {
			t.pass("  %s: %s", e.Base, e.Pull.Status)
		}
	case images.PhaseLog:
		t.pass("  %s: %s", e.Base, e.Line)
	case images.PhasePulled:
		t.line("  %s: pulled in %.0f s", e.Base, e.Took.Seconds())
	case images.PhaseNoRegistry:
		t.line("  %s can't be pulled: %v", e.Base, e.Err)
	case images.PhaseBuilding:
		t.line("  %s: building a stand-in", e.Base)
	case images.PhaseBuilt:
		t.line("  %s: built in %.0f s", e.Base, e.Took.Seconds())
	case images.PhasePresent, images.PhaseFailed:
		// What is there is nothing new, and a failure is the whole's error.
	}
}

func (t *teller) line(format string, args ...any) {
	if t.passing {
		fmt.Fprint(t.Out, "\r\x1b[K")
		t.passing = false
	}
	t.say(format, args...)
}

// pass shows a line that the next one overwrites.
func (t *teller) pass(format string, args ...any) {
	if !t.Interactive || time.Since(t.shown) < passingEvery {
		return
	}
	const width = 79
	line := []rune(fmt.Sprintf(format, args...))
	fmt.Fprintf(t.Out, "\r\x1b[K%s", string(line[:min(len(line), width)]))
	t.shown, t.passing = time.Now(), true
}
