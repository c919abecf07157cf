package checker

import (
	"context"
	"errors"
)

// noProgram is one that no image has.
const noProgram = "/shipshape/no-such-program"

// roomless is asked when a service did not answer: it is the fault of an engine
// that can't make containers any more, as one whose disk is full. A service on
// it may have ended for that, and what it logged was not written either.
func (ev *evidence) roomless(ctx context.Context, image string) error {
	_, err := ev.eng.Start(ctx, RunRequest{Image: image, Entrypoint: []string{noProgram}, Limits: ev.limits()})
	var expected *StartError
	if errors.As(err, &expected) {
		return nil
	}
	return err
}
