package exercise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
)

func TestAStoredVerdictIsToldAndNoAttempt(t *testing.T) {
	m := open(t, 80, 21)
	var forced []bool
	m.deps.Grade = func(_ context.Context, _ *exercises.Exercise, _ string, force bool, _ checker.Observer) (*checker.Report, error) {
		forced = append(forced, force)
		report := tuitest.Report()
		report.Stored, report.GradedAt = !force, time.Now()
		return report, nil
	}
	attempted := func(msgs []any) bool {
		return slices.ContainsFunc(msgs, func(msg any) bool { _, ok := msg.(route.Attempted); return ok })
	}
	stored := anyOf(check(m, "c"))
	if text := fmt.Sprint(stored...); !strings.Contains(text, "Nothing has changed") || !strings.Contains(text, "C checks again") {
		t.Errorf("a stored verdict is told as %s", text)
	}
	if attempted(stored) {
		t.Error("a stored verdict counts as an attempt")
	}
	if fresh := anyOf(check(m, "C")); !attempted(fresh) {
		t.Errorf("checking again is no attempt: %v", fresh)
	}
	if want := []bool{false, true}; !slices.Equal(forced, want) {
		t.Errorf("force was %v, want %v", forced, want)
	}
}

func anyOf[T any](in []T) []any {
	var out []any
	for _, x := range in {
		out = append(out, x)
	}
	return out
}
