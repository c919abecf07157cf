package checker

import (
	"context"
	"sync"
)

// once keeps the value that several checks need and one of them asks for first.
type once[T any] struct {
	mu    sync.Mutex
	begun chan struct{} // closed when value and err are there
	value T
	err   error
}

// get returns the value. The first call computes it with f, under the context
// of the whole grade: a check that is given up takes nothing from the others
// that need the value too. Every caller waits until it is there, or until its
// own ctx ends.
func (o *once[T]) get(ctx context.Context, g *shared, f func(ctx context.Context) (T, error)) (T, error) {
	o.mu.Lock()
	if o.begun == nil {
		o.begun = make(chan struct{})
		g.wg.Go(func() {
			defer close(o.begun)
			o.value, o.err = f(g.ctx)
		})
	}
	begun := o.begun
	o.mu.Unlock()
	select {
	case <-begun:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// peek returns the value if it is there already.
func (o *once[T]) peek() (value T, ok bool, err error) {
	o.mu.Lock()
	begun := o.begun
	o.mu.Unlock()
	if begun == nil {
		return value, false, nil
	}
	select {
	case <-begun:
		return o.value, true, o.err
	default:
		return value, false, nil
	}
}

// shared is what the computations of all once values of a grade have in common.
type shared struct {
	ctx context.Context //nolint:containedctx // that of the grade, which outlives the check that asks first
	wg  sync.WaitGroup
}
