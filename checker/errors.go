package checker

import (
	"errors"
	"fmt"
)

var (
	// ErrNoImage says that the engine has no image of that name.
	ErrNoImage = errors.New("no such image")
	// ErrNoConnection says that nothing takes connections where a container's
	// port is published.
	ErrNoConnection = errors.New("nothing takes the connection")
	// ErrNotRunning says that a container has ended and what was asked of it
	// needs it to run.
	ErrNotRunning = errors.New("the container is not running")
	// ErrNotRegular says that what stands at a path is there and is no regular
	// file, as a folder or links in a circle.
	ErrNotRegular = errors.New("not a regular file")
	// SkipAll ends a Walk early without an error.
	SkipAll = errors.New("skip the remaining files") //nolint:revive,staticcheck // named as fs.SkipAll is
)

// EnvironmentError is a fault of the surroundings: no engine, no base image, no
// disk. It makes a check ungradable, and is never shown as the learner's
// mistake.
type EnvironmentError struct {
	// Problem says what happened, as half a sentence: "no Docker engine
	// answers on unix:///var/run/docker.sock".
	Problem string
	// Remedy says what to do, as a sentence.
	Remedy string
	// Err is the cause, where there is one.
	Err error
}

func (e *EnvironmentError) Error() string {
	if e.Err == nil {
		return e.Problem
	}
	return fmt.Sprintf("%s: %v", e.Problem, e.Err)
}

func (e *EnvironmentError) Unwrap() error { return e.Err }

// BuildError says that the submission's Dockerfile does not build.
type BuildError struct {
	// Step is the one that failed; its Name is empty when the failure came
	// before any step.
	Step Step
	// Line is the Dockerfile line, from 1; 0 where it is not known.
	Line int
	// Message is the builder's own, made inert.
	Message string
	// Killed tells that the step's command was killed, or says that a program which
	// it started was: by itself, or by a kernel that had no memory left.
	Killed bool
}

func (e *BuildError) Error() string {
	if e.Step.Name == "" {
		return e.Message
	}
	return fmt.Sprintf("%s: %s", e.Step.Name, e.Message)
}

// Told is the error with the last words of the step that failed.
func (e *BuildError) Told() string { return e.Error() + quoted(e.Step.Log) }

// StartError says that a container of the submission's image was created but
// its command could not be started: the executable is not there, is not
// executable, or names an interpreter that is not there. It is the image's
// fault.
type StartError struct {
	// ExitCode is the one the engine gives: 127 where something was not found,
	// 126 where it could not be executed; 0 where the engine gives none.
	ExitCode int
	// Message is the engine's own, made inert.
	Message string
}

func (e *StartError) Error() string { return "the container does not start: " + e.Message }

// isBuildError returns the BuildError in err's chain.
func isBuildError(err error) (*BuildError, bool) {
	var broken *BuildError
	ok := errors.As(err, &broken)
	return broken, ok
}
