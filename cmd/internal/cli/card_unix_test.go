//go:build unix

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/exercises"
)

// A card is printed whatever the Dockerfile is, also behind the verdict that it
// is none.
func TestCardReadsNoOddDockerfile(t *testing.T) {
	pipe, large := t.TempDir(), t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(pipe, "Dockerfile"), 0o600))
	must(t, os.WriteFile(filepath.Join(large, "Dockerfile"), bytes.Repeat([]byte("\n"), sourceLimit+1), 0o600))
	for _, dir := range []string{pipe, large} {
		done := make(chan []string, 1)
		go func() { done <- readLines(dir, "Dockerfile") }()
		select {
		case lines := <-done:
			if len(lines) > 0 {
				t.Errorf("%d lines were read", len(lines))
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the reading waits for a writer")
		}
	}
	var out bytes.Buffer
	a := &app{io: &IO{Out: &out, Width: 60}}
	a.printCard(workspace{dir: pipe, exercise: &exercises.Exercise{Slug: "ropes", Title: "Ropes"}},
		&checker.Report{Checks: []checker.Result{{Status: checker.StatusFail, DockerfileLine: 1}}})
	if !bytes.Contains(out.Bytes(), []byte("Dockerfile:1\n")) {
		t.Errorf("the card is\n%s", out.Bytes())
	}
}
