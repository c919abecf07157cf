package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shipshape/checker/engine/enginetest"
)

// killings is at how many moments of a grade it is killed.
const killings = 20

// lateTries is how many further commands may have to tidy up after a busy engine.
const lateTries = 5

// TestKilledAtAnyMomentTheNextCommandTidiesUp kills a check as nothing can be
// handled, at moments spread over the time that a whole one takes, and demands
// that the next command leaves nothing of it on the engine and that the record
// is whole.
func TestKilledAtAnyMomentTheNextCommandTidiesUp(t *testing.T) {
	client := enginetest.Open(t)
	host := engineHost(t)
	dir := t.TempDir()
	course, data, workspace := filepath.Join(dir, "course"), filepath.Join(dir, "data"), filepath.Join(dir, "w")
	if err := writeCourse(course, filepath.Join(enginetest.Project(t, nil), "service")); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		t.Cleanup(cancel)
		cmd := exec.CommandContext(ctx, "shipshape", append([]string{"--course", course, "--data", data}, args...)...)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+host)
		return cmd
	}
	run := func(args ...string) []byte {
		cmd := command(args...)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s%s", args, err, out, said.String())
		}
		return out
	}
	run("start", "answers", "--dir", workspace)
	if err := os.WriteFile(filepath.Join(workspace, "Dockerfile"), []byte(goodDockerfile), 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	run("check", "--force", "--dir", workspace)
	whole := time.Since(began)

	caught := 0
	for i := range killings {
		cmd := command("check", "--force", "--dir", workspace)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(whole * time.Duration(i) / killings)
		ids := liveRuns(t, data)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed: that it failed is what is wanted
		caught += len(ids)

		run("images", "list")
		left := enginetest.Left(t, client, ids...)
		for tries := 0; len(left) > 0 && tries < lateTries; tries++ {
			// An engine with much to do may end a build that it had begun after
			// the next command has looked: the one after it finds that.
			time.Sleep(time.Second)
			run("images", "list")
			left = enginetest.Left(t, client, ids...)
		}
		if len(left) > 0 {
			t.Errorf("killed after %d/%d of a grade, and left: %v", i, killings, left)
		}
		var record struct{ Schema int }
		if err := json.Unmarshal(run("progress", "--json"), &record); err != nil || record.Schema == 0 {
			t.Errorf("killed after %d/%d of a grade, the record is no more: %v", i, killings, err)
		}
	}
	if caught == 0 {
		t.Error("no run was under way at any of the moments: nothing was tried")
	}
}

// liveRuns returns the ids of the runs that are on the books of a data folder.
func liveRuns(t *testing.T, data string) []string {
	t.Helper()
	locks, err := filepath.Glob(filepath.Join(data, "runs", "*.lock"))
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(locks))
	for i, lock := range locks {
		ids[i] = strings.TrimSuffix(filepath.Base(lock), ".lock")
	}
	return ids
}
