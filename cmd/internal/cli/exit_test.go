package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"shipshape/checker"
)

func TestExitCode(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		want int
	}{
		{"done", t.Context(), nil, ExitOK},
		{"the engine hung up", t.Context(), fmt.Errorf("load: %w", syscall.EPIPE), ExitUngradable},
		{"not passed", t.Context(), exitWith(ExitNotPassed), ExitNotPassed},
		{"wrong usage", t.Context(), usagef("Do this.", "not that"), ExitUsage},
		{"no engine", t.Context(), &checker.EnvironmentError{Problem: "no engine"}, ExitUngradable},
		{"anything else", t.Context(), errors.New("disk on fire"), ExitUngradable},
		{"interrupted", ended, context.Canceled, ExitInterrupted},
		{"interrupted with another error", ended, errors.New("the engine hung up"), ExitInterrupted},
		{"done before the signal came", ended, nil, ExitOK},
		{"graded before the signal came", ended, exitWith(ExitNotPassed), ExitNotPassed},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := exitCode(test.ctx, test.err); got != test.want {
				t.Errorf("exitCode(%v) = %d, want %d", test.err, got, test.want)
			}
		})
	}
}

func TestOutcomeCode(t *testing.T) {
	for outcome, want := range map[checker.Outcome]int{
		checker.OutcomePassed: ExitOK, checker.OutcomeReviewed: ExitOK,
		checker.OutcomeFailed: ExitNotPassed, checker.OutcomeUngradable: ExitUngradable, "": ExitUngradable,
	} {
		if got := outcomeCode(outcome); got != want {
			t.Errorf("outcomeCode(%q) = %d, want %d", outcome, got, want)
		}
	}
}

func TestExplainSaysWhatToDoAndShowsNothingThatFoolsATerminal(t *testing.T) {
	var out strings.Builder
	s := &IO{Err: &out}
	s.explain(fmt.Errorf("grade: %w", &checker.EnvironmentError{Problem: "no \x1b[31mengine", Remedy: "Start it."}))
	if got, want := out.String(), "shipshape: grade: no ␛[31mengine\n  Start it.\n"; got != want {
		t.Errorf("explain wrote %q, want %q", got, want)
	}
	out.Reset()
	s.explain(fmt.Errorf("the engine hung up: %w", syscall.EPIPE))
	if got := out.String(); !strings.HasPrefix(got, "shipshape: the engine hung up: ") {
		t.Errorf("explain wrote %q for a pipe that is not standard output", got)
	}
	out.Reset()
	s.explain(exitWith(ExitNotPassed))
	if out.Len() > 0 {
		t.Errorf("explain wrote %q for what was told already", out.String())
	}
}
