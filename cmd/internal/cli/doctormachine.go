package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"shipshape/checker/engine"
)

const (
	// Below tightDisk bytes an exercise's images may not fit beside the base
	// images, which take about 1.5 GB; below fullDisk no build does.
	tightDisk = 4_000_000_000
	fullDisk  = 500_000_000
	// psTime is how long a list of processes may take.
	psTime = 5 * time.Second
)

// examineEngine looks at an engine that answers and at its machine.
func examineEngine(ctx context.Context, client *engine.Client) ([]finding, engine.Machine) {
	info, err := client.Info(ctx)
	if err != nil {
		return []finding{faulty("engine", "engine", err)}, engine.Machine{}
	}
	machine, err := client.Machine(ctx)
	if err != nil {
		return []finding{faulty("engine", "engine", err)}, engine.Machine{}
	}
	detail := fmt.Sprintf("Docker %s at %s (from %s), %s image store", info.Version, info.Host, machine.Source, info.Store)
	if machine.Rootless {
		detail += ", rootless"
	}
	return []finding{
		{ID: "engine", Title: "engine", Status: well, Detail: detail},
		{ID: "api", Title: "API", Status: well, Detail: info.API},
		{ID: "buildkit", Title: "BuildKit", Status: well, Detail: "builds with " + info.Builder},
		examineLimits(machine),
		examineProcesses(ctx, machine),
	}, machine
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
