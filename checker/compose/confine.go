package compose

import (
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// confined looks at what would let a container out of its own namespaces.
func (p *planning) confined(at []string, s types.ServiceConfig) {
	// In one order: of several faults the first one is told.
	for _, option := range []struct{ key, value string }{
		{"network_mode", s.NetworkMode}, {"pid", s.Pid}, {"ipc", s.Ipc}, {"uts", s.Uts}, {"userns_mode", s.UserNSMode}, {"cgroup", s.Cgroup},
	} {
		value := option.value
		switch path := under(at, option.key); {
		case value == "host":
			p.refuse(path, "%s: host is refused: the container would live in the machine's own", strings.Join(path, "."))
		case strings.HasPrefix(value, types.ContainerPrefix):
			p.refuse(path, "%s: %s is refused: it leads to a container outside the project", strings.Join(path, "."), value)
		case value != "" && value != "private" && value != "shareable":
			p.pass(path, "")
		}
	}
	for _, option := range s.SecurityOpt {
		path := under(at, "security_opt")
		switch {
		case option == "no-new-privileges", option == "no-new-privileges:true", option == "no-new-privileges=true":
			// Every container of a grade is run so.
		case strings.Contains(option, "unconfined"), strings.Contains(option, "disable"):
			p.refuse(path, "%s: %s is refused: it takes the container's walls down", strings.Join(path, "."), option)
		default:
			p.pass(path, "")
		}
	}
	if s.Build != nil && s.Build.Network == "host" {
		p.refuse(under(at, "build", "network"), "build.network: host is refused: the build would live in the machine's own")
	} else if s.Build != nil && s.Build.Network != "" {
		p.pass(under(at, "build", "network"), "")
	}
}

// usual are the capabilities that the engine gives a container by itself
// (moby's oci/caps.DefaultCapabilities).
func usual() []string {
	return []string{
		"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
		"NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
	}
}

// capabilities takes cap_drop and cap_add. No more than what is usual is given.
func (p *planning) capabilities(at []string, s types.ServiceConfig, out *Service) {
	if len(s.CapDrop) == 0 && len(s.CapAdd) == 0 {
		return
	}
	left := usual()
	for _, name := range s.CapDrop {
		name = capability(name)
		left = slices.DeleteFunc(left, func(c string) bool { return name == "ALL" || c == name })
	}
	for _, name := range s.CapAdd {
		name = capability(name)
		if !slices.Contains(usual(), name) {
			path := under(at, "cap_add")
			p.refuse(path, "%s: %s is refused: it reaches beyond the container", strings.Join(path, "."), name)
			continue
		}
		left = append(left, name)
	}
	slices.Sort(left)
	out.DropCapabilities, out.Capabilities = true, slices.Compact(left)
}

// capability is a capability's name as the engine's list has it.
func capability(name string) string { return strings.TrimPrefix(strings.ToUpper(name), "CAP_") }
