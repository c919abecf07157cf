package cli

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
)

func TestExamineLimits(t *testing.T) {
	all := []string{"memory", "CPUs", "processes"}
	tests := map[string]struct {
		machine engine.Machine
		status  health
		remedy  string
	}{
		"all limited":           {engine.Machine{}, well, ""},
		"no memory limit":       {engine.Machine{Unlimited: all[:1]}, poorly, "cgroup_enable=memory"},
		"rootless on cgroup v1": {engine.Machine{Unlimited: all, Rootless: true}, poorly, "cgroup v2"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := examineLimits(tt.machine)
			if f.Status != tt.status || !strings.Contains(f.Remedy, tt.remedy) || (f.Status != well) != (f.Remedy != "") {
				t.Errorf("%+v, want %s and a remedy with %q", f, tt.status, tt.remedy)
			}
		})
	}
}

// A builder that answers nothing is told from one that says what is wrong.
func TestExamineBuilder(t *testing.T) {
	tests := map[string]struct {
		err            error
		status         health
		detail, remedy string
	}{
		"builds":  {nil, well, "buildkit built a trial image in 0.0 s", ""},
		"silent":  {fmt.Errorf("told to stop: %w", context.DeadlineExceeded), ill, "did not make an image of one small file in 20 s", "restart Docker"},
		"no room": {&checker.EnvironmentError{Problem: "the disk is full", Remedy: "Make room."}, ill, "the disk is full", "Make room."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := examineBuilder(t.Context(), "buildkit", func(context.Context) error { return tt.err })
			if f.Status != tt.status || !strings.Contains(f.Detail, tt.detail) || !strings.Contains(f.Remedy, tt.remedy) || (f.Status != well) != (f.Remedy != "") {
				t.Errorf("%+v, want %s, %q and a remedy with %q", f, tt.status, tt.detail, tt.remedy)
			}
		})
	}
}

// The disk that counts is the engine's, where that is this machine's.
func TestExamineDiskOfTheEngine(t *testing.T) {
	here, data := t.TempDir(), t.TempDir()
	tests := map[string]struct {
		machine engine.Machine
		want    []string
	}{
		"local":      {engine.Machine{Name: "here", Local: true, RootDir: here}, []string{here}},
		"elsewhere":  {engine.Machine{Name: "builder", RootDir: here}, []string{data, "on builder"}},
		"no engine":  {engine.Machine{}, []string{data}},
		"not a disk": {engine.Machine{Name: "here", Local: true, RootDir: here + "/gone"}, []string{"unknown"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := examineDisk(tt.machine, data)
			for _, want := range tt.want {
				if !strings.Contains(f.Detail, want) {
					t.Errorf("it says %q, want %q in it", f.Detail, want)
				}
			}
		})
	}
}

func TestExamineProcessesWithoutPs(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	f := examineProcesses(t.Context(), engine.Machine{Local: true})
	if f.Status != poorly || !strings.Contains(f.Remedy, "procps") {
		t.Errorf("%+v, want a remedy that names procps", f)
	}
	if f := examineProcesses(t.Context(), engine.Machine{}); f.Status != well {
		t.Errorf("of another machine: %+v", f)
	}
}
