// Package jobs works through independent pieces of work, several at a time, and
// does once more, alone, what came to no result: the machine may have had too
// much to do.
package jobs

import (
	"context"
	"errors"
	"sync"
)

// Options say how to work through items.
type Options[T any] struct {
	// AtOnce is how many are worked on at once; 0 means one.
	AtOnce int
	// Do does one, from several goroutines. Its error spoils the whole, and ends
	// none of the others.
	Do func(context.Context, T) error
	// Done, when set, is told each item that was done, from one goroutine at a
	// time.
	Done func(T)
	// Undecided, when set, reports whether an item that was done among others
	// came to no result. It is then done again, alone, after all others.
	Undecided func(T) bool
}

// Run works through the items. It returns the error of a cancelled ctx, or else
// those of Do.
func Run[T any](ctx context.Context, items []T, o Options[T]) error {
	if err := o.all(ctx, items); err != nil {
		return err
	}
	if o.Undecided == nil || o.AtOnce <= 1 {
		return nil
	}
	for _, item := range items {
		if !o.Undecided(item) {
			continue
		}
		if err := o.Do(ctx, item); err != nil {
			return err
		}
		o.tell(item)
	}
	return nil
}

// all does every item once.
func (o Options[T]) all(ctx context.Context, items []T) error {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		errs  []error
		queue = make(chan T)
	)
	finish := func(item T, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			errs = append(errs, err)
			return
		}
		o.tell(item)
	}
	for range max(o.AtOnce, 1) {
		wg.Go(func() {
			for item := range queue {
				finish(item, o.Do(ctx, item))
			}
		})
	}
feed:
	for _, item := range items {
		select {
		case queue <- item:
		case <-ctx.Done():
			break feed
		}
	}
	close(queue)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(errs...)
}

func (o Options[T]) tell(item T) {
	if o.Done != nil {
		o.Done(item)
	}
}
