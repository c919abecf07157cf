package exercise

import (
	"context"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/tui/route"
)

func TestWithoutAnEngineTheRemedyIsToldAndTheReviewOffered(t *testing.T) {
	m := open(t, 80, 24)
	m.deps.Grade = func(context.Context, *exercises.Exercise, string, bool, checker.Observer) (*checker.Report, error) {
		return nil, &checker.EnvironmentError{Problem: "no engine answers", Remedy: "Start Docker."}
	}
	told := ""
	for _, msg := range check(m, "c") {
		if failed, ok := msg.(route.Failed); ok {
			told = failed.Err.Error()
		}
	}
	for _, want := range []string{"r reviews it without an engine", "no engine answers", "Start Docker"} {
		if !strings.Contains(told, want) {
			t.Errorf("told %q, without %q", told, want)
		}
	}
}
