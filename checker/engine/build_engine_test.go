package engine_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

func TestBuild(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile":    "# syntax=docker/dockerfile:1\nFROM scratch\nCOPY service /service\nRUN [\"/service\", \"-exit\", \"0\", \"-say\", \"" + run.ID() + "\"]\nCOPY . /app/\nENTRYPOINT [\"/service\"]\n",
		".dockerignore": "*.log\n",
		"main.js":       "old",
		"a.log":         "ignored",
	})
	var told []checker.Step
	build := func(content string) *checker.Build {
		t.Helper()
		b, err := run.Build(t.Context(), checker.BuildRequest{
			Dir: dir, OnStep: func(s checker.Step) { told = append(told, s) },
			Overlay: map[string][]byte{"main.js": []byte(content), "b.log": []byte("ignored")},
		})
		if err != nil {
			t.Fatalf("build: %v", err)
		}
		return b
	}
	first := build("one " + run.ID())
	ran := stepNamed(t, first.Steps, "RUN")
	if !ran.Done || ran.Line != 4 || !strings.Contains(ran.Log, "service: ␛[31mready␛[0m") {
		t.Errorf("the RUN is %+v, want it done, on line 4, with its output made inert", ran)
	}
	if first.ContextBytes == 0 || first.Duration <= 0 || len(told) == 0 || len(first.Notices) != 1 {
		t.Errorf("sent %d bytes, took %s, told of %d steps, notices %q", first.ContextBytes, first.Duration, len(told), first.Notices)
	}
	second := build("two " + run.ID())
	if s := stepNamed(t, second.Steps, "RUN"); !s.Cached {
		t.Errorf("after an edit below it, the RUN did not come from cache: %+v", s)
	}
	if s := stepNamed(t, second.Steps, "COPY . /app/"); s.Cached {
		t.Errorf("after an edit, its COPY came from cache: %+v", s)
	}
	got := files(t, run, second.ImageID)
	if got["app/main.js"] != "two "+run.ID() || got["app/a.log"] != "" || got["app/b.log"] != "" {
		t.Errorf("the image holds main.js %q, a.log %q, b.log %q", got["app/main.js"], got["app/a.log"], got["app/b.log"])
	}
	image, err := run.Image(t.Context(), second.ImageID)
	if err != nil {
		t.Fatal(err)
	}
	if image.Labels[engine.RunLabel] != run.ID() || image.Entrypoint[0] != "/service" || len(image.RootFS) != 3 || image.SizeBytes == 0 {
		t.Errorf("image = %+v", image)
	}
	if n := len(image.History); n == 0 || !strings.Contains(image.History[n-1].Instruction, "ENTRYPOINT") {
		t.Errorf("history = %+v, want it to end with the ENTRYPOINT", image.History)
	}
}

func stepNamed(t *testing.T, steps []checker.Step, part string) checker.Step {
	t.Helper()
	for _, s := range steps {
		if strings.Contains(s.Name, part) {
			return s
		}
	}
	t.Fatalf("no step is named %q: %+v", part, steps)
	return checker.Step{}
}

func TestBuildErrors(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	dir := enginetest.Project(t, nil)
	info, err := client.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const environment = "environment"
	tests := map[string]struct {
		dockerfile, says string
		line             int
		step             string
		// old is true where 20.10 lacks something that others have.
		old bool
	}{
		"unknown instruction":  {dockerfile: "FROM scratch\nFETCH x\n", line: 2, says: "unknown instruction"},
		"no FROM":              {dockerfile: "COPY a b\n", line: 1, says: "no build stage"},
		"empty":                {dockerfile: "", line: 1, says: "cannot be empty"},
		"no such flag":         {dockerfile: "FROM scratch\n\nCOPY --fast a b\n", line: 3, says: "flag"},
		"missing file":         {dockerfile: "FROM scratch\nCOPY missing /\n", line: 2, step: "COPY missing", says: `"/missing"`},
		"failing command":      {dockerfile: "FROM scratch\nCOPY service /\nRUN [\"/service\", \"-exit\", \"7\"]\n", line: 3, step: "RUN", says: "exit code: 7"},
		"no shell":             {dockerfile: "FROM scratch\nRUN true\n", line: 2, step: "RUN true", says: "exit code"},
		"no such base":         {dockerfile: "FROM shipshape.test/none:1\n", step: environment, says: "shipshape.test/none:1"},
		"no such source image": {dockerfile: "FROM scratch\nCOPY --from=shipshape.test/none:1 / /\n", step: environment, says: "shipshape.test/none:1"},
		"heredoc":              {dockerfile: "FROM scratch\nCOPY <<EOF /x\nhello\nEOF\n", step: environment, says: "does not know yet", old: true},
		"COPY --link":          {dockerfile: "FROM scratch\nCOPY --link service /\n", step: environment, says: "does not know yet", old: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir, Overlay: map[string][]byte{"Dockerfile": []byte(tt.dockerfile)}})
			if tt.old && info.API != "1.41" {
				if err != nil {
					t.Errorf("build on Docker %s: %v", info.Version, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("error %v, want one that says %q", err, tt.says)
			}
			if b == nil || b.ImageID != "" {
				t.Errorf("build = %+v, want one without an image", b)
			}
			var broken *checker.BuildError
			var surroundings *checker.EnvironmentError
			switch {
			case tt.step == environment:
				if !errors.As(err, &surroundings) || surroundings.Remedy == "" {
					t.Errorf("%T %v, want an EnvironmentError with a remedy", err, err)
				}
			case !errors.As(err, &broken) || broken.Line != tt.line || !strings.Contains(broken.Step.Name, tt.step):
				t.Errorf("%T %+v, want a BuildError on line %d in the step %q", err, err, tt.line, tt.step)
			}
		})
	}
}

// An image that is on the engine is built on with no registry in reach, and
// what is built on it is the run's.
func TestBuildOnLocalImage(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	base := "shipshape.test/base:" + run.ID()
	stand(t, client, base, map[string]string{engine.RunLabel: "standin"})

	dir := enginetest.Project(t, map[string]string{"Dockerfile": "FROM " + base + "\nCOPY service /again\n"})
	b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir})
	if err != nil {
		t.Fatalf("build on %s: %v", base, err)
	}
	image, err := run.Image(t.Context(), b.ImageID)
	if err != nil || image.Labels[engine.RunLabel] != run.ID() {
		t.Errorf("the image's labels are %v, %v; want the run's own", image, err)
	}
	if err := run.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.InspectImage(t.Context(), base); err != nil {
		t.Errorf("the sweep took the base: %v", err)
	}
}

func TestBuildCancelled(t *testing.T) {
	client := enginetest.Open(t)
	run := enginetest.Run(t, client)
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /\nCOPY nonce /\nRUN [\"/service\", \"-deaf\"]\n", "nonce": run.ID(),
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b, err := run.Build(ctx, checker.BuildRequest{Dir: dir, OnStep: func(s checker.Step) {
		if strings.Contains(s.Name, "RUN") && s.Log != "" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("build: %v, want the cancellation", err)
	}
	if b == nil || b.ImageID != "" || stepNamed(t, b.Steps, "COPY nonce").Name == "" {
		t.Errorf("build = %+v, want the steps until then", b)
	}
}

func TestBuildPastItsTime(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /\nCOPY nonce /\nRUN [\"/service\"]\n", "nonce": run.ID(),
	})
	b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir, Limit: 2 * time.Second})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("build: %v, want the deadline", err)
	}
	if s := stepNamed(t, b.Steps, "RUN"); !s.Started || s.Err != "" && !strings.Contains(s.Err, "exit code: 137") {
		t.Errorf("the command that ran: %+v", s)
	}
}

func TestABuildAloneWaitsForTheOthers(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	endless := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /\nCOPY nonce /\nRUN [\"/service\"]\n", "nonce": run.ID(),
	})
	runs, ended := make(chan struct{}), make(chan time.Time, 1)
	go func() {
		tell := sync.OnceFunc(func() { close(runs) })
		_, _ = run.Build(t.Context(), checker.BuildRequest{Dir: endless, Limit: 3 * time.Second, OnStep: func(s checker.Step) {
			if strings.Contains(s.Name, "RUN") && s.Started {
				tell()
			}
		}})
		ended <- time.Now()
		tell()
	}()
	<-runs
	var began time.Time
	dir := enginetest.Project(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY nonce /\n", "nonce": run.ID()})
	if _, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir, Alone: true, OnStep: func(checker.Step) {
		if began.IsZero() {
			began = time.Now()
		}
	}}); err != nil {
		t.Fatal(err)
	}
	// The one that ends gives its place back a moment before it says so.
	if early := (<-ended).Sub(began); early > time.Second/2 {
		t.Errorf("a build that was to be alone began %s before the other ended", early)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := run.Build(stopped, checker.BuildRequest{Dir: dir, Alone: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("a build that was given up before its turn: %v", err)
	}
}

// A build that prints without end costs no memory.
func TestBuildLoud(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /\nCOPY nonce /\nRUN [\"/service\", \"-log\", \"300000000\", \"-exit\", \"0\"]\n", "nonce": run.ID(),
	})
	b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s := stepNamed(t, b.Steps, "RUN"); len(s.Log) == 0 || len(s.Log) > 64<<10 {
		t.Errorf("the step holds %d bytes of log, want some, and at most 64 KiB", len(s.Log))
	}
	if peak := heap(); peak > 64<<20 {
		t.Errorf("the heap has grown to %d MiB", peak>>20)
	}
}

// heap returns the memory that the heap has ever taken from the system, in
// bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys
}
