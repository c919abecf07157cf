package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

func TestContainerChanges(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	image := enginetest.Build(t, run, enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nCOPY a b c /app/\nVOLUME /made/by/image\nENTRYPOINT [\"/service\"]\n", "a": "a", "b": "b", "c": "c",
	}))
	volume, err := run.CreateVolume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := runs(t, run, checker.RunRequest{
		Image: image, Tmpfs: []string{"/scratch/deep"},
		Volumes: []checker.VolumeMount{{Volume: volume, Path: "/var/lib/data"}},
	})
	untouched, err := c.Changes(t.Context())
	if err != nil || len(untouched) != 0 {
		t.Errorf("before anything is written: %v, %v; want nothing", untouched, err)
	}
	for _, argv := range [][]string{
		{"write", "/app/a", "changed"}, {"remove", "/app/b"}, {"write", "/app/new", "new"},
		{"write", "/scratch/deep/x", "x"}, {"write", "/var/lib/data/x", "x"}, {"write", "/made/by/image/x", "x"}, {"write", "/dev/shm/x", "x"},
	} {
		if code, out := does(t, c, argv...); code != 0 {
			t.Fatalf("%q: %d %s", argv, code, out)
		}
	}
	want := []checker.Change{
		{Path: "/app", Kind: checker.Modified}, {Path: "/app/a", Kind: checker.Modified},
		{Path: "/app/b", Kind: checker.Deleted}, {Path: "/app/new", Kind: checker.Added},
	}
	got, err := c.Changes(t.Context())
	slices.SortFunc(got, func(a, b checker.Change) int { return strings.Compare(a.Path, b.Path) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Changes = %v, %v; want %v", got, err, want)
	}
}

// While files are copied from a container, the engine makes folders in its root.
func TestContainerChangesWhileFilesAreRead(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := runs(t, run, checker.RunRequest{Image: enginetest.Image(t, run)})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var readers errgroup.Group
	for range 2 {
		readers.Go(func() error {
			for ctx.Err() == nil {
				if _, err := c.ReadFile(ctx, "/etc/hostname", 1<<10); err != nil && ctx.Err() == nil {
					return err
				}
			}
			return nil
		})
	}
	for range 60 {
		if got, err := c.Changes(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("the container changed nothing, and Changes = %v, %v", got, err)
			break
		}
	}
	cancel()
	if err := readers.Wait(); err != nil {
		t.Error(err)
	}
}

func TestHealthRuns(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	c := runs(t, run, checker.RunRequest{
		Image: enginetest.Image(t, run),
		Health: &checker.HealthTiming{
			Test: []string{"CMD", "/service", "read", "/etc/none"}, Interval: 100 * time.Millisecond, Timeout: 5 * time.Second, Retries: 2,
		},
	})
	var state checker.State
	eventually(t, "it is unhealthy", func() bool {
		var err error
		state, err = c.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return state.Health == "unhealthy"
	})
	if len(state.HealthRuns) < 2 {
		t.Fatalf("HealthRuns = %+v, want two at least", state.HealthRuns)
	}
	for i, r := range state.HealthRuns {
		if r.ExitCode != 1 || r.Duration <= 0 || r.Started.IsZero() || !strings.Contains(r.Output, "/etc/none") ||
			i > 0 && r.Started.Before(state.HealthRuns[i-1].Started) {
			t.Errorf("run %d of the test is %+v", i, r)
		}
	}
}

func TestImageDetails(t *testing.T) {
	c := enginetest.Open(t)
	run := enginetest.Run(t, c)
	b, err := run.Build(t.Context(), checker.BuildRequest{Dir: enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service a.txt /\nVOLUME /z /a\nHEALTHCHECK --interval=7s --timeout=3s --start-period=2s --retries=4 CMD [\"/service\"]\n",
		"a.txt":      "four", "b.log": "no", ".dockerignore": "*.log\n",
	})})
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]int64{}
	for _, f := range b.Context {
		sent[f.Path] = f.SizeBytes
	}
	if _, ok := sent["b.log"]; ok || sent["a.txt"] != 4 || sent["service"] == 0 || sent["Dockerfile"] == 0 {
		t.Errorf("sent were %v", sent)
	}
	name := "shipshape.test/details:" + run.ID()
	if err := c.TagImage(t.Context(), b.ImageID, name); err != nil {
		t.Fatal(err)
	}
	image, err := run.Image(t.Context(), b.ImageID)
	if err := errors.Join(err, c.UntagImage(t.Context(), name)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(image.Tags, []string{name}) || !slices.Equal(image.Volumes, []string{"/a", "/z"}) || !strings.HasPrefix(image.Platform, "linux/") {
		t.Errorf("tags %q, volumes %q, platform %q", image.Tags, image.Volumes, image.Platform)
	}
	if image.HealthInterval != 7*time.Second || image.HealthTimeout != 3*time.Second || image.HealthStartPeriod != 2*time.Second || image.HealthRetries != 4 {
		t.Errorf("the health test's timings are %+v", image)
	}
}

// A program that the kernel refuses is told from one that ran and failed.
func TestProgramsThatCanNotBeExecuted(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	dir := enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service text elf script windows /\nENTRYPOINT [\"/service\"]\n",
		"text":       "no program", "elf": "\x7fELF and no more", "script": "#!/bin/none\n", "windows": "#!/service\r\n",
	})
	for _, name := range []string{"text", "elf", "script", "windows"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	image := enginetest.Build(t, run, dir)
	for name, want := range map[string]string{
		"text": "exec format error", "elf": "exec format error", "script": "no such file or directory", "windows": "no such file or directory", "service": "",
	} {
		c, err := run.Start(t.Context(), checker.RunRequest{Image: image, Entrypoint: []string{"/" + name}, Cmd: []string{"-exit", "1"}})
		var unfit *checker.StartError
		if errors.As(err, &unfit) && strings.Contains(unfit.Message, want) && want != "" {
			continue // an engine whose runtime knows at once
		}
		if err != nil {
			t.Fatal(err)
		}
		state, err := c.Wait(t.Context())
		if err != nil || !strings.HasSuffix(state.Unexecuted, want) || (state.Unexecuted == "") != (want == "") {
			t.Errorf("%s: %+v, %v; want it told: %q", name, state, err, want)
		}
	}
}
