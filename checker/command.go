package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// commandTimeout bounds the run of a command: what an interpreter needs on a
// busy machine, several times over.
const commandTimeout = 30 * time.Second

// command is one that has to end well in the submission's image.
type command struct {
	// programs are tried in order: the first one in the image is used.
	programs []string
	args     []string
	// env is its environment, on top of the image's.
	env      []string
	contains string
	exitCode int
}

// run runs it in a container of its own.
func (c command) run(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	user, err := ev.serviceUser(ctx, image)
	if err != nil {
		return finding{}, err
	}
	f := finding{expected: c.expected()}
	value := rand.Text()
	fill := func(s string) string { return strings.ReplaceAll(s, placeholder, value) }
	c.contains = fill(c.contains)
	args := make([]string, len(c.args))
	for i, a := range c.args {
		args[i] = fill(a)
	}
	for _, program := range c.programs {
		container, err := ev.start(ctx, RunRequest{
			Image: image.ID, Entrypoint: []string{program}, Cmd: args, User: user,
			Env: slices.Concat(ev.sub.Assignment.Service.Env, c.env), Limits: ev.limits(),
		})
		var missing *StartError
		if errors.As(err, &missing) {
			f.observed = missing.Error()
			continue
		}
		if err != nil {
			return finding{}, err
		}
		return c.outcome(ctx, container, f, tells(user, image))
	}
	return f, nil
}

// outcome waits for the command's end.
func (c command) outcome(ctx context.Context, container Container, f finding, who string) (finding, error) {
	bounded, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	state, err := container.Wait(bounded)
	if ctx.Err() == nil && bounded.Err() != nil {
		// The engine is asked anew: one that fell silent tells of no end either.
		if state, err = container.State(ctx); err == nil && state.Running {
			f.observed = fmt.Sprintf("%s, it had not ended after %s", who, commandTimeout)
			return f, nil
		}
	}
	if err != nil {
		return finding{}, err
	}
	log, err := container.Logs(ctx, logLimit)
	if err != nil {
		return finding{}, err
	}
	end := strings.ToValidUTF8(log[max(0, len(log)-logTail):], "")
	switch {
	case state.ExitCode != c.exitCode:
		f.observed = fmt.Sprintf("%s, it ended with exit code %d%s", who, state.ExitCode, quoted(end))
	case !strings.Contains(log, c.contains):
		f.observed = fmt.Sprintf("%s, it ended as it should and did not print %q%s", who, c.contains, quoted(end))
	default:
		f.passed, f.observed = true, who+", it did"
	}
	return f, nil
}

// serviceUser returns whom a command of the service's has to run as: empty for
// the image's own user, and where that is root but the service is not, because
// an entrypoint drops its rights, whom the service really is.
func (ev *evidence) serviceUser(ctx context.Context, image *Image) (string, error) {
	if name, _, _ := strings.Cut(image.User, ":"); name != "" && name != "root" && name != "0" {
		return "", nil
	}
	s, err := ev.running(ctx)
	if err != nil || !s.answered {
		return "", err
	}
	processes, err := s.container.Processes(ctx)
	if err != nil {
		return "", err
	}
	// An init may stay root above a service that is not.
	f, ok := readFamily(processes)
	if !ok || f.first.UID == 0 {
		return "", nil
	}
	names, err := userNames(ctx, s.container)
	if err != nil {
		return "", err
	}
	if names[f.first.UID] != "" || f.first.GID == 0 {
		// The engine gives it the groups that the image has it in, and that of
		// root where it has it in none.
		return strconv.Itoa(f.first.UID), nil
	}
	return fmt.Sprintf("%d:%d", f.first.UID, f.first.GID), nil
}

// expected tells what a command has to do.
func (c command) expected() string {
	text := fmt.Sprintf("`%s` ", strings.Join(append(c.programs[:1:1], c.args...), " "))
	text += "succeeds for the user that the service runs as"
	if c.exitCode != 0 {
		text = strings.Replace(text, "succeeds", fmt.Sprintf("ends with exit code %d", c.exitCode), 1)
	}
	if c.contains != "" {
		text += fmt.Sprintf(" and prints %q", c.contains)
	}
	return text
}

// tells describes a user for a verdict.
func tells(user string, image *Image) string {
	return "as " + cmp.Or(user, image.User, "root")
}
