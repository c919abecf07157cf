package engine

import (
	"context"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/system"
	"github.com/moby/moby/client"
)

// Machine is what an engine tells of the machine that it runs on.
type Machine struct {
	// Name is the machine's host name.
	Name string
	// Source tells where the engine's address was read, such as "DOCKER_HOST".
	Source string
	// Platform of the images that it runs, such as "linux/amd64".
	Platform string
	// RootDir is the folder on it where the engine keeps its data.
	RootDir string
	// Local tells that it is this machine, so that RootDir and programs can be
	// looked for here. Docker Desktop's virtual machine is not.
	Local bool
	// Rootless tells that the engine runs without root's rights.
	Rootless bool
	// Unlimited are the resources that the engine can't limit, as in "memory".
	Unlimited []string
}

// Machine describes the engine's machine.
func (c *Client) Machine(ctx context.Context) (Machine, error) {
	got, err := c.api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return Machine{}, c.fault(ctx, "describe itself", err)
	}
	here, _ := os.Hostname() // unknown, nothing is local
	m := readMachine(got.Info)
	m.Source = c.source
	m.Local = runtime.GOOS == "linux" && strings.HasPrefix(c.host, "unix:") && m.Name != "" && m.Name == here
	return m, nil
}

func readMachine(info system.Info) Machine {
	m := Machine{
		Name: info.Name, RootDir: info.DockerRootDir, Platform: platform(info.OSType, info.Architecture),
		Rootless: slices.ContainsFunc(info.SecurityOptions, func(o string) bool { return strings.Contains(o, "name=rootless") }),
	}
	for _, r := range []struct {
		name    string
		limited bool
	}{
		{"memory", info.MemoryLimit}, {"CPUs", info.CPUCfsQuota}, {"processes", info.PidsLimit},
	} {
		if !r.limited {
			m.Unlimited = append(m.Unlimited, r.name)
		}
	}
	return m
}

// platform writes a platform as images name it: the engine calls its own
// architecture as the kernel does.
func platform(os, kernel string) string {
	arch := kernel
	switch kernel {
	case "x86_64":
		arch = "amd64"
	case "aarch64":
		arch = "arm64"
	case "armv7l":
		arch = "arm"
	case "i386", "i686":
		arch = "386"
	}
	return os + "/" + arch
}
