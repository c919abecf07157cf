package compose

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
)

// maxServices bounds what one grade runs at once.
const maxServices = 12

// planning turns the library's model into a Project.
type planning struct {
	*loading
	inspection
	from    *types.Project
	project *Project
}

func (l *loading) plan(from *types.Project) (*Project, error) {
	p := &planning{loading: l, inspection: *l.of[""], from: from, project: &Project{
		Networks: make(map[string]Network), Volumes: make(map[string]Volume), lines: l.lines,
	}}
	if len(from.Services) > maxServices {
		p.pass([]string{"services"}, fmt.Sprintf("at most %d are run", maxServices))
		return nil, p.err()
	}
	for _, name := range slices.Sorted(maps.Keys(from.Services)) {
		p.add(l.of["services."+name])
		p.service(from.Services[name])
	}
	if len(p.project.Services) == 0 {
		p.refuse([]string{"services"}, "there is no service to start")
	}
	p.project.Notices = l.notices
	return p.project, p.err()
}

// service takes one service into the plan.
func (p *planning) service(s types.ServiceConfig) {
	at := []string{"services", s.Name}
	env, err := p.environment(s)
	if err != nil {
		p.failed(at, err)
	}
	out := Service{
		Name: s.Name, Image: s.Image, Env: env, User: s.User, WorkingDir: s.WorkingDir,
		Entrypoint: s.Entrypoint, Command: s.Command,
		Init: s.Init != nil && *s.Init, ReadOnly: s.ReadOnly,
		MemoryBytes: int64(s.MemLimit), CPUs: float64(s.CPUS), PIDs: s.PidsLimit,
		Ports: ports(s.Ports), Health: health(s.HealthCheck), Restarts: restarts(s),
	}
	if s.StopGracePeriod != nil {
		out.StopGrace = time.Duration(*s.StopGracePeriod)
	}
	if s.Deploy != nil && s.Deploy.Resources.Limits != nil {
		limits := s.Deploy.Resources.Limits
		out.MemoryBytes = max(out.MemoryBytes, int64(limits.MemoryBytes))
		out.CPUs = max(out.CPUs, float64(limits.NanoCPUs.Value()))
		out.PIDs = max(out.PIDs, limits.Pids)
	}
	if s.GetScale() != 1 {
		p.notices = append(p.notices, fmt.Sprintf("Of %s, one container is run, not %d.", s.Name, s.GetScale()))
	}
	p.confined(at, s)
	p.capabilities(at, s, &out)
	p.dependencies(s, &out)
	p.join(at, s, &out)
	p.mount(at, s, &out)
	p.grants(at, s, &out)
	out.Build = p.build(under(at, "build"), s.Build)
	p.project.Services = append(p.project.Services, out)
}

// failed notes an error of reading the project's files.
func (p *planning) failed(at []string, err error) {
	switch err := err.(type) { //nolint:errorlint // made in this package, and wrapped by nobody
	case *Fault:
		if p.fault == nil {
			p.fault = err
		}
	case *Unknown:
		if p.unknown == nil {
			p.unknown = err
		}
	default:
		p.refuse(at, "%s", reason(err))
	}
}

// ports are the TCP ports that a service publishes.
func ports(published []types.ServicePortConfig) []int {
	var out []int
	for _, port := range published {
		if port.Protocol == "" || port.Protocol == "tcp" {
			out = append(out, int(port.Target))
		}
	}
	return out
}

func health(h *types.HealthCheckConfig) *Health {
	if h == nil {
		return nil
	}
	out := &Health{Disabled: h.Disable || len(h.Test) > 0 && h.Test[0] == "NONE", Test: h.Test}
	if h.Timeout != nil {
		out.Timeout = time.Duration(*h.Timeout)
	}
	return out
}

// restarts reports whether docker compose would start a service again that
// ended with an error.
func restarts(s types.ServiceConfig) bool {
	if s.Deploy != nil && s.Deploy.RestartPolicy != nil {
		return s.Deploy.RestartPolicy.Condition != "none"
	}
	return s.Restart != "" && s.Restart != types.RestartPolicyNo
}

// dependencies are those of the project as it stands: one that no profile
// enables is not waited for, and the library has seen that it need not be.
func (p *planning) dependencies(s types.ServiceConfig, out *Service) {
	for _, name := range slices.Sorted(maps.Keys(s.DependsOn)) {
		if _, ok := p.from.Services[name]; ok {
			out.DependsOn = append(out.DependsOn, Dependency{Service: name, Condition: Condition(s.DependsOn[name].Condition)})
		}
	}
}

// join takes the networks of a service.
func (p *planning) join(at []string, s types.ServiceConfig, out *Service) {
	for _, name := range s.NetworksByPriority() {
		config := p.from.Networks[name]
		path := []string{"networks", name}
		p.add(p.of["networks."+name])
		switch {
		case bool(config.External):
			p.refuse(path, "networks.%s is refused: an external network has to be there before, and leads out of the project", name)
		case config.Driver == "host":
			p.refuse(path, "networks.%s is refused: the machine's own network is everybody's", name)
		case config.Driver != "" && config.Driver != "bridge" && config.Driver != "default":
			p.pass(under(path, "driver"), "")
		}
		p.project.Networks[name] = Network{Internal: config.Internal}
		out.Networks = append(out.Networks, Join{Network: name, Aliases: aliases(s, name)})
	}
	for _, link := range s.Links {
		// A link without another name says what the network does anyway.
		if service, alias, ok := strings.Cut(link, ":"); ok && alias != service {
			p.pass(under(at, "links"), "")
		}
	}
}

// aliases are the names of a service on a network.
func aliases(s types.ServiceConfig, network string) []string {
	names := []string{s.Name}
	if s.ContainerName != "" {
		names = append(names, s.ContainerName)
	}
	if config := s.Networks[network]; config != nil {
		names = append(names, config.Aliases...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
