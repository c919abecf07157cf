package cli

import (
	"context"
	"errors"
	"fmt"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// The exit codes of every command.
const (
	// ExitOK: done, or every required check passed.
	ExitOK = 0
	// ExitNotPassed: graded, and not passed.
	ExitNotPassed = 1
	// ExitUsage: wrong usage, or no such exercise.
	ExitUsage = 2
	// ExitUngradable: it could not be graded, or done: no engine, no base
	// image, disk full.
	ExitUngradable = 3
	// ExitInterrupted: Ctrl-C, or asked to end.
	ExitInterrupted = 130
)

// usageError says that the command was called in a way it can't be.
type usageError struct {
	problem string
	// remedy says what to do, as a sentence; may be empty.
	remedy string
}

func (e *usageError) Error() string { return e.problem }

func usagef(remedy, format string, args ...any) error {
	return &usageError{problem: fmt.Sprintf(format, args...), remedy: remedy}
}

// endedError ends a command with a code when all has been said already.
type endedError struct{ code int }

func (e *endedError) Error() string { return fmt.Sprintf("ended with code %d", e.code) }

// exitWith returns the error that ends a command quietly with that code.
func exitWith(code int) error {
	if code == ExitOK {
		return nil
	}
	return &endedError{code: code}
}

// outcomeCode is the exit code of a grade. A review that was asked for is done
// when it is given: it says nothing about passing.
func outcomeCode(o checker.Outcome) int {
	switch o {
	case checker.OutcomePassed, checker.OutcomeReviewed:
		return ExitOK
	case checker.OutcomeFailed:
		return ExitNotPassed
	default:
		return ExitUngradable
	}
}

// exitCode is the code for what a command returned.
func exitCode(ctx context.Context, err error) int {
	var ended *endedError
	var usage *usageError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &ended):
		return ended.code
	case ctx.Err() != nil:
		return ExitInterrupted
	case errors.As(err, &usage):
		return ExitUsage
	default:
		return ExitUngradable
	}
}

// explain tells an error on standard error, with what to do about it.
func (s *IO) explain(err error) {
	var ended *endedError
	if err == nil || errors.As(err, &ended) {
		return
	}
	problem, remedy := err.Error(), ""
	var usage *usageError
	var environment *checker.EnvironmentError
	switch {
	case errors.As(err, &usage):
		remedy = usage.remedy
	case errors.As(err, &environment):
		remedy = environment.Remedy
	}
	p := s.errPaint()
	fmt.Fprintf(s.Err, "%s %s\n", p.bad("shipshape:"), inert.Text(problem))
	if remedy != "" {
		fmt.Fprintf(s.Err, "%s\n", indent(inert.Text(remedy), "  "))
	}
}
