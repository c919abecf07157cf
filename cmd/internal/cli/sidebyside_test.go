package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

// Two checks of one workspace at once, each a process of its own, get the same
// verdict, whichever it is, and leave nothing.
func TestTwoChecksOfOneWorkspaceAtOnce(t *testing.T) {
	client := enginetest.Open(t)
	host := engineHost(t)
	dir := t.TempDir()
	course, data, workspace := filepath.Join(dir, "course"), filepath.Join(dir, "data"), filepath.Join(dir, "w")
	if err := writeCourse(course, filepath.Join(enginetest.Project(t, nil), "service")); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (out []byte, code int) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		cmd := exec.CommandContext(ctx, "shipshape", append([]string{"--course", course, "--data", data}, args...)...)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+host)
		out, err := cmd.Output()
		var ended *exec.ExitError
		if err != nil && !errors.As(err, &ended) {
			t.Errorf("%v: %v", args, err)
		}
		return out, cmd.ProcessState.ExitCode()
	}
	if out, code := run("start", "answers", "--dir", workspace); code != 0 {
		t.Fatalf("start: code %d\n%s", code, out)
	}
	runs := make(map[string]bool)
	for _, tt := range []struct {
		dockerfile string
		want       checker.Outcome
		code       int
	}{
		{goodDockerfile, checker.OutcomePassed, 0},
		{"FROM scratch\nCOPY release.txt /\nENTRYPOINT [\"/service\"]\n", checker.OutcomeFailed, 1},
	} {
		if err := os.WriteFile(filepath.Join(workspace, "Dockerfile"), []byte(tt.dockerfile), 0o600); err != nil {
			t.Fatal(err)
		}
		type check struct {
			out  []byte
			code int
		}
		checks := make(chan check, 2)
		for range cap(checks) {
			go func() {
				out, code := run("check", "--dir", workspace, "--json", "--force")
				checks <- check{out, code}
			}()
		}
		for ended := 0; ended < cap(checks); {
			var c check
			select {
			case c = <-checks:
				ended++
			case <-time.After(10 * time.Millisecond):
				for _, id := range liveRuns(t, data) {
					runs[id] = true
				}
				continue
			}
			var report checker.Report
			if err := json.Unmarshal(c.out, &report); err != nil {
				t.Fatalf("its report: %v\n%s", err, c.out)
			}
			if report.Outcome != tt.want || c.code != tt.code {
				t.Errorf("%s with code %d, want %s with %d: %+v", report.Outcome, c.code, tt.want, tt.code, report.Checks)
			}
		}
		if left := liveRuns(t, data); len(left) > 0 {
			t.Errorf("runs are still on the books: %v", left)
		}
	}
	if len(runs) < 2 {
		t.Errorf("%d runs were seen, want at least two", len(runs))
	}
	if left := enginetest.Left(t, client, slices.Collect(maps.Keys(runs))...); len(left) > 0 {
		t.Errorf("they left %v", left)
	}
}
