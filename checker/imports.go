package checker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// importTimeout bounds the run of an import: what an interpreter needs on a
// busy machine, several times over.
const importTimeout = 30 * time.Second

// Imports: a module of the language is importable by the user that the
// service runs as, with the image's own environment and working directory.
type Imports struct {
	// Interpreters are tried in order: the first one in the image is used.
	Interpreters []string `yaml:"interpreters"`
	// Args follow the interpreter: ["-c", "import tides"].
	Args []string `yaml:"args"`
}

func (k *Imports) unsound(Assignment) []Unsound {
	if len(k.Interpreters) == 0 || len(k.Args) == 0 {
		return []Unsound{unsoundf("", "it needs interpreters and args")}
	}
	return nil
}

func (k *Imports) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	user, err := k.user(ctx, ev, image)
	if err != nil {
		return finding{}, err
	}
	command := strings.Join(k.Args, " ")
	f := finding{expected: fmt.Sprintf("`%s %s` succeeds for the user that the service runs as", k.Interpreters[0], command)}
	for _, interpreter := range k.Interpreters {
		c, err := ev.eng.Start(ctx, RunRequest{
			Image: image.ID, Entrypoint: []string{interpreter}, Cmd: k.Args, User: user, Limits: ev.limits(),
		})
		var missing *StartError
		if errors.As(err, &missing) {
			f.observed = missing.Error()
			continue
		}
		if err != nil {
			return finding{}, err
		}
		return k.outcome(ctx, c, f)
	}
	return f, nil
}

// outcome waits for the interpreter's end.
func (k *Imports) outcome(ctx context.Context, c Container, f finding) (finding, error) {
	bounded, cancel := context.WithTimeout(ctx, importTimeout)
	defer cancel()
	state, err := c.Wait(bounded)
	if ctx.Err() == nil && bounded.Err() != nil {
		f.observed = fmt.Sprintf("it had not ended after %s", importTimeout)
		return f, nil
	}
	if err != nil {
		return finding{}, err
	}
	if state.ExitCode == 0 {
		f.passed, f.observed = true, "it did"
		return f, nil
	}
	log, err := c.Logs(ctx, logTail)
	if err != nil {
		return finding{}, err
	}
	f.observed = fmt.Sprintf("it ended with exit code %d%s", state.ExitCode, quoted(log))
	return f, nil
}

// user returns whom to import as: the image's own user, and where that is root
// but the service's PID 1 is not, because an entrypoint drops its rights, the
// uid that PID 1 really has.
func (k *Imports) user(ctx context.Context, ev *evidence, image *Image) (string, error) {
	if name, _, _ := strings.Cut(image.User, ":"); name != "" && name != "root" && name != "0" {
		return "", nil
	}
	s, err := ev.running(ctx)
	if err != nil || !s.answered {
		return "", err
	}
	processes, err := s.container.Processes(ctx)
	if err != nil || len(processes) == 0 || processes[0].UID == 0 {
		return "", err
	}
	return strconv.Itoa(processes[0].UID), nil
}
