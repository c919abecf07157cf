package dockerfile

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// parse parses a Dockerfile that is known to be one.
func parse(t *testing.T, src string) *File {
	t.Helper()
	f, err := Parse([]byte(src))
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, src)
	}
	return f
}

func TestParseStages(t *testing.T) {
	f := parse(t, `# syntax=docker/dockerfile:1
ARG NODE=24-slim
FROM node:${NODE} AS Base
ENV A=1 \
    B="two words"

FROM base
RUN --mount=type=cache,target=/root/.npm <<EOF
npm ci
EOF
CMD ["node", "server.js"]
`)
	if len(f.Args) != 1 || f.Args[0].Line != 2 {
		t.Errorf("Args = %+v, want the ARG of line 2", f.Args)
	}
	if len(f.Stages) != 2 {
		t.Fatalf("%d stages, want 2", len(f.Stages))
	}
	base, last := f.Stages[0], f.Stages[1]
	if base.Name != "base" || base.Base != "node:24-slim" || base.Parent != -1 || base.From.Line != 3 {
		t.Errorf("first stage = %q from %q (parent %d, line %d)", base.Name, base.Base, base.Parent, base.From.Line)
	}
	if last.Parent != 0 {
		t.Errorf("second stage's parent = %d, want 0", last.Parent)
	}
	env := base.Instructions[0]
	if env.Line != 4 || env.EndLine != 5 || !slices.Equal(env.Args, []string{"A=1", `B="two words"`}) {
		t.Errorf("ENV = lines %d to %d, args %q", env.Line, env.EndLine, env.Args)
	}
	run := last.Instructions[0]
	if run.Line != 8 || run.EndLine != 10 || !slices.Equal(run.Flags, []string{"--mount=type=cache,target=/root/.npm"}) {
		t.Errorf("RUN = lines %d to %d, flags %q", run.Line, run.EndLine, run.Flags)
	}
	if cmd := last.Instructions[1]; !cmd.Exec || !slices.Equal(cmd.Args, []string{"node", "server.js"}) {
		t.Errorf("CMD = exec %v, args %q", cmd.Exec, cmd.Args)
	}
}

func TestParseErrors(t *testing.T) {
	for _, tc := range []struct {
		name, src, message string
		line               int
	}{
		{"empty", "", "no instructions", 1},
		{"comments alone", "# nothing\n\n", "no instructions", 2},
		{"unknown instruction", "FROM a\nRUN x\nRNU y\n", "unknown instruction: RNU", 3},
		{"instruction above FROM", "ARG A\nRUN x\nFROM a\n", "above the first FROM", 2},
		{"only ARG", "ARG A=1\n", "no FROM", 1},
		{"COPY of one word", "FROM a\n\nCOPY x\n", "COPY requires at least two arguments", 3},
		{"open heredoc", "FROM a\nRUN <<EOF\nls\n", "unterminated heredoc", 2},
		{"unknown flag", "FROM a\nCOPY --form=b x y\n", "unknown flag: --form", 2},
		{"escape", "# escape=x\nFROM a\n", "invalid escape token", 1},
		{"command in ENV", "FROM a\nENV A=$(git describe --tags)\n", "no shell runs a command", 2},
		{"long line", "FROM a\nRUN " + strings.Repeat("x", 70_000) + "\n", "line greater than max", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Parse([]byte(tc.src))
			var at *ParseError
			if !errors.As(err, &at) {
				t.Fatalf("Parse: %v, want a ParseError", err)
			}
			if at.Line != tc.line || !strings.Contains(at.Message, tc.message) {
				t.Errorf("Parse: %v, want line %d and %q", err, tc.line, tc.message)
			}
		})
	}
}

// Variables that double at each line, and a line full of them, cost little.
func TestParseBoundsVariables(t *testing.T) {
	src := "FROM a\nENV A=xxxxxxxxxxxxxxxx\n" + strings.Repeat("ENV A=$A$A\n", 100) +
		"RUN " + strings.Repeat("$A ", 20_000) + "\nWORKDIR /" + strings.Repeat("$A", 20_000) + "\n"
	f := parse(t, src)
	size := 0
	for _, call := range f.Calls(103) {
		for _, w := range call {
			size += len(w)
		}
	}
	if size < maxValue || size > 2*maxExpanded {
		t.Errorf("the calls hold %d bytes", size)
	}
	if got := f.LineOf("[3/3] WORKDIR /"); got != 104 {
		t.Errorf("LineOf = %d, want 104", got)
	}
}

func TestParseBoundsInstructions(t *testing.T) {
	_, err := Parse([]byte("FROM a\n" + strings.Repeat("RUN x\n", maxInstructions)))
	var at *ParseError
	if !errors.As(err, &at) || at.Line != maxInstructions+1 {
		t.Errorf("Parse: %v, want a ParseError for line %d", err, maxInstructions+1)
	}
}

// A stage begins in the folder that its image sets, where that is known.
func TestParseWorkdir(t *testing.T) {
	for src, want := range map[string]string{
		"FROM a\n":                                            "/",
		"FROM golang:1.26\nWORKDIR src\n":                     "/go/src",
		"FROM golang:1.26 AS b\nFROM b\n":                     "/go",
		"FROM golang:1.26-nanoserver\n":                       "/",
		"FROM example.org/golang:1.26\n":                      "/",
		"ARG V=8.3\nFROM php:$V-fpm\nRUN x\n":                 "/var/www/html",
		"FROM php:8.3-cli\n":                                  "/",
		"FROM gradle:8 AS b\nFROM scratch\nCOPY --from=b . .": "/",
	} {
		stages := parse(t, src).Stages
		if got := stages[len(stages)-1].workdir; got != want {
			t.Errorf("%q ends in %s, want %s", src, got, want)
		}
	}
}
