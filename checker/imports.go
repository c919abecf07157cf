package checker

import (
	"context"
	"strings"
)

// Imports: a module of the language is importable by the user that the
// service runs as, with the image's own environment and working directory, or
// with the interpreter and the environment that the service itself runs with.
type Imports struct {
	// Interpreters are tried in order: the first one in the image is used.
	Interpreters []string `yaml:"interpreters"`
	// Args follow the interpreter: ["-c", "import tides"]. A random value
	// takes the place of {{value}}.
	Args []string `yaml:"args"`
	// Contains is a text that must stand in what it prints, in the last 10,000
	// lines (1 MiB) of it, with the same value for {{value}}; empty demands nothing
	// but success.
	Contains string `yaml:"contains"`
}

func (k *Imports) unsound(Assignment) []Unsound {
	if len(k.Interpreters) == 0 || len(k.Args) == 0 {
		return []Unsound{unsoundf("", "it needs interpreters and args")}
	}
	return nil
}

func (k *Imports) look(ctx context.Context, ev *evidence) (finding, error) {
	c := command{programs: k.Interpreters, args: k.Args, contains: k.Contains}
	f, err := c.run(ctx, ev)
	if err != nil || f.passed {
		return f, err
	}
	own, env, err := ev.ownInterpreter(ctx, k.Interpreters)
	if err != nil || own == "" {
		return f, err
	}
	c.programs, c.env = []string{own}, env
	if again, err := c.run(ctx, ev); err != nil || again.passed {
		return again, err
	}
	return f, nil
}

// Runs: a command in the image succeeds for the user that the service runs as,
// with the image's own environment and working directory. The image's
// entrypoint is not asked.
type Runs struct {
	// Command is the program with its arguments: ["/server", "-version"]. A
	// random value takes the place of {{value}}.
	Command []string `yaml:"command"`
	// Contains is a text that must stand in what it prints, in the last 10,000
	// lines (1 MiB) of it, with the same value for {{value}}; empty demands nothing.
	Contains string `yaml:"contains"`
	// ExitCode is the one that it must end with.
	ExitCode int `yaml:"exit_code"`
}

func (k *Runs) unsound(Assignment) []Unsound {
	if len(k.Command) == 0 || strings.TrimSpace(k.Command[0]) == "" {
		return []Unsound{unsoundf("command", "command is missing")}
	}
	return nil
}

func (k *Runs) look(ctx context.Context, ev *evidence) (finding, error) {
	c := command{programs: k.Command[:1], args: k.Command[1:], contains: k.Contains, exitCode: k.ExitCode}
	return c.run(ctx, ev)
}
