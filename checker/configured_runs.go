package checker

import (
	"context"
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
	got, err := t.own(ctx, "sh", "-c", environScript)
	if fatal(err) {
		return nil, err
	}
	text := got.Output
	if err != nil || got.NotFound || got.ExitCode != 0 || text == "" {
		if text, _, err = t.run(ctx, "sh", "-c", environScript); err != nil {
			return nil, err
		}
	}
	// The engine makes control characters inert: NUL is its picture.
	return strings.FieldsFunc(text, func(r rune) bool { return r == 0 || r == '␀' }), nil
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
	given := ev.sub.Assignment.Service.Env
	for _, e := range slices.Concat(c.image.Env, env) {
		name, _, _ := strings.Cut(e, "=")
		if len(valuesOf(given, name)) > 0 {
			continue // the grader set it
		}
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
	processes, err := s.container.Processes(ctx)
	if err != nil {
		return remark{}, err
	}
	f, ok := readFamily(processes)
	switch {
	case !ok:
		return remark{wrong: true, text: "the engine listed no process"}, nil
	case isShell(f.first.Args):
		return remark{wrong: true, line: line, text: "a shell stands between the engine and the service: " + f.first.command(),
			why: "A shell that waits for its child passes no signal on: the service is not told to stop, and is killed in the middle of its work. " +
				"Use the exec form, CMD [\"program\", \"argument\"], and end an entrypoint script with exec."}, nil
	case f.init != nil:
		return remark{text: f.init.command() + " starts " + f.first.command(), line: line}, nil
	}
	return remark{text: "PID 1 is " + f.first.command(), line: line}, nil
}
