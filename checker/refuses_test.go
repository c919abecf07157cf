package checker

import (
	"context"
	"strings"
	"testing"
)

// faulty is an engine whose builds after the first one end as err says.
type faulty struct {
	fakeEngine
	err error
}

func (f *faulty) Build(ctx context.Context, req BuildRequest) (*Build, error) {
	b, err := f.fakeEngine.Build(ctx, req)
	if len(f.builds) > 1 {
		err = f.err
	}
	return b, err
}

func TestABuildRefusesAFaultWhereACommandFailsOverIt(t *testing.T) {
	failed := func(name string, done bool) error {
		return &BuildError{Step: Step{Name: name, Done: done}, Line: 3, Message: "exit code: 1"}
	}
	fault := Edit{File: "Dockerfile", Replace: "RUN npm ci", With: "RUN npm ci # {{value}}"}
	for name, tc := range map[string]struct {
		fault Edit
		err   error
		want  Status
		says  string
	}{
		"a command fails":       {fault, failed("[build 4/4] RUN npm test", true), StatusPass, "it failed, at [build 4/4] RUN npm test"},
		"nothing fails":         {fault, nil, StatusFail, "an image all the same"},
		"a copy fails":          {fault, failed("[build 2/4] COPY x .", true), StatusFail, "it failed elsewhere"},
		"a command never ended": {fault, failed("[build 4/4] RUN npm test", false), StatusFail, "it failed elsewhere"},
		"the text is gone":      {Edit{File: "Dockerfile", Replace: "RUN pip"}, nil, StatusFail, "is not there"},
		"the engine fails":      {fault, &EnvironmentError{Problem: "no disk"}, StatusError, "no disk"},
	} {
		got := gradeOne(t, &faulty{err: tc.err}, Spec{Refuses: &Refuses{Fault: tc.fault, By: "npm test"}})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestWhatDoesNotBuildAtAllRefusesNothing(t *testing.T) {
	eng := &fakeEngine{buildErr: &BuildError{Message: "no such command"}}
	got := gradeOne(t, eng, Spec{Refuses: &Refuses{Fault: Edit{File: "a", Template: "{{value}}"}, By: "npm test"}})
	if got.Status != StatusSkip {
		t.Errorf("%s (%s), want it skipped", got.Status, got.Observed)
	}
}
