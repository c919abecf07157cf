package setup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shipshape/checker"
	"shipshape/exercises/images"
)

// bootstrapPackages are what stand-ins are made with. Neither Ubuntu nor a Debian
// that leaves out recommended packages has Debian's keys without the second.
func bootstrapPackages() []string { return []string{"debootstrap", "debian-archive-keyring"} }

// images sees to base images: those that can't be pulled are built.
func (s *setup) images(ctx context.Context, e Engine) error {
	s.say("Looking at the base images …")
	err := images.Pull(ctx, e, s.Bases, images.Options{Tell: s.tellOfPull})
	if err == nil {
		s.say("All base images are there.")
		return nil
	}
	var missing *checker.EnvironmentError
	if ctx.Err() != nil || !errors.As(err, &missing) {
		return err
	}
	if f := s.host.Facts(); f.Apt && f.Root && !(f.Keys && s.host.Installed("debootstrap")) {
		s.say("No registry gives them. Stand-ins are made with debootstrap and Debian's keys, which would be installed.")
		if agreed, asked := s.consent(ctx); asked != nil || !agreed {
			return errors.Join(asked, err)
		}
		s.say("Installing %s …", strings.Join(bootstrapPackages(), ", "))
		if err := s.host.Install(ctx, bootstrapPackages()...); err != nil {
			return err
		}
	}
	s.say("No registry gives them, so stand-ins are built from Debian packages and this machine's Go; that takes some minutes.")
	if err := images.Build(ctx, e, s.Bases, images.Options{Tell: s.tell}); err != nil {
		return fmt.Errorf("not all base images are there: %w", err)
	}
	s.say("All base images are there.")
	return nil
}

// tell passes on what is news after the look at what is there.
func (s *setup) tell(e images.Event) {
	if s.Tell != nil && e.Phase != images.PhasePresent {
		s.Tell(e)
	}
}

// tellOfPull is tell while a pull that failed is not yet the end: a stand-in can
// still be built.
func (s *setup) tellOfPull(e images.Event) {
	if e.Phase != images.PhaseFailed {
		s.tell(e)
	}
}
