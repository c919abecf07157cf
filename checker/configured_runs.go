package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// environScript prints the environment of the service's processes, one variable
// after another with a NUL between them. Those are PID 1 and what it started,
// without the ones that only started others: a script that waits for the
// service may have set something for it. What the engine put into the container
// beside them, for another check or as a toolbox, has the image's environment
// and is none of them.
const environScript = `
parent_of() {
	parent=0
	while read -r key value _; do
		if [ "$key" = PPid: ]; then parent=$value; break; fi
	done <"/proc/$1/status"
} 2>/dev/null
belongs() {
	at=$1
	while [ "$at" -gt 1 ]; do parent_of "$at"; at=$parent; done
	[ "$at" = 1 ]
}
own= parents=" "
for p in /proc/[0-9]*; do
	p=${p#/proc/}
	if belongs "$p"; then own="$own $p"; parent_of "$p"; parents="$parents$parent "; fi
done
for p in $own; do
	case "$parents" in *" $p "*) ;; *) cat "/proc/$p/environ" 2>/dev/null ;; esac
done
:`

// environ returns what the container's processes have in their environment; nil
// where that cannot be read. Several processes may set one variable to
// different values.
func (t *tools) environ(ctx context.Context) ([]string, error) {
	// The toolbox goes first: the container's own shell may not be one, and as
	// another user than the service's, root included, it may not look.
	text, _, err := t.run(ctx, "sh", "-c", environScript)
	if err != nil {
		return nil, err
	}
	if text == "" {
		got, err := t.own(ctx, "sh", "-c", environScript)
		if fatal(err) {
			return nil, err
		}
		if err == nil && !got.NotFound && got.ExitCode == 0 {
			text = got.Output
		}
	}
	return splitNUL(text), nil
}

// environment is what the service runs with: what its processes have, where
// that can be read, and else what the image sets.
func (c *configuration) environment(ctx context.Context, ev *evidence) ([]string, error) {
	if c.env != nil {
		return c.env, nil
	}
	c.env = c.image.Env
	s, err := ev.running(ctx)
	if err != nil || s.container == nil || !s.answered && !s.state.Running {
		return c.env, err
	}
	running, err := s.tools.environ(ctx)
	if len(running) > 0 {
		c.env = running
	}
	return c.env, err
}

func (k *Configured) env(ctx context.Context, ev *evidence, c *configuration) (remark, error) {
	if len(k.Env) == 0 {
		return remark{}, nil
	}
	env, err := c.environment(ctx, ev)
	if err != nil {
		return remark{}, err
	}
	names := slices.Sorted(maps.Keys(k.Env))
	for _, name := range names {
		values := valuesOf(env, name)
		if len(values) == 0 {
			return remark{wrong: true, text: fmt.Sprintf("the service runs without %s", name)}, nil
		}
		fits := false
		for _, value := range values {
			ok, err := matches(k.Env[name], value)
			if err != nil {
				return remark{}, err
			}
			fits = fits || ok
		}
		if !fits {
			return remark{wrong: true, text: fmt.Sprintf("the service runs with %s=%s", name, values[0]), line: c.file.BlameEnv(name)}, nil
		}
	}
	return remark{text: "the service runs with " + strings.Join(names, ", "), line: c.file.BlameEnv(names[0])}, nil
}

// valuesOf are the different values of a variable.
func valuesOf(env []string, name string) []string {
	var values []string
	for _, e := range env {
		if value, ok := strings.CutPrefix(e, name+"="); ok && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

func (k *Configured) envAbsent(ctx context.Context, ev *evidence, c *configuration) (remark, error) {
	if len(k.EnvAbsent) == 0 {
		return remark{}, nil
	}
	env, err := c.environment(ctx, ev)
	if err != nil {
		return remark{}, err
	}
	// What the grader gave the container is none of the learner's, and is there
	// as it was given. The image has only what the learner set.
	given := ev.sub.Assignment.Service.Env
	own := slices.DeleteFunc(slices.Clone(env), func(e string) bool { return slices.Contains(given, e) })
	for _, e := range slices.Concat(c.image.Env, own) {
		name, _, _ := strings.Cut(e, "=")
		for _, pattern := range k.EnvAbsent {
			ok, err := matches(pattern, name)
			if err != nil {
				return remark{}, err
			}
			if ok {
				text := "the image sets " + name
				if len(valuesOf(c.image.Env, name)) == 0 {
					text = "the service runs with " + name + ", which its entrypoint sets"
				}
				return remark{wrong: true, text: text, line: c.file.BlameEnv(name)}, nil
			}
		}
	}
	return remark{text: "no variable is called " + strings.Join(k.EnvAbsent, " or ")}, nil
}

// lineageScript prints, of each process, a line with the word that it is given
// as $0, the process and its parent, and then its command. A command may be of
// many lines, and hold anything but that word.
const lineageScript = `
for p in /proc/[0-9]*; do
	parent=
	while read -r key value _; do
		if [ "$key" = PPid: ]; then parent=$value; break; fi
	done <"$p/status"
	[ "$parent" ] && printf '\n%s %s %s\n' "$0" "${p#/proc/}" "$parent" && cat "$p/cmdline"
done 2>/dev/null
:`

// shellAbove returns a shell that stands between PID 1 and the process that
// listens on a port, wherever in between: a launcher such as npm has one start
// what it is told. It is nil where there is none, and where nothing tells who
// listens. Where several do, as a server and its workers, it is enough that one
// has no shell above.
func (t *tools) shellAbove(ctx context.Context, port int) (*Process, error) {
	holders, err := t.holders(ctx, port)
	if err != nil || len(holders) == 0 {
		return nil, err
	}
	word := rand.Text()
	text, _, err := t.run(ctx, "sh", "-c", lineageScript, word)
	if err != nil {
		return nil, err
	}
	list := readLineage(text, word)
	var found *Process
	for _, holder := range holders {
		shell, ok := shellBetween(list, holder)
		if ok && shell == nil {
			return nil, nil //nolint:nilnil // no shell, and no error
		}
		found = cmp.Or(found, shell)
	}
	return found, nil
}

// readLineage reads what lineageScript printed: processes by their ids, as the
// container numbers them.
func readLineage(text, word string) map[int]Process {
	list := make(map[int]Process)
	for _, part := range strings.Split(text, "\n"+word+" ")[1:] {
		var p Process
		head, command, _ := strings.Cut(part, "\n")
		if _, err := fmt.Sscan(head, &p.PID, &p.PPID); err == nil {
			// The engine makes control characters inert: NUL is its picture.
			p.Args = strings.TrimSpace(strings.NewReplacer("␀", " ", "\x00", " ").Replace(command))
			list[p.PID] = p
		}
	}
	return list
}

// shellBetween returns the shell nearest to PID 1 among those that a process
// descends from, nil for none; ok is false for a process that does not descend
// from PID 1.
func shellBetween(list map[int]Process, pid int) (shell *Process, ok bool) {
	for range list {
		if pid == 1 {
			return shell, true
		}
		pid = list[pid].PPID
		if above, known := list[pid]; known && isShell(above.Args) {
			shell = &above
		}
	}
	return nil, false
}

// execForm goes by what runs: a shell that gives way to the service, as with
// `exec`, is in nobody's way.
func (k *Configured) execForm(ctx context.Context, ev *evidence, c *configuration) (remark, error) {
	if !k.ExecForm {
		return remark{}, nil
	}
	s, err := ev.running(ctx)
	if err != nil {
		return remark{}, err
	}
	line := c.file.Blame(dockerfile.BlameCmd)
	if s.container == nil || !s.answered && !s.state.Running {
		return remark{wrong: true, line: line, text: "nothing ran long enough to be looked at: " + s.problem(ev.sub.Assignment.Service.Port)}, nil
	}
	processes, err := livingProcesses(ctx, s.container)
	if errors.Is(err, ErrNotRunning) {
		return remark{wrong: true, line: line, text: "it ended while its processes were looked at"}, nil
	}
	if err != nil {
		return remark{}, err
	}
	between := remark{wrong: true, line: line,
		why: "A shell that waits for its child passes no signal on: the service is not told to stop, and is killed in the middle of its work. " +
			"Use the exec form, CMD [\"program\", \"argument\"], with the program that serves, and end an entrypoint script with exec."}
	f, _ := readFamily(processes)
	if isShell(f.first.Args) {
		between.text = "a shell stands between the engine and the service: " + f.first.command()
		return between, nil
	}
	shell, err := s.tools.shellAbove(ctx, ev.sub.Assignment.Service.Port)
	switch {
	case err != nil:
		return remark{}, err
	case shell != nil:
		between.text = fmt.Sprintf("a shell stands between the engine and the service: %s, which %s started", shell.command(), f.first.command())
		return between, nil
	case f.init != nil:
		return remark{text: f.init.command() + " starts " + f.first.command(), line: line}, nil
	}
	return remark{text: "PID 1 is " + f.first.command(), line: line}, nil
}
