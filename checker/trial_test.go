package checker

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// watchedEngine notes when a container with a health test was started.
type watchedEngine struct {
	*fakeEngine
	tested time.Time
}

func (e *watchedEngine) Start(ctx context.Context, req RunRequest) (Container, error) {
	if req.Health != nil {
		e.tested = time.Now()
	}
	return e.fakeEngine.Start(ctx, req)
}

func TestAnEagerCheckBeginsEarlyAndIsGivenUpWhenItsNeedFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := &watchedEngine{fakeEngine: &fakeEngine{
			container: &fakeContainer{state: State{Running: true, Health: "starting"}, doErr: errSilent},
			image:     Image{HealthTest: []string{"CMD", "true"}},
		}}
		sub := submission(t, Spec{ID: "serves", Serves: &Serves{}}, Spec{ID: "healthy", Health: &Health{}, Needs: []string{"serves"}})
		// So long that the health check would still wait when serves has failed.
		sub.Assignment.Service.Ready = time.Minute
		var failed time.Time
		report, err := Grade(t.Context(), eng, sub, Options{Observe: func(e Event) {
			if done, ok := e.(CheckDone); ok && done.Result.ID == "serves" {
				failed = time.Now()
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Checks[1]; got.Status != StatusSkip {
			t.Errorf("it is %s: %s", got.Status, got.Observed)
		}
		if eng.tested.IsZero() || !eng.tested.Before(failed) {
			t.Errorf("it began at %s, and what it needs failed at %s", eng.tested, failed)
		}
		if waited := time.Since(failed); waited > time.Second {
			t.Errorf("the grade waited %s more for what it had given up", waited)
		}
	})
}
