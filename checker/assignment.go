package checker

import (
	"errors"
	"fmt"
)

// sound returns what makes a grade of an assignment meaningless or impossible. A
// course is checked when it is read; who puts an assignment together in another
// way learns of it here.
func (a Assignment) sound() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	needs := make(map[string][]string, len(a.Checks))
	for _, s := range a.Checks {
		if _, twice := needs[s.ID]; twice {
			fault("two checks have the id %q", s.ID)
		}
		needs[s.ID] = s.Needs
		for _, u := range s.Unsound(a) {
			fault("check %q: %s", s.ID, u.Problem)
		}
	}
	for _, s := range a.Checks {
		for _, need := range s.Needs {
			if _, ok := needs[need]; !ok {
				fault("check %q needs %q, which is no check", s.ID, need)
			}
		}
		if circular(needs, s.ID, s.ID, make(map[string]bool)) {
			fault("check %q needs itself in the end", s.ID)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("what is to be graded is unsound: %w; of an exercise, `shipshape course lint` shows where", errors.Join(faults...))
}

// circular reports whether the way along the needs of a check leads to goal.
func circular(needs map[string][]string, from, goal string, seen map[string]bool) bool {
	for _, need := range needs[from] {
		if need == goal {
			return true
		}
		if !seen[need] {
			seen[need] = true
			if circular(needs, need, goal, seen) {
				return true
			}
		}
	}
	return false
}
