package checker

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// brief is an engine whose container ends while it is looked at, and on which a
// toolbox takes long not to start.
type brief struct{ *fakeEngine }

func (b *brief) Start(_ context.Context, req RunRequest) (Container, error) {
	if req.Share != "" {
		b.container.state = State{}
		time.Sleep(2 * discoverReady)
		return nil, &StartError{Message: "the container whose namespaces it joins is not running"}
	}
	return b.container, nil
}

func TestWhatEndsWhileItIsLookedAtIsNoService(t *testing.T) {
	sub := submission(t)
	sub.Assignment.Service = Service{}
	synctest.Test(t, func(t *testing.T) {
		eng := &brief{&fakeEngine{container: &fakeContainer{state: State{Running: true}}}}
		d, err := Discover(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !d.Ended || d.ExitCode != 0 {
			t.Errorf("%+v, want one that ended with code 0", d)
		}
	})
}
