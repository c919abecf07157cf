package checker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// timedOut reports whether err is that of a build which was stopped at its own
// time limit, that of bounded: not one that was cancelled with the grade, nor
// one that an engine did not stop.
func timedOut(grade, bounded context.Context, err error) bool {
	return err != nil && grade.Err() == nil && errors.Is(bounded.Err(), context.DeadlineExceeded) && !fatal(err)
}

// overtime is the verdict on a build that was stopped at its time limit. A
// command that was still running then is the Dockerfile's; an engine that had
// come to none, or was fetching a base image, is the environment's.
func overtime(build *Build, limit time.Duration) error {
	waiting := ""
	if build != nil {
		for _, s := range build.Steps {
			switch {
			case !interrupted(s):
			case isRun(s):
				return &BuildError{
					Step: s, Line: s.Line,
					Message: fmt.Sprintf("the build had not ended after %s and was stopped", limit),
				}
			default:
				waiting = ", at " + s.Name
			}
		}
	}
	return &EnvironmentError{
		Problem: fmt.Sprintf("the engine had not built the image after %s%s, and no command of the Dockerfile was running", limit, waiting),
		Remedy:  "See that the base images are there (`shipshape images`) and that the engine is not busy with other work, then try again.",
	}
}

// interrupted reports whether a step had not come to an end of its own.
func interrupted(s Step) bool {
	return !s.Done || strings.Contains(s.Err, "context canceled")
}

// isRun reports whether a step runs a command of the Dockerfile.
func isRun(s Step) bool {
	_, instruction, _ := strings.Cut(s.Name, "] ")
	return strings.HasPrefix(instruction, "RUN ")
}
