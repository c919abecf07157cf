package checker

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A run that the grader cut off, sooner than the image would have it, is no
// "unhealthy" of the test's own.
func TestARunThatWasCutOffIsLookedAtOnceMore(t *testing.T) {
	cutOff := State{HealthRuns: []HealthRun{{ExitCode: -1, Output: "Health check exceeded timeout (600ms)"}}}
	failed := State{HealthRuns: []HealthRun{{ExitCode: 1, Output: "exceeded timeout, says the store"}}}
	for name, tc := range map[string]struct {
		last State
		// hung is how the test ends while the service hangs, alone how it does
		// where there is none; -1 is not at all.
		hung, alone int
		passed      bool
		says        string
	}{
		"it asks":                     {cutOff, 1, 1, true, "noticed"},
		"it does not ask":             {cutOff, 0, 1, false, "while the service hangs"},
		"its failure is lost":         {cutOff, 28, 0, false, "where the service does not run at all"},
		"it needs the service's data": {cutOff, 1, -1, true, "noticed"},
		"it was not cut off":          {failed, 0, 0, true, "noticed"},
	} {
		synctest.Test(t, func(t *testing.T) {
			eng := &scripted{start: func(_ RunRequest, a *actor) { a.state = State{Running: tc.alone < 0, ExitCode: tc.alone} }}
			ev := newEvidence(t.Context(), eng, submission(t), nil, func(Event) {})
			tested := &healthTested{image: &Image{HealthTest: []string{"CMD", "ask"}}, runs: []HealthRun{{Duration: time.Second / 10}}}
			d := tested.doubts(t.Context(), ev, &actor{exec: func([]string) ExecResult { return ExecResult{ExitCode: tc.hung} }})
			defer d.drop()
			got, err := d.settled(t.Context(), healthVerdict{passed: true, observed: "noticed"}, tc.last)
			if err != nil || got.passed != tc.passed || !strings.Contains(got.observed, tc.says) {
				t.Errorf("%s: %t (%s), %v", name, got.passed, got.observed, err)
			}
		})
	}
}
