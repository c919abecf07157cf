package engine

import (
	"slices"
	"testing"

	"github.com/moby/moby/api/types/system"
)

func TestReadMachine(t *testing.T) {
	full := system.Info{
		Name: "harbour", DockerRootDir: "/var/lib/docker", OSType: "linux", Architecture: "x86_64",
		MemoryLimit: true, CPUCfsQuota: true, PidsLimit: true, SecurityOptions: []string{"name=seccomp,profile=builtin"},
	}
	m := readMachine(full)
	if m.Name != "harbour" || m.RootDir != "/var/lib/docker" || m.Platform != "linux/amd64" || m.Rootless || len(m.Unlimited) > 0 {
		t.Errorf("readMachine = %+v", m)
	}
	m = readMachine(system.Info{SecurityOptions: []string{"name=rootless"}, OSType: "linux", Architecture: "aarch64"})
	if !m.Rootless || !slices.Equal(m.Unlimited, []string{"memory", "CPUs", "processes"}) || m.Platform != "linux/arm64" {
		t.Errorf("of a rootless engine: %+v", m)
	}
}
