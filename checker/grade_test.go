package checker

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAFaultOfTheEnvironmentIsNeverTheLearners(t *testing.T) {
	gone := &EnvironmentError{Problem: "the engine went away", Remedy: "Start it."}
	for name, eng := range map[string]*fakeEngine{
		"during the build": {buildErr: gone},
		"at the start":     {startErr: gone},
		"while asking":     {container: &fakeContainer{state: State{Running: true}, doErr: gone}},
		"an unnamed error": {startErr: errors.New("something new")},
	} {
		got := gradeOne(t, eng, Spec{Serves: &Serves{}})
		if got.Status != StatusError || got.Remedy == "" {
			t.Errorf("%s: %s with remedy %q, want an error with one", name, got.Status, got.Remedy)
		}
	}
}

func TestWhatNeedsAFailedCheckIsSkipped(t *testing.T) {
	eng := &fakeEngine{buildErr: &BuildError{Message: "no", Line: 3}}
	report, err := Grade(t.Context(), eng, submission(t,
		Spec{ID: "builds", Builds: &Builds{}},
		Spec{ID: "answers", Serves: &Serves{}, Needs: []string{"builds"}},
		Spec{ID: "outside", Listens: &Listens{}},
	), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range report.Checks[:3] {
		got = append(got, c.ID+" "+string(c.Status))
	}
	if want := "builds fail, answers skip, outside skip"; strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if report.Outcome != OutcomeFailed {
		t.Errorf("outcome %s, want failed", report.Outcome)
	}
	if report.Checks[0].DockerfileLine != 3 {
		t.Errorf("line %d is blamed, want 3", report.Checks[0].DockerfileLine)
	}
}

func TestADockerfileThatCannotBeReadFailsTheBuild(t *testing.T) {
	for name, content := range map[string]*string{
		"missing":        nil,
		"no instruction": new("FORM node:24-slim\n"),
	} {
		sub := submission(t, Spec{ID: "builds", Builds: &Builds{}})
		path := filepath.Join(sub.Dir, "Dockerfile")
		if content == nil {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, []byte(*content), 0o600); err != nil {
			t.Fatal(err)
		}
		eng := &fakeEngine{}
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Checks[0]; got.Status != StatusFail || !strings.Contains(got.Observed, "Dockerfile") {
			t.Errorf("%s: %s, observed %q", name, got.Status, got.Observed)
		}
		if len(eng.builds) != 0 {
			t.Errorf("%s: the engine was asked to build it", name)
		}
	}
}

func TestACancelledGradeHasNoReport(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report, err := Grade(ctx, &fakeEngine{}, submission(t, Spec{ID: "builds", Builds: &Builds{}}), Options{})
	if report != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", report, err)
	}
}

func TestAnObserverHearsEachCheckBeginAndEnd(t *testing.T) {
	var heard []string
	_, err := Grade(t.Context(), &fakeEngine{}, submission(t, Spec{ID: "builds", Builds: &Builds{}}), Options{
		Observe: func(e Event) {
			switch e := e.(type) {
			case CheckStarted:
				heard = append(heard, "started "+e.ID)
			case CheckDone:
				heard = append(heard, "done "+e.Result.ID)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(heard, ", "); got != "started builds, done builds" {
		t.Errorf("heard %q", got)
	}
}

func TestABuildThatNeverEndsIsStoppedAtItsLimit(t *testing.T) {
	sub := submission(t, Spec{ID: "builds", Builds: &Builds{}})
	sub.Assignment.BuildTimeout = time.Minute
	eng := &fakeEngine{endless: true, steps: [][]Step{{{Name: "[3/3] RUN npm ci", Started: true}}}}
	synctest.Test(t, func(t *testing.T) {
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := report.Checks[0]
		if got.Status != StatusFail || got.DockerfileLine != 3 || !strings.Contains(got.Observed, "1m0s") {
			t.Errorf("%s at line %d: %s", got.Status, got.DockerfileLine, got.Observed)
		}
		if report.Outcome != OutcomeFailed {
			t.Errorf("outcome %s, want failed", report.Outcome)
		}
	})
}

func TestAnUnsoundAssignmentIsRefused(t *testing.T) {
	builds := func(id string, needs ...string) Spec { return Spec{ID: id, Builds: &Builds{}, Needs: needs} }
	for name, tc := range map[string]struct {
		checks []Spec
		says   string
	}{
		"an id twice":         {[]Spec{builds("a"), builds("a")}, `two checks have the id "a"`},
		"an unknown need":     {[]Spec{builds("a", "b")}, `check "a" needs "b", which is no check`},
		"itself":              {[]Spec{builds("a", "a")}, `check "a" needs itself`},
		"a circle":            {[]Spec{builds("a", "b"), builds("b", "c"), builds("c", "b")}, `check "b" needs itself`},
		"no kind":             {[]Spec{{ID: "a"}}, `check "a" names 0 kinds`},
		"a kind's own fault":  {[]Spec{{ID: "a", Runs: &Runs{}}}, `check "a": command is missing`},
		"one not asked about": {[]Spec{builds("it"), {ID: "a", Runs: &Runs{}}}, "command is missing"},
	} {
		eng := &fakeEngine{}
		report, err := Grade(t.Context(), eng, submission(t, tc.checks...), Options{Only: []string{"it"}})
		if report != nil || err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %q in it", name, err, tc.says)
		}
		if len(eng.builds) != 0 {
			t.Errorf("%s: the engine was asked to build", name)
		}
	}
}
