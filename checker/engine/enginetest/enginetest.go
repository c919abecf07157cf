// Package enginetest helps tests that need a container engine. They need no
// registry: the images are built on scratch, around a program of our own.
package enginetest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
)

const (
	// EngineVariable names the engine that tests use, as DOCKER_HOST would;
	// without it they use the one that the docker command would.
	EngineVariable = "SHIPSHAPE_TEST_ENGINE"
	// RequireVariable, set to 1, makes a missing engine fail a test instead of
	// skipping it.
	RequireVariable = "SHIPSHAPE_REQUIRE_ENGINE"
)

// Dockerfile is the usual one of a test: the service as an unprivileged user.
const Dockerfile = `FROM scratch
COPY service /service
USER 1234:1234
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["/service", "health"]
ENTRYPOINT ["/service"]
`

// Open connects to the engine for tests, and skips the test when none answers.
func Open(t testing.TB) *engine.Client {
	t.Helper()
	return OpenAt(t, t.TempDir())
}

// OpenAt is Open with a data folder of the caller's choice.
func OpenAt(t testing.TB, dataDir string) *engine.Client {
	t.Helper()
	c, err := engine.Open(context.Background(), engine.Options{Host: os.Getenv(EngineVariable), DataDir: dataDir})
	if err != nil {
		if os.Getenv(RequireVariable) == "1" {
			t.Fatalf("%s=1, and there is no engine: %v", RequireVariable, err)
		}
		t.Skipf("SKIPPED, no engine: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the engine's client: %v", err)
		}
	})
	return c
}

// Run begins a run that ends with the test.
func Run(t testing.TB, c *engine.Client) *engine.Run {
	t.Helper()
	r, err := c.NewRun(t.Context())
	if err != nil {
		t.Fatalf("begin a run: %v", err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("close the run: %v", err)
		}
	})
	return r
}

// Project makes a folder with the compiled service in it, as "service", and the
// given files. Without a Dockerfile among them it has that of [Dockerfile].
func Project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, "service"), "shipshape/checker/engine/enginetest/service")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("compile the service: %v\n%s", err, out)
	}
	write(t, dir, "Dockerfile", Dockerfile)
	for name, content := range files {
		write(t, dir, name, content)
	}
	return dir
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Image builds the usual image in a run and returns its id.
func Image(t testing.TB, r *engine.Run) string {
	t.Helper()
	return Build(t, r, Project(t, nil))
}

// Build builds a project that must build.
func Build(t testing.TB, r *engine.Run, dir string) string {
	t.Helper()
	b, err := r.Build(t.Context(), checker.BuildRequest{Dir: dir})
	if err != nil {
		t.Fatalf("build %s: %v", dir, err)
	}
	return b.ImageID
}
