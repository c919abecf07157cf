package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// timedOut reports whether err is that of a build which was stopped at its own
// time limit: not one that was cancelled with the grade, nor one that an engine
// did not stop.
func timedOut(grade context.Context, err error) bool {
	return grade.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !fatal(err)
}

// overtime is the verdict on a build that was stopped at its time limit. A
// command that was still running then is the Dockerfile's; an engine that had
// come to none, or was fetching a base image, is the environment's.
func overtime(build *Build, limit time.Duration) error {
	waiting := ""
	if build != nil {
		running := slices.DeleteFunc(slices.Clone(build.Steps), func(s Step) bool { return !s.Started || !interrupted(s) })
		fetching := slices.ContainsFunc(running, isFrom)
		for _, s := range running {
			switch {
			case !isRun(s):
				waiting = ", at " + s.Name
			case !fetching && !awaited(s):
				return &BuildError{
					Step: s, Line: s.Line,
					Message: fmt.Sprintf("the build had not ended after %s and was stopped", limit),
				}
			}
		}
	}
	return &EnvironmentError{
		Problem: fmt.Sprintf("the engine had not built the image after %s%s, and no command of the Dockerfile is known to have kept it", limit, waiting),
		Remedy:  "See that the base images are there (`shipshape images`) and that the engine is not busy with other work, then try again.",
	}
}

// interrupted reports whether a step had not come to an end of its own.
func interrupted(s Step) bool {
	return !s.Done || strings.Contains(s.Err, "context canceled")
}

// awaited reports whether a command never ran because files of its base image
// had not come: with the containerd store, a builder fetches them when a command
// needs them, and counts the command as begun when that ends. Of a command that
// ran and was stopped, the error names the command.
func awaited(s Step) bool {
	return strings.HasPrefix(s.Err, "failed to ")
}

// isRun reports whether a step runs a command of the Dockerfile.
func isRun(s Step) bool { return does(s, "RUN ") }

// isFrom reports whether a step brings a base image.
func isFrom(s Step) bool { return does(s, "FROM ") }

// does reports whether a step is of an instruction, as in "RUN ".
func does(s Step, instruction string) bool {
	_, text, _ := strings.Cut(s.Name, "] ")
	return strings.HasPrefix(text, instruction)
}
