package checker

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"shipshape/checker/dockerfile"
)

// composeAdvice is what the texts of a Compose project suggest: its Compose file
// where that can't be brought up, and the Dockerfiles of its services.
func (ev *evidence) composeAdvice(ctx context.Context) []Result {
	project, _, err := ev.loadProject(ctx)
	var broken *stackError
	switch {
	case errors.As(err, &broken):
		return []Result{{
			ID: "compose-file", Title: "the project does not come up: " + broken.problem, Status: StatusAdvice,
			Severity: string(dockerfile.Mistake), Why: broken.why, Lesson: ev.sub.Lesson,
		}}
	case err != nil:
		return []Result{{
			ID: "compose-file", Title: "the project was not looked into: " + err.Error(), Status: StatusAdvice,
			Severity: string(dockerfile.Advice), Lesson: ev.sub.Lesson,
		}}
	}
	var results []Result
	seen := make(map[string]bool)
	for _, s := range project.Services {
		if s.Build == nil || s.Build.Inline != nil || seen[path.Join(s.Build.Context, s.Build.Dockerfile)] {
			continue
		}
		name := path.Join(s.Build.Context, s.Build.Dockerfile)
		seen[name] = true
		part := ev.sub
		part.Dir = filepath.Join(ev.sub.Dir, filepath.FromSlash(s.Build.Context))
		part.Assignment = Assignment{Dockerfile: s.Build.Dockerfile}
		for _, r := range newEvidence(ctx, nil, part, nil, nil).advice() {
			// The line is one of several Dockerfiles.
			where := name
			if r.DockerfileLine > 0 {
				where = fmt.Sprintf("%s line %d", name, r.DockerfileLine)
			}
			r.Title, r.DockerfileLine = where+": "+r.Title, 0
			results = append(results, r)
		}
	}
	return results
}
