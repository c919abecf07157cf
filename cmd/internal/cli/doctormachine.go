package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"shipshape/checker"
	"shipshape/checker/engine"
)

const (
	// Below tightDisk bytes an exercise's images may not fit beside the base
	// images, which take about 1.5 GB; below fullDisk no build does.
	tightDisk = 4_000_000_000
	fullDisk  = 500_000_000
	// trialTime is how long a build may take that takes a moment.
	trialTime = 20 * time.Second
	// psTime is how long a list of processes may take.
	psTime = 5 * time.Second
)

// examineEngine looks at an engine that answers and at its machine, which it
// returns; of one that stopped answering nothing is known.
func examineEngine(ctx context.Context, client *engine.Client, tell func(finding)) engine.Machine {
	info, err := client.Info(ctx)
	if err != nil {
		tell(faulty("engine", "engine", err))
		return engine.Machine{}
	}
	machine, err := client.Machine(ctx)
	if err != nil {
		tell(faulty("engine", "engine", err))
		return engine.Machine{}
	}
	detail := fmt.Sprintf("Docker %s at %s (from %s), %s image store", info.Version, info.Host, machine.Source, info.Store)
	if machine.Rootless {
		detail += ", rootless"
	}
	tell(finding{ID: "engine", Title: "engine", Status: well, Detail: detail})
	tell(finding{ID: "api", Title: "API", Status: well, Detail: info.API})
	tell(examineBuilder(ctx, info.Builder, func(ctx context.Context) error { return buildTrial(ctx, client) }))
	tell(examineLimits(machine))
	tell(examineProcesses(ctx, machine))
	return machine
}

// examineBuilder lets an engine build something: its builder can have stopped for
// good while all the rest of it answers.
func examineBuilder(ctx context.Context, name string, trial func(context.Context) error) finding {
	began := time.Now()
	err := trial(ctx)
	switch {
	case err == nil:
		return finding{
			ID: "buildkit", Title: "BuildKit", Status: well,
			Detail: fmt.Sprintf("%s built a trial image in %.1f s", name, time.Since(began).Seconds()),
		}
	case errors.Is(err, context.DeadlineExceeded):
		return finding{
			ID: "buildkit", Title: "BuildKit", Status: ill,
			Detail: fmt.Sprintf("the engine answers, and its builder did not make an image of one small file in %.0f s", trialTime.Seconds()),
			Remedy: "Try again when the machine has less to do. If that changes nothing, restart Docker: its builder may have stopped for good.",
		}
	}
	return faulty("buildkit", "BuildKit", err)
}

// buildTrial builds an image that needs no other, and that no cache has. Nothing
// of it is left on the engine when it returns.
func buildTrial(ctx context.Context, client *engine.Client) error {
	dir, err := os.MkdirTemp("", "shipshape-trial-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for name, content := range map[string]string{"Dockerfile": "FROM scratch\nCOPY trial /\n", "trial": rand.Text()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	run, err := client.NewRun(ctx)
	if err != nil {
		return err
	}
	_, err = run.Build(ctx, checker.BuildRequest{Dir: dir, Limit: trialTime})
	return errors.Join(err, run.Close())
}

// examineLimits looks at whether a graded container can be kept from taking all
// that the machine has.
func examineLimits(machine engine.Machine) finding {
	f := finding{ID: "limits", Title: "limits", Status: well, Detail: "memory, CPUs and processes of a graded container are limited"}
	if len(machine.Unlimited) == 0 {
		return f
	}
	f.Status = poorly
	f.Detail = "the engine can't limit " + inWords(machine.Unlimited) + ": a submission may take all there is"
	f.Remedy = "`docker info` warns of what the kernel lacks, such as cgroup_enable=memory on its command line."
	if machine.Rootless {
		f.Remedy = "A rootless engine needs cgroup v2 (systemd.unified_cgroup_hierarchy=1 on the kernel's command line) with these controllers delegated to its user."
	}
	return f
}

// examineProcesses looks for the ps with which the engine lists processes, where
// the engine's machine is this one.
func examineProcesses(ctx context.Context, machine engine.Machine) finding {
	f := finding{ID: "processes", Title: "processes", Status: well, Detail: "ps is there, with which the engine lists a container's processes"}
	if !machine.Local {
		f.Detail = "listed by the ps of the engine's machine"
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, psTime)
	defer cancel()
	if err := exec.CommandContext(ctx, "ps", "-eo", "pid,ruid,suid,args").Run(); err != nil {
		f.Status = poorly
		f.Detail = fmt.Sprintf("the ps of procps is missing, with which the engine lists a container's processes (%v)", err)
		f.Remedy = "Install procps (Debian and Ubuntu: sudo apt-get install procps); without it, who a service runs as could not be graded."
	}
	return f
}

// examineDisk looks at the disk that the engine keeps its images on, where its
// machine is this one, or else at the one with the record: that of Docker
// Desktop's virtual machine is a file on it.
func examineDisk(machine engine.Machine, dataDir string) finding {
	f := finding{ID: "disk", Title: "disk", Status: well}
	place := existing(dataDir)
	if machine.Local && machine.RootDir != "" {
		place = machine.RootDir
	}
	free, err := freeBytes(place)
	if err != nil {
		f.Status, f.Detail = poorly, fmt.Sprintf("how much room %s has is unknown: %v", place, err)
		return f
	}
	f.Detail = fmt.Sprintf("%s free at %s", size(free), place)
	switch {
	case free < fullDisk:
		f.Status = ill
	case free < tightDisk:
		f.Status = poorly
	}
	if f.Status != well {
		f.Remedy = "Make room: `docker builder prune` removes the build cache, `shipshape clean` what shipshape made."
	}
	if machine.Name != "" && !machine.Local {
		f.Detail += "; the engine's images are on " + machine.Name + ", where `docker system df` counts them"
	}
	return f
}

// existing is the folder, or the nearest one above it that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}
