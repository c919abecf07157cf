package checker

import (
	"context"
	"slices"
	"sync"
)

// headStart lets the first container with a health test start before all others.
// What a grade waits for longest are the engine's runs of that test, and an engine
// that starts several containers at once takes longer over each.
type headStart struct {
	over chan struct{}
	end  func()
}

func newHeadStart(specs []Spec) *headStart {
	over := make(chan struct{})
	h := &headStart{over: over, end: sync.OnceFunc(func() { close(over) })}
	if !slices.ContainsFunc(specs, func(s Spec) bool { return s.Health != nil }) {
		h.end()
	}
	return h
}

// start starts a container for a check, and those without a health test after the
// head start.
func (ev *evidence) start(ctx context.Context, req RunRequest) (Container, error) {
	if req.Health != nil {
		defer ev.headStart.end()
		return ev.eng.Start(ctx, req)
	}
	select {
	case <-ev.headStart.over:
		return ev.eng.Start(ctx, req)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
