package claim

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"shipshape/checker"
)

// fake is an engine whose builds and containers do what a test says.
type fake struct {
	checker.Engine
	// build answers the nth build, from 1; nil is one that is well.
	build func(n int, req checker.BuildRequest) (*checker.Build, error)
	// image is the one that was built, and base any other.
	image, base checker.Image
	imageErr    error
	container   *actor
	startErr    error

	builds []checker.BuildRequest
	// contexts are the files of each build.
	contexts []map[string]string
	runs     []checker.RunRequest
}

func (f *fake) Build(_ context.Context, req checker.BuildRequest) (*checker.Build, error) {
	f.builds = append(f.builds, req)
	f.contexts = append(f.contexts, filesIn(req.Dir))
	if f.build == nil {
		return &checker.Build{ImageID: "built"}, nil
	}
	return f.build(len(f.builds), req)
}

func filesIn(dir string) map[string]string {
	files := map[string]string{}
	_ = filepath.WalkDir(dir, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(file)
		name, _ := filepath.Rel(dir, file)
		files[filepath.ToSlash(name)] = string(content)
		return err
	})
	return files
}

func (f *fake) Image(_ context.Context, ref string) (*checker.Image, error) {
	image := f.base
	if ref == "built" {
		image = f.image
	}
	return &image, f.imageErr
}

func (f *fake) Start(_ context.Context, req checker.RunRequest) (checker.Container, error) {
	f.runs = append(f.runs, req)
	if f.startErr != nil {
		return nil, f.startErr
	}
	return f.container, nil
}

// actor is a container that does what a test says.
type actor struct {
	checker.Container
	// now tells its state so long after the first look; nil is one that runs.
	now func(time.Duration) checker.State
	log string
	// do and exec answer so long after the first look.
	do   func(time.Duration) (checker.Response, error)
	exec func(time.Duration) (checker.ExecResult, error)
	// stopped is its state after a stop.
	stopped checker.State

	began   time.Time
	removed bool
}

func (a *actor) age() time.Duration {
	if a.began.IsZero() {
		a.began = time.Now()
	}
	return time.Since(a.began)
}

func (a *actor) State(context.Context) (checker.State, error) {
	if a.now == nil {
		return checker.State{Running: true}, nil
	}
	return a.now(a.age()), nil
}

func (a *actor) Logs(context.Context, int) (string, error) { return a.log, nil }

func (a *actor) Do(context.Context, string, string, time.Duration) (checker.Response, error) {
	return a.do(a.age())
}

func (a *actor) Exec(context.Context, string, ...string) (checker.ExecResult, error) {
	return a.exec(a.age())
}

func (a *actor) Stop(context.Context, time.Duration) (checker.State, time.Duration, error) {
	return a.stopped, time.Second, nil
}

func (a *actor) Remove(context.Context) error {
	a.removed = true
	return nil
}

// endsWith is a container that has ended.
func endsWith(code int, log string) *actor {
	return &actor{now: func(time.Duration) checker.State { return checker.State{ExitCode: code} }, log: log}
}

// small is a claim with a context of two files.
func small(c Claim) Claim {
	files := map[string]string{"Dockerfile": "FROM base\nCOPY a/b.txt .\nRUN make\n", "a/b.txt": "b"}
	maps.Copy(files, c.Files)
	c.Files = files
	return c
}

// prove proves a claim on time of the test's own.
func prove(t *testing.T, eng *fake, c Claim) (misses []Miss, err error) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { misses, err = Prove(t.Context(), eng, small(c), dir) })
	if left, readErr := os.ReadDir(dir); readErr != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, readErr)
	}
	return misses, err
}

// step is a step of a build.
func step(line int, name string, cached bool) checker.Step {
	return checker.Step{Line: line, Name: cmp.Or(name, "[1/1] RUN make"), Cached: cached}
}
