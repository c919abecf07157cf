package checker

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// thirsty is an engine whose builds end one after another as errs say, the last of
// them for good, and whose kernel has killed as much for lack of memory as kills
// says when it is asked.
type thirsty struct {
	scripted
	errs  []error
	kills []string
	asked int
}

func (e *thirsty) Build(ctx context.Context, req BuildRequest) (*Build, error) {
	b, err := e.scripted.Build(ctx, req)
	if err != nil {
		return b, err
	}
	return b, e.errs[min(len(e.builds), len(e.errs))-1]
}

func (e *thirsty) Start(ctx context.Context, req RunRequest) (Container, error) {
	c, err := e.scripted.Start(ctx, req)
	if a, ok := c.(*actor); ok {
		a.exec = func([]string) ExecResult {
			if len(e.kills) == 0 {
				return ExecResult{NotFound: true}
			}
			e.asked++
			return ExecResult{Output: fmt.Sprintf("nr_dirty 7\noom_kill %s\nnuma_hit 9\n", e.kills[min(e.asked, len(e.kills))-1])}
		}
	}
	return c, err
}

func TestLackOfMemoryIsNoFaultOfASubmission(t *testing.T) {
	step := Step{Name: "[build 4/4] RUN npm test", Done: true}
	killed := &BuildError{Step: step, Line: 3, Message: "exit code: 137", Killed: true}
	failed := &BuildError{Step: step, Line: 3, Message: "exit code: 1"}
	refuses := &Refuses{Fault: Edit{File: "Dockerfile", Replace: "RUN npm ci", With: "RUN npm ci # {{value}}"}, By: "npm test"}
	for name, tc := range map[string]struct {
		k      Spec
		errs   []error
		kills  []string
		want   Status
		says   string
		builds int
	}{
		"it fails":                      {Spec{Builds: &Builds{}}, []error{failed}, []string{"4"}, StatusFail, "exit code: 1", 1},
		"memory runs out":               {Spec{Builds: &Builds{}}, []error{killed}, []string{"4", "6"}, StatusError, "the kernel killed a command of the build for lack of memory, at [build 4/4] RUN npm test", 2},
		"it kills itself":               {Spec{Builds: &Builds{}}, []error{killed}, []string{"4"}, StatusFail, "exit code: 137", 2},
		"memory ran out":                {Spec{Builds: &Builds{}}, []error{killed, nil}, []string{"4"}, StatusError, "was not when it ran again", 2},
		"it fails with enough of it":    {Spec{Builds: &Builds{}}, []error{killed, failed}, []string{"4"}, StatusFail, "exit code: 1", 2},
		"the engine fails then":         {Spec{Builds: &Builds{}}, []error{killed, &EnvironmentError{Problem: "no disk"}}, []string{"4"}, StatusError, "no disk", 2},
		"nobody can tell":               {Spec{Builds: &Builds{}}, []error{killed}, nil, StatusError, "what killed it is not known", 2},
		"the kernel does not tell":      {Spec{Builds: &Builds{}}, []error{killed}, []string{"many"}, StatusError, "what killed it is not known", 2},
		"the tests find the fault":      {Spec{Refuses: refuses}, []error{nil, failed}, []string{"4"}, StatusPass, "it failed, at", 2},
		"the tests have no memory":      {Spec{Refuses: refuses}, []error{nil, killed}, []string{"4", "5"}, StatusError, "for lack of memory", 3},
		"the tests kill what they test": {Spec{Refuses: refuses}, []error{nil, killed}, []string{"4"}, StatusPass, "it failed, at", 3},
	} {
		eng := &thirsty{errs: tc.errs, kills: tc.kills}
		got := gradeOne(t, eng, tc.k)
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) || len(eng.builds) != tc.builds {
			t.Errorf("%s: %s (%s) after %d builds, want %s with %q after %d", name, got.Status, got.Observed, len(eng.builds), tc.want, tc.says, tc.builds)
		}
		if got.Status == StatusError && got.Remedy == "" && tc.says != "no disk" {
			t.Errorf("%s: no remedy", name)
		}
	}
}
