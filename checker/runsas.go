package checker

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

// passwdLimit is the largest /etc/passwd that is read, in bytes.
const passwdLimit = 1 << 20

const (
	// settleTime is how long after its first answer a service may take to give
	// root up, as one does that opens its port first.
	settleTime = 1500 * time.Millisecond
	// furtherLooks follow when all is as it should be, each after a request: what
	// a request starts is a process of the service too.
	furtherLooks = 2
)

// RunsAs: who PID 1, and every other process, runs as, at several moments.
type RunsAs struct {
	// NotRoot demands a uid other than 0.
	NotRoot bool `yaml:"not_root"`
	// UID demands this uid; nil demands none.
	UID *int `yaml:"uid"`
	// Name demands the name that whoami would print: the first that /etc/passwd
	// has for the uid. A name other than root demands a uid other than 0 as well.
	Name string `yaml:"name"`
}

func (k *RunsAs) unsound(Assignment) []Unsound {
	switch {
	case !k.NotRoot && k.UID == nil && k.Name == "":
		return []Unsound{unsoundf("", "it demands nothing: not_root, uid or name")}
	case k.UID != nil && *k.UID < 0:
		return []Unsound{unsoundf("uid", "uid is negative")}
	case k.UID != nil && *k.UID == 0 && (k.NotRoot || k.Name != "" && k.Name != rootName):
		return []Unsound{unsoundf("uid", "uid 0 is root, and the check demands another")}
	}
	return nil
}

// rootName is what whoami prints for uid 0.
const rootName = "root"

func (k *RunsAs) look(ctx context.Context, ev *evidence) (finding, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{expected: k.expected(), line: ev.blame(dockerfile.BlameUser)}
	svc := ev.sub.Assignment.Service
	if s.container == nil || !s.answered && !s.state.Running {
		f.observed = "nothing ran long enough to be looked at: " + s.problem(svc.Port)
		f.line = ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	names, err := userNames(ctx, s.container)
	if err != nil {
		return finding{}, err
	}
	v, err := k.settled(ctx, s.container, names)
	for range furtherLooks {
		if err != nil || !v.passed {
			break
		}
		// Its answer is for other checks to judge; what counts is what it starts.
		if _, err := s.container.Do(ctx, http.MethodGet, cmp.Or(svc.Path, "/"), askTimeout); fatal(err) {
			return finding{}, err
		}
		v, err = k.see(ctx, s.container, names)
	}
	if errors.Is(err, ErrNotRunning) {
		f.observed = "it ended while its processes were looked at"
		return f, nil
	}
	if err != nil {
		return finding{}, err
	}
	f.passed, f.observed, f.why = v.passed, v.observed, v.why
	if image, err := ev.runImage(ctx); err == nil && !f.passed && f.why == "" && v.root && image.User == "" {
		f.why = "The image has no USER, so its processes are root. A flaw in the service is as powerful as the user that it runs as."
	}
	return f, nil
}

// sight is what one look at the processes showed.
type sight struct {
	passed        bool
	observed, why string
	// root: PID 1 is, and final: whoever is wrong can become nobody else.
	root, final bool
}

// settled looks until everything is as it should be, or has had the time to be.
func (k *RunsAs) settled(ctx context.Context, c Container, names map[int]string) (v sight, err error) {
	_, err = poll(ctx, settleTime, func() (bool, error) {
		v, err = k.see(ctx, c, names)
		return v.passed || v.final, err
	})
	return v, err
}

// see looks at the processes once.
func (k *RunsAs) see(ctx context.Context, c Container, names map[int]string) (sight, error) {
	processes, err := livingProcesses(ctx, c)
	if err != nil {
		return sight{}, err
	}
	v := sight{passed: true, observed: "PID 1 is " + who(processes[0], names), root: processes[0].UID == 0}
	for i, p := range withoutCommands(processes) {
		uid, ok := k.unwanted(p, names)
		if !ok {
			continue
		}
		v.passed, v.final = false, i == 0 && p.UID != 0 && len(p.MayBecome) == 0
		if i > 0 {
			v.observed += ", and a further process is " + who(p, names)
		}
		if uid != p.UID {
			v.observed += fmt.Sprintf(", and may become uid %d again", uid)
			v.why = "Who lays root aside for a while takes it up again with one call. Give it up for good: setuid as root, or setresuid with all three, or an image whose USER is another."
		}
		break
	}
	return v, nil
}

// livingProcesses lists the processes of a container, of which there is one at
// the least: an engine that tells of none can't say who they are, and that is not
// the learner's fault. One that has ended is ErrNotRunning.
func livingProcesses(ctx context.Context, c Container) ([]Process, error) {
	processes, err := c.Processes(ctx)
	if err != nil || len(processes) > 0 {
		return processes, err
	}
	state, err := c.State(ctx)
	switch {
	case err != nil:
		return nil, err
	case !state.Running:
		return nil, ErrNotRunning
	}
	return nil, &EnvironmentError{
		Problem: "the engine lists no process of a container that runs",
		Remedy:  "Check again. A rootless engine lists them only where the machine has cgroup v2.",
	}
}

// unwanted returns a uid that a process has, or may take on, and should not.
func (k *RunsAs) unwanted(p Process, names map[int]string) (uid int, found bool) {
	for _, uid := range append([]int{p.UID}, p.MayBecome...) {
		if !k.allows(uid, names) {
			return uid, true
		}
	}
	return 0, false
}

// withoutCommands leaves out what does not descend from PID 1: commands that
// other checks run in the container at the same time, as whoever they like.
func withoutCommands(list []Process) []Process {
	own := map[int]bool{list[0].PID: true}
	// A child may stand before its parent where process ids have come round.
	for grown := true; grown; {
		grown = false
		for _, p := range list {
			if own[p.PPID] && !own[p.PID] {
				own[p.PID], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(p Process) bool { return !own[p.PID] })
}

func (k *RunsAs) allows(uid int, names map[int]string) bool {
	switch {
	case uid == 0 && (k.NotRoot || k.Name != "" && k.Name != rootName):
		return false
	case k.UID != nil && *k.UID != uid:
		return false
	}
	return k.Name == "" || names[uid] == k.Name
}

func (k *RunsAs) expected() string {
	var as []string
	if k.UID != nil {
		as = append(as, fmt.Sprintf("with uid %d", *k.UID))
	}
	if k.Name != "" {
		as = append(as, "as "+k.Name)
	}
	if len(as) == 0 {
		as = append(as, "with a uid other than 0")
	}
	return "PID 1, and every other process, runs " + strings.Join(as, ", ")
}

// who describes a process: its uid, the name that whoami would print, and its
// command.
func who(p Process, names map[int]string) string {
	name := names[p.UID]
	if name == "" {
		name = "no name in /etc/passwd"
	}
	return fmt.Sprintf("uid %d (%s): %s", p.UID, name, p.Args)
}

// userNames reads the container's /etc/passwd. The first name of a uid counts,
// as it does for whoami. An image without the file has no names.
func userNames(ctx context.Context, c Container) (map[int]string, error) {
	content, err := c.ReadFile(ctx, "/etc/passwd", passwdLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := make(map[int]string)
	lines := bufio.NewScanner(strings.NewReader(string(content)))
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) < 3 {
			continue
		}
		uid, err := strconv.Atoi(fields[2])
		if err != nil {
			continue
		}
		if _, taken := names[uid]; !taken {
			names[uid] = fields[0]
		}
	}
	return names, nil
}
