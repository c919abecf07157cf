package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"shipshape/checker/compose"
)

const (
	// stopGrace is docker compose's own, and leastGrace what a service gets
	// here at least. Waiting longer for one that ignores the signal shows
	// nothing.
	stopGrace  = 10 * time.Second
	leastGrace = 5 * time.Second
)

// unit is a service of a stack with its container.
type unit struct {
	*compose.Service
	place compose.Place
	// tested tells whether it has a health test.
	tested bool
	// container is nil while there is none, and tools look into it.
	container Container
	tools     *tools
	// state is as last looked at, and runs are those of its health test since
	// it was started.
	state State
	runs  healthRuns
	// restarts is how often it was started again after it ended, and ended when
	// it was last seen to have ended.
	restarts int
	ended    time.Time
	// judged is what became of its health test when it hung; nil before it did.
	judged *healthVerdict
	// hungBelow tells that not PID 1 alone was stopped to make it hang.
	hungBelow bool
	// pace is the slowest that the engine's was meanwhile.
	pace pace
}

func (u *unit) grace() time.Duration {
	return min(cmp.Or(u.StopGrace, stopGrace), leastGrace)
}

// port is what is published of a service: the port that the assignment asks,
// where the service publishes it, or else the first one; 0 for none.
func (u *unit) port(wanted int) int {
	switch {
	case slices.Contains(u.Ports, wanted):
		return wanted
	case len(u.Ports) > 0:
		return u.Ports[0]
	}
	return 0
}

// start starts the container of a service. A program that can't be started is a
// stackError.
func (st *stack) start(ctx context.Context, u *unit, req RunRequest) error {
	c, err := st.ev.eng.Start(ctx, req)
	var unstartable *StartError
	if errors.As(err, &unstartable) {
		return stackErrorf("%s (%s): %v", u.Name, u.place, unstartable)
	}
	if err != nil {
		return err
	}
	u.container, u.tools, u.state, u.runs = c, st.ev.tools(c), State{Running: true}, healthRuns{}
	return nil
}

// request asks for the container of a service, and makes the volumes that it
// mounts and nobody mounted before.
func (st *stack) request(ctx context.Context, u *unit) (RunRequest, error) {
	req := st.ownRequest(u)
	req.Port, req.Health = u.port(st.ev.sub.Assignment.Service.Port), st.healthOf(u)
	for i, join := range u.Networks {
		if i == 0 {
			req.Network, req.Aliases = st.networks[join.Network], join.Aliases
			continue
		}
		req.Networks = append(req.Networks, NetworkJoin{Network: st.networks[join.Network], Aliases: join.Aliases})
	}
	for _, m := range u.Mounts {
		mount := VolumeMount{Path: m.Path, ReadOnly: m.ReadOnly, NoCopy: m.NoCopy}
		var err error
		if mount.Volume, err = st.volume(ctx, u, m, mount); err != nil {
			return RunRequest{}, err
		}
		req.Volumes = append(req.Volumes, mount)
	}
	return req, nil
}

// ownRequest asks for what is a service's alone: no network, no volume, no port.
func (st *stack) ownRequest(u *unit) RunRequest {
	return RunRequest{
		Image: st.images[u.Name].ID, Entrypoint: u.Entrypoint, Cmd: u.Command, User: u.User, Env: u.Env,
		Limits: st.limitsOf(u), WorkingDir: u.WorkingDir, Init: u.Init, ReadOnly: u.ReadOnly, Tmpfs: u.Tmpfs,
		DropCapabilities: u.DropCapabilities, Capabilities: u.Capabilities, Files: files("/", u.Files),
	}
}

// volume returns the engine's name of a volume. An anonymous one is new each
// time, and one that stands for a folder of the project is filled with it.
func (st *stack) volume(ctx context.Context, u *unit, m compose.Mount, mount VolumeMount) (string, error) {
	if name, ok := st.volumes[m.Volume]; ok {
		return name, nil
	}
	name, err := st.ev.eng.CreateVolume(ctx)
	if err != nil || m.Volume == "" {
		return name, err
	}
	if content := st.project.Volumes[m.Volume].Content; content != nil {
		mount.Volume = name
		if err := st.ev.eng.FillVolume(ctx, st.images[u.Name].ID, mount, files(m.Path, content)); err != nil {
			return "", err
		}
	}
	st.volumes[m.Volume] = name
	return name, nil
}

// files are the project's, as the engine takes them.
func files(dir string, from []compose.File) []File {
	var out []File
	for _, f := range from {
		out = append(out, File{Path: path.Join(dir, f.Path), Mode: f.Mode, Content: f.Content})
	}
	return out
}

// healthOf runs a service's own test at a grade's timings, as [Health] does.
func (st *stack) healthOf(u *unit) *HealthTiming {
	if !u.tested {
		return nil
	}
	own := st.images[u.Name].HealthTimeout
	t := &HealthTiming{Interval: stackInterval, Timeout: st.testTime, Retries: 1}
	if u.Health != nil {
		t.Test, own = u.Health.Test, cmp.Or(u.Health.Timeout, own)
	}
	if st.testTime < patientTimeout && own > 0 {
		t.Timeout = min(own, st.testTime)
	}
	return t
}

// limitsOf are a service's own limits, where they are below the grade's.
func (st *stack) limitsOf(u *unit) Limits {
	l := st.ev.limits()
	if mb := (u.MemoryBytes + 1<<20 - 1) >> 20; mb > 0 {
		l.MemoryMB = min(l.MemoryMB, mb)
	}
	if u.CPUs > 0 {
		l.CPUs = min(l.CPUs, u.CPUs)
	}
	if u.PIDs > 0 {
		l.PIDs = min(l.PIDs, u.PIDs)
	}
	return l
}

// failure says, as half a sentence, that a service ended with an error; empty
// for one that runs, or is done.
func (u *unit) failure(ctx context.Context) (string, error) {
	if u.container == nil || u.state.Running || u.state.ExitCode == 0 {
		return "", nil
	}
	log, err := u.container.Logs(ctx, logTail)
	if err != nil {
		return "", err
	}
	if u.state.OOMKilled {
		return fmt.Sprintf("%s (%s) was killed: it used more memory than it may%s", u.Name, u.place, quoted(log)), nil
	}
	return fmt.Sprintf("%s (%s) ended with exit code %d%s", u.Name, u.place, u.state.ExitCode, quoted(log)), nil
}

// How many runs of a health test decide that a service does not get healthy: of
// those that failed, and of those that were ended at their time limit.
const (
	enoughFailed = 5
	enoughCut    = 2
)

// undecided reports whether a service that is not healthy was tested too rarely
// to say that it does not get so.
func (u *unit) undecided() bool {
	failed := u.runs.count(func(r HealthRun) bool { return !r.healthy() && !r.cut() })
	return u.container != nil && u.tested && u.state.Running && u.state.Health != "healthy" && failed < enoughFailed && !u.cutOff()
}

// cutOff reports whether runs of a service's health test were ended at their
// time limit.
func (u *unit) cutOff() bool {
	return u.state.Health != "healthy" && u.runs.count(HealthRun.cut) >= enoughCut
}

// unwell says, as half a sentence, that a service did not get healthy.
func (u *unit) unwell() string {
	switch {
	case u.container == nil:
		return u.Name + " was not started"
	case !u.state.Running:
		return fmt.Sprintf("%s ended with exit code %d", u.Name, u.state.ExitCode)
	}
	text := u.Name + " never said healthy"
	if said := strings.TrimSpace(u.state.HealthLog); said != "" {
		// The end tells most: an interpreter begins with the way there.
		lines := strings.Split(said, "\n")
		text += "; its test said: " + shown(strings.TrimSpace(lines[len(lines)-1]))
	}
	return text
}

// hopeless reports whether a health test can't ever succeed: what it calls is
// not in the image.
func (s State) hopeless() bool {
	const enough = 3
	if len(s.HealthRuns) < enough {
		return false
	}
	for _, run := range s.HealthRuns[len(s.HealthRuns)-enough:] {
		missing := run.ExitCode == 126 || run.ExitCode == 127 || strings.Contains(run.Output, "executable file not found")
		if !missing {
			return false
		}
	}
	return true
}
