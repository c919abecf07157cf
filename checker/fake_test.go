package checker

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// fakeEngine shows what a real engine cannot be made to: faults at a chosen
// call. What it is not told, it answers as an engine with a well-made image.
type fakeEngine struct {
	Engine
	// buildErr and startErr fail the call.
	buildErr, startErr error
	// endless makes a build end only when it is cancelled.
	endless bool
	// steps are those of each build, in order; the last serves all later ones.
	steps [][]Step
	image Image
	// container answers for all that are started.
	container *fakeContainer
	builds    []BuildRequest
}

func (f *fakeEngine) Info(context.Context) (EngineInfo, error) {
	return EngineInfo{Version: "1", API: "1.41", Builder: "buildkit"}, nil
}

func (f *fakeEngine) Build(ctx context.Context, req BuildRequest) (*Build, error) {
	f.builds = append(f.builds, req)
	b := &Build{ImageID: "sha256:built"}
	if len(f.steps) > 0 {
		b.Steps = append(b.Steps, f.steps[min(len(f.builds), len(f.steps))-1]...)
	}
	if f.container != nil && f.container.echo {
		f.container.body = string(req.Overlay["nonce.txt"])
	}
	if f.endless {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, req.Limit)
		defer cancel()
		<-ctx.Done()
	}
	return b, errors.Join(f.buildErr, ctx.Err())
}

func (f *fakeEngine) Image(_ context.Context, ref string) (*Image, error) {
	if ref == "missing:latest" {
		return nil, ErrNoImage
	}
	image := f.image
	return &image, nil
}

func (f *fakeEngine) Walk(context.Context, string, func(*tar.Header, io.Reader) error) error {
	return nil
}

func (f *fakeEngine) CopyFile(context.Context, string, string, io.Writer, int64) error {
	return fs.ErrNotExist
}

func (f *fakeEngine) Start(context.Context, RunRequest) (Container, error) {
	if f.startErr != nil {
		return nil, f.startErr
	}
	return f.container, nil
}

// fakeContainer is a container whose every answer is set.
type fakeContainer struct {
	Container
	state State
	// echo makes the body that of the nonce file last built.
	echo      bool
	status    int
	body      string
	doErr     error
	processes []Process
	passwd    string
	// afterStop is the health once SIGSTOP was sent.
	afterStop string
	// deaf makes SIGSTOP to PID 1 silence nothing.
	deaf    bool
	stopped bool
}

func (c *fakeContainer) ID() string { return "container" }

func (c *fakeContainer) State(context.Context) (State, error) { return c.state, nil }

func (c *fakeContainer) Do(context.Context, string, string, time.Duration) (Response, error) {
	if c.stopped && !c.deaf {
		return Response{}, errors.New("timed out")
	}
	return Response{Status: c.status, Body: c.body}, c.doErr
}

func (c *fakeContainer) Processes(context.Context) ([]Process, error) { return c.processes, nil }

func (c *fakeContainer) ReadFile(context.Context, string, int64) ([]byte, error) {
	if c.passwd == "" {
		return nil, fs.ErrNotExist
	}
	return []byte(c.passwd), nil
}

func (c *fakeContainer) Exec(context.Context, string, ...string) (ExecResult, error) {
	return ExecResult{NotFound: true}, nil
}

func (c *fakeContainer) Logs(context.Context, int) (string, error) { return "a last word", nil }

func (c *fakeContainer) Signal(context.Context, string) error {
	c.stopped = true
	c.state.Health = c.afterStop
	return nil
}

func (c *fakeContainer) Remove(context.Context) error { return nil }

func (c *fakeContainer) Wait(context.Context) (State, error) { return c.state, nil }

// submission is a project with a Dockerfile that parses.
func submission(t *testing.T, checks ...Spec) Submission {
	t.Helper()
	dir := t.TempDir()
	dockerfile := "FROM node:24-slim\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
		t.Fatal(err)
	}
	return Submission{Exercise: "e", Lesson: "l", Dir: dir, Assignment: Assignment{
		Service: Service{Port: 8080, Ready: 50 * time.Millisecond},
		Nonce:   Edit{File: "nonce.txt", Template: "{{value}}"},
		Checks:  checks,
	}}
}

// gradeOne grades a submission with one check and returns its result. Time is
// the test's own, so that waiting for a silent service costs none.
func gradeOne(t *testing.T, eng Engine, check Spec) (got Result) {
	t.Helper()
	check.ID, check.Title = "it", "it"
	sub := submission(t, check)
	synctest.Test(t, func(t *testing.T) {
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got = report.Checks[0]
	})
	return got
}

// errSilent is what asking a service that does not answer returns.
var errSilent = errors.New("connection refused")
