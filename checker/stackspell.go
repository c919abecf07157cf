package checker

import (
	"context"
	"time"
)

// spell is a while in which services hang, one more and then one more, until all of
// them go on together: that takes less time than one by one.
type spell struct {
	st   *stack
	hung []*unit
	// were are the services that ran before, and whether they were healthy.
	were map[*unit]bool
	// latest is when the last run of each one's test began that had ended before
	// the last one was made to hang.
	latest map[*unit]time.Time
}

// hang makes one more service hang, and has its test judged.
func (s *spell) hang(ctx context.Context, u *unit) error {
	if err := s.note(ctx); err != nil {
		return err
	}
	if len(s.hung) == 0 {
		s.were = make(map[*unit]bool)
		for u := range s.latest {
			s.were[u] = u.state.Health == "healthy"
		}
	}
	s.st.disturbed = true
	s.hung = append(s.hung, u)
	_, err := s.st.notices(ctx, u)
	return err
}

// note looks at the services that run.
func (s *spell) note(ctx context.Context) error {
	if err := s.st.look(ctx, new(pace)); err != nil {
		return err
	}
	s.latest = make(map[*unit]time.Time)
	for _, u := range s.st.units {
		if u.container != nil && u.state.Running {
			s.latest[u] = u.runs.latest()
		}
	}
	return nil
}

// unmoved reports whether a service's test went on saying healthy while others were
// made to hang. Of one that did not, nobody could tell whom it asks.
func (s *spell) unmoved(ctx context.Context, u *unit) (bool, error) {
	if len(s.hung) == 0 {
		return true, nil
	}
	if err := s.st.look(ctx, new(pace)); err != nil {
		return false, err
	}
	// The first run that ended may have begun before.
	since := u.runs.count(func(r HealthRun) bool { return r.Started.After(s.latest[u]) })
	return u.state.Running && u.runs.failingNow() == 0 && since > 1, nil
}

// end lets all go on, and waits until they are as they were before: what ran does,
// and what was healthy says so in a run of its test that ends from now on, so that
// the next one begins when nobody hangs any more. The stack stays disturbed where one
// does not get over it.
func (s *spell) end(ctx context.Context) error {
	if len(s.hung) == 0 {
		return nil
	}
	for _, u := range s.hung {
		if u.state.Running {
			if err := s.st.resume(ctx, u); err != nil {
				return err
			}
		}
	}
	s.hung = nil
	if err := s.note(ctx); err != nil {
		return err
	}
	ended := false
	well, err := s.st.drive(ctx, s.st.units, func() (bool, error) {
		waiting := false
		for u, healthy := range s.were {
			ended = ended || !u.state.Running
			waiting = waiting || healthy && (u.runs.failingNow() > 0 || !u.runs.latest().After(s.latest[u]))
		}
		return ended || !waiting, nil
	})
	s.st.disturbed = ended || !well
	return err
}
