package cli_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"shipshape/checker/engine/enginetest"
	"shipshape/cmd/internal/cli"
	"shipshape/cmd/internal/termtest"
)

// patience is how long a test waits for something that takes a few seconds.
const patience = 2 * time.Minute

// gradeTerminal is a check in a terminal, of the course that is graded in tests.
type gradeTerminal struct {
	*termtest.Terminal
	workspace, data string
}

// startCheck begins a check of a workspace with this Dockerfile.
func startCheck(t *testing.T, dockerfile string, flags ...string) *gradeTerminal {
	t.Helper()
	host := engineHost(t)
	dir := t.TempDir()
	course := filepath.Join(dir, "course")
	if err := writeCourse(course, filepath.Join(enginetest.Project(t, nil), "service")); err != nil {
		t.Fatal(err)
	}
	s := &gradeTerminal{workspace: filepath.Join(dir, "w"), data: filepath.Join(dir, "data")}
	command := func(args ...string) *exec.Cmd {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		t.Cleanup(cancel)
		cmd := exec.CommandContext(ctx, "shipshape", append([]string{"--course", course, "--data", s.data}, args...)...)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+host, "TERM=xterm-256color")
		return cmd
	}
	if out, err := command("start", "answers", "--dir", s.workspace).CombinedOutput(); err != nil {
		t.Fatalf("start: %v\n%s", err, out)
	}
	t.Cleanup(func() { s.nothingLeft(t) })
	s.write(t, dockerfile)
	term, err := termtest.Start(command(append([]string{"check", "--dir", s.workspace}, flags...)...), termtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Terminal = term
	return s
}

const (
	goodDockerfile = "FROM scratch\nCOPY --chmod=755 service /service\nCOPY release.txt /\nUSER 1234:1234\nENTRYPOINT [\"/service\"]\n"
	// slowDockerfile never ends to build.
	slowDockerfile = "FROM scratch\nCOPY --chmod=755 service /service\nRUN [\"/service\", \"-mute\"]\n"
)

func (s *gradeTerminal) write(t *testing.T, dockerfile string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.workspace, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
		t.Fatal(err)
	}
}

// await waits for a text behind the first from bytes of the output.
func (s *gradeTerminal) await(t *testing.T, from int, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := s.Await(ctx, from, text); err != nil {
		t.Fatalf("%v; the output:\n%s", err, s.Output())
	}
}

// interrupt presses Ctrl-C and demands the exit code that goes with it.
func (s *gradeTerminal) interrupt(t *testing.T) {
	t.Helper()
	if err := s.Type("\x03"); err != nil {
		t.Fatal(err)
	}
	code, err := s.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if code != cli.ExitInterrupted {
		t.Errorf("exit code %d, want %d; the output:\n%s", code, cli.ExitInterrupted, s.Output())
	}
}

// nothingLeft demands that no run is on the books: a run's lock goes only when
// the engine has nothing of it any more.
func (s *gradeTerminal) nothingLeft(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(s.data, "runs", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("runs that were not tidied up: %v", left)
	}
}

func TestCtrlCDuringABuildTidiesUp(t *testing.T) {
	s := startCheck(t, slowDockerfile)
	s.await(t, 0, "RUN")
	s.interrupt(t)
}

func TestWatchGradesAgainAtASaveAndCancelsWhatRuns(t *testing.T) {
	s := startCheck(t, goodDockerfile, "--watch")
	s.await(t, 0, "PASSED")
	s.await(t, 0, "watching")

	from := s.Len()
	s.write(t, slowDockerfile)
	s.await(t, from, "RUN")
	from = s.Len()
	s.write(t, goodDockerfile)
	s.await(t, from, "PASSED")
	s.interrupt(t)
}
