package exercises_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiffShowsWhatTheLearnerChanged(t *testing.T) {
	e, dir := started(t)
	if diff, err := e.Diff(dir); err != nil || diff != "" {
		t.Fatalf("nothing was changed: %q %v", diff, err)
	}
	write(t, dir, "Dockerfile", "FROM node:24-slim\nUSER node\nCOPY . .\n")
	write(t, dir, "new.txt", "new\n")
	write(t, dir, "core", "\x00\x01")
	write(t, dir, "huge", strings.Repeat("x", 300<<10))
	write(t, dir, "node_modules/a/index.js", "theirs")
	if err := os.Remove(filepath.Join(dir, "release.js")); err != nil {
		t.Fatal(err)
	}
	diff, err := e.Diff(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--- starter/Dockerfile\n+++ yours/Dockerfile\n", "+USER node\n",
		"--- /dev/null\n+++ yours/new.txt\n", "+++ /dev/null\n", "core: binary files differ\n", "huge: larger than 256 KiB",
	} {
		if !strings.Contains(diff, want) {
			t.Errorf("no %q in:\n%s", want, diff)
		}
	}
	for _, not := range []string{"node_modules", "workspace.yaml", "package.json"} {
		if strings.Contains(diff, not) {
			t.Errorf("%s is in:\n%s", not, diff)
		}
	}
}
