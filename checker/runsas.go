package checker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"shipshape/checker/dockerfile"
)

// passwdLimit is the largest /etc/passwd that is read, in bytes.
const passwdLimit = 1 << 20

// RunsAs: who PID 1, and every other process, runs as.
type RunsAs struct {
	// NotRoot demands a uid other than 0.
	NotRoot bool `yaml:"not_root"`
	// UID demands this uid; nil demands none.
	UID *int `yaml:"uid"`
}

func (k *RunsAs) look(ctx context.Context, ev *evidence) (finding, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{expected: k.expected(), line: ev.blame(dockerfile.BlameUser)}
	if s.container == nil || !s.answered && !s.state.Running {
		f.observed = "nothing ran long enough to be looked at: " + s.problem(ev.sub.Assignment.Service.Port)
		f.line = ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	processes, err := s.container.Processes(ctx)
	if err != nil {
		return finding{}, err
	}
	if len(processes) == 0 {
		f.observed = "the engine listed no process"
		return f, nil
	}
	names, err := userNames(ctx, s.container)
	if err != nil {
		return finding{}, err
	}
	f.passed = true
	f.observed = "PID 1 is " + who(processes[0], names)
	for i, p := range processes {
		if k.allows(p.UID) {
			continue
		}
		f.passed = false
		if i > 0 {
			f.observed += ", and a further process is " + who(p, names)
		}
		break
	}
	return f, nil
}

func (k *RunsAs) allows(uid int) bool {
	if k.NotRoot && uid == 0 {
		return false
	}
	return k.UID == nil || *k.UID == uid
}

func (k *RunsAs) expected() string {
	if k.UID != nil {
		return fmt.Sprintf("PID 1, and every other process, runs with uid %d", *k.UID)
	}
	return "PID 1, and every other process, runs with a uid other than 0"
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
