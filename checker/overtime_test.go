package checker

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestOvertime(t *testing.T) {
	ended := Step{Name: "[1/3] FROM docker.io/library/alpine", Line: 1, Started: true, Done: true}
	fetched := Step{Name: "[1/3] FROM docker.io/library/alpine", Line: 1, Started: true}
	begun := Step{Name: "[2/3] RUN sleep 9999", Line: 2, Started: true}
	named := Step{Name: "[2/3] RUN sleep 9999", Line: 2}
	tests := map[string]struct {
		build *Build
		line  int    // of the build error, 0 for the environment's fault
		says  string // in the message
	}{
		"a command runs":                {&Build{Steps: []Step{ended, begun}}, 2, "after 1m0s"},
		"a command was stopped":         {&Build{Steps: []Step{{Name: "[app 2/3] RUN sleep 9999", Line: 2, Started: true, Done: true, Err: `process "sleep 9999" did not complete successfully: exit code: 137: context canceled: context canceled`}}}, 2, "after 1m0s"},
		"all commands have ended":       {&Build{Steps: []Step{ended, {Name: "[2/3] RUN true", Line: 2, Started: true, Done: true}}}, 0, "no command of the Dockerfile"},
		"a base image is fetched":       {&Build{Steps: []Step{fetched}}, 0, "at [1/3] FROM"},
		"a command waits for it":        {&Build{Steps: []Step{named, fetched}}, 0, "at [1/3] FROM"},
		"a command runs meanwhile":      {&Build{Steps: []Step{begun, fetched}}, 0, "at [1/3] FROM"},
		"a command waits for its files": {&Build{Steps: []Step{ended, {Name: "[2/3] RUN sleep 9999", Line: 2, Started: true, Done: true, Err: "failed to copy: httpReadSeeker: failed open: context canceled: context canceled"}}}, 0, "had not built"},
		"no command was come to":        {&Build{Steps: []Step{ended, named}}, 0, "had not built the image after 1m0s"},
		"the engine named no step":      {&Build{}, 0, "had not built the image after 1m0s"},
		"the engine did not even begin": {nil, 0, "had not built the image after 1m0s"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := overtime(tt.build, time.Minute)
			var broken *BuildError
			var environment *EnvironmentError
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("it says %q, want %q in it", err, tt.says)
			}
			switch {
			case tt.line > 0:
				if !errors.As(err, &broken) || broken.Line != tt.line {
					t.Errorf("%T %v, want a BuildError at line %d", err, err, tt.line)
				}
			case !errors.As(err, &environment) || environment.Remedy == "":
				t.Errorf("%T %v, want an EnvironmentError with a remedy", err, err)
			}
		})
	}
}
