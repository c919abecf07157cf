package checker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fingerprint is that of a submission that must have one.
func fingerprint(t *testing.T, s Submission) string {
	t.Helper()
	got, err := s.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFingerprintFollowsFromWhatTheVerdictDoes(t *testing.T) {
	write := func(name, content string) func(*testing.T, *Submission) {
		return func(t *testing.T, s *Submission) {
			if err := os.WriteFile(filepath.Join(s.Dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, change := range map[string]func(*testing.T, *Submission){
		"a file's content": write("Dockerfile", "FROM scratch\n"),
		"a further file":   write("more", ""),
		"a file's mode": func(t *testing.T, s *Submission) {
			if err := os.Chmod(filepath.Join(s.Dir, "Dockerfile"), 0o700); err != nil { //nolint:gosec // what is tested
				t.Fatal(err)
			}
		},
		"a file's name": func(t *testing.T, s *Submission) {
			if err := os.Rename(filepath.Join(s.Dir, "Dockerfile"), filepath.Join(s.Dir, "dockerfile")); err != nil {
				t.Fatal(err)
			}
		},
		"where a link leads": func(t *testing.T, s *Submission) {
			if err := os.Symlink("Dockerfile", filepath.Join(s.Dir, "link")); err != nil {
				t.Fatal(err)
			}
		},
		"the assignment":    func(_ *testing.T, s *Submission) { s.Assignment.Service.Port++ },
		"a starter":         func(t *testing.T, s *Submission) { s.StarterDir = t.TempDir() },
		"the exercise":      func(_ *testing.T, s *Submission) { s.Exercise = "other" },
		"an empty folder":   func(t *testing.T, s *Submission) { mkdir(t, s.Dir, "empty") },
		"a build argument":  func(_ *testing.T, s *Submission) { s.BuildArgs = map[string]string{"CHANNEL": "beta"} },
		"a build secret":    func(_ *testing.T, s *Submission) { s.BuildSecrets = map[string][]byte{"token": []byte("t")} },
		"a check's setting": func(_ *testing.T, s *Submission) { s.Assignment.Checks[0].Serves.Path = "/else" },
	} {
		t.Run(name, func(t *testing.T) {
			s := submission(t, Spec{ID: "it", Serves: &Serves{}})
			before := fingerprint(t, s)
			if again := fingerprint(t, s); again != before {
				t.Fatalf("two fingerprints of one submission: %s and %s", before, again)
			}
			change(t, &s)
			if after := fingerprint(t, s); after == before {
				t.Error("it changed, and the fingerprint did not")
			}
		})
	}
}

func mkdir(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestFingerprintReadsNothingOutside(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := submission(t)
	if err := os.Symlink(outside, filepath.Join(s.Dir, "link")); err != nil {
		t.Fatal(err)
	}
	before := fingerprint(t, s)
	if err := os.WriteFile(outside, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if fingerprint(t, s) != before {
		t.Error("a file outside of the project was read through a link")
	}
}

func TestBaseImagesAreThoseOfAllFilesThatNameOne(t *testing.T) {
	s := submission(t)
	s.Assignment.Bases = []string{"alpine:3.22"}
	mkdir(t, s.Dir, "worker")
	writeAll(t, s.Dir, map[string]string{
		"worker/Containerfile": "FROM golang:1.26 AS build\nFROM scratch\nCOPY --from=build /a /\n",
		"compose.yaml": `
services:
  api: {build: .}
  worker: {build: {context: worker, dockerfile: Containerfile}}
  inline: {build: {context: ., dockerfile_inline: "FROM busybox:1\nRUN true\n"}}
  db: {image: "postgres:17"}
`,
	})
	if got, want := strings.Join(s.BaseImages(t.Context()), " "), "alpine:3.22 node:24-slim"; got != want {
		t.Errorf("without Compose: %s, want %s", got, want)
	}
	s.Assignment.Compose = &Compose{Service: "api"}
	if got, want := strings.Join(s.BaseImages(t.Context()), " "), "alpine:3.22 busybox:1 golang:1.26 node:24-slim postgres:17"; got != want {
		t.Errorf("with Compose: %s, want %s", got, want)
	}
	writeAll(t, s.Dir, map[string]string{"compose.yaml": "services: ["})
	if got, want := strings.Join(s.BaseImages(t.Context()), " "), "alpine:3.22 node:24-slim"; got != want {
		t.Errorf("with a broken file: %s, want %s", got, want)
	}
}
