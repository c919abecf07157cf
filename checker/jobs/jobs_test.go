package jobs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"shipshape/checker/jobs"
)

func TestEveryItemIsDoneAndTold(t *testing.T) {
	items := strings.Fields("a b c d e f g")
	for _, atOnce := range []int{0, 1, 3} {
		var (
			told      []string
			now, most atomic.Int64
		)
		err := jobs.Run(t.Context(), items, jobs.Options[string]{
			AtOnce: atOnce,
			Do: func(context.Context, string) error {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
				return nil
			},
			Done: func(item string) { told = append(told, item) },
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(told)
		if !slices.Equal(told, items) || int(most.Load()) > max(atOnce, 1) {
			t.Errorf("%d at once: told %v, at most %d at once", atOnce, told, most.Load())
		}
	}
}

func TestWhatCameToNothingIsDoneAgainAlone(t *testing.T) {
	tries := map[string]int{}
	var order []string
	options := jobs.Options[string]{
		AtOnce: 2,
		Do:     func(context.Context, string) error { return nil },
		Done: func(item string) {
			tries[item]++
			order = append(order, item)
		},
		Undecided: func(item string) bool { return item == "b" },
	}
	if err := jobs.Run(t.Context(), []string{"a", "b", "c"}, options); err != nil {
		t.Fatal(err)
	}
	if tries["b"] != 2 || len(order) != 4 || order[3] != "b" {
		t.Errorf("done in the order %v", order)
	}
	options.AtOnce = 1 // it was alone already
	order = nil
	if err := jobs.Run(t.Context(), []string{"b"}, options); err != nil || len(order) != 1 {
		t.Errorf("alone it is done %d times, %v", len(order), err)
	}
}

func TestErrorsAreReturnedAndNotTold(t *testing.T) {
	broken := errors.New("broken")
	var told []string
	err := jobs.Run(t.Context(), []string{"a", "b", "c"}, jobs.Options[string]{
		Do: func(_ context.Context, item string) error {
			if item == "b" {
				return broken
			}
			return nil
		},
		Done: func(item string) { told = append(told, item) },
	})
	if !errors.Is(err, broken) || !slices.Equal(told, []string{"a", "c"}) {
		t.Errorf("got %v, told %v", err, told)
	}
}

func TestCancellingEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var done int
	err := jobs.Run(ctx, make([]int, 100), jobs.Options[int]{
		Do:   func(ctx context.Context, _ int) error { return ctx.Err() },
		Done: func(int) { done++; cancel() },
	})
	if !errors.Is(err, context.Canceled) || done == 0 || done > 2 {
		t.Errorf("got %v after %d", err, done)
	}
}
