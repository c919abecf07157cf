package cli_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"shipshape/checker/engine/enginetest"
	"shipshape/cmd/internal/cli"
	"shipshape/cmd/internal/termtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"shipshape": func() { os.Exit(cli.Main("1.2.3")) },
	})
}

// TestScripts runs each script with a data folder of its own and an engine that
// is not there.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Cmds:                commands(),
		Setup: func(env *testscript.Env) error {
			return prepare(env, "unix://"+filepath.Join(env.WorkDir, "no.sock"))
		},
	})
}

// TestScriptsOnEngine runs the scripts that grade. Their course needs no base
// image: its service is compiled here, and stands on scratch.
func TestScriptsOnEngine(t *testing.T) {
	host := engineHost(t)
	service := filepath.Join(enginetest.Project(t, nil), "service")
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "engine"),
		RequireExplicitExec: true,
		Cmds:                commands(),
		Setup: func(env *testscript.Env) error {
			if err := writeCourse(filepath.Join(env.WorkDir, "course"), service); err != nil {
				return err
			}
			return prepare(env, host)
		},
	})
}

// engineHost is the engine that tests use, in the form of DOCKER_HOST.
func engineHost(t *testing.T) string {
	t.Helper()
	info, err := enginetest.Open(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.Host
}

// writeCourse writes the course that is graded in tests, with its program.
func writeCourse(dir, service string) error {
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "course"))); err != nil {
		return err
	}
	program, err := os.ReadFile(service)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "exercises", "answers", "starter", "service"), program, 0o755)
}

// prepare keeps a script apart from the person who runs it.
func prepare(env *testscript.Env, engine string) error {
	env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
	env.Setenv("DOCKER_HOST", engine)
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	return nil
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"code":   code,
		"json":   isJSON,
		"tty":    tty,
		"damage": damage,
	}
}

// code runs a command that must end with an exit code: code 2 shipshape check.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// isJSON demands that a file, or stdout, is one JSON document and nothing else.
func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: json file")
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(ts.ReadFile(args[0]))))
	var document any
	if err := dec.Decode(&document); err != nil {
		ts.Fatalf("%s is no JSON: %v", args[0], err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("%s has something behind its document", args[0])
	}
}

// tty runs a command with a terminal as its standard input, output and error,
// and keeps what it wrote in the file tty: tty shipshape lessons. With -silent,
// the terminal answers no questions; with -columns N, it is so wide; with -code N,
// the command must end so.
func tty(ts *testscript.TestScript, neg bool, args []string) {
	flags := flag.NewFlagSet("tty", flag.ContinueOnError)
	silent, want := flags.Bool("silent", false, ""), flags.Int("code", 0, "")
	columns := flags.Uint("columns", 80, "")
	ts.Check(flags.Parse(args))
	args = flags.Args()
	if neg || len(args) == 0 {
		ts.Fatalf("usage: tty [-silent] [-code N] command [args...]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	program, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.CommandContext(ctx, program, args[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "HOME", "XDG_DATA_HOME", "DOCKER_HOST", "NO_COLOR"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.Env = append(cmd.Env, "TERM="+cmp.Or(ts.Getenv("TERM"), "xterm-256color"))
	term, err := termtest.Start(cmd, termtest.Options{Silent: *silent, Columns: uint16(*columns), Rows: 24}) //nolint:gosec // a script's own number
	ts.Check(err)
	if code, err := term.Wait(); code != *want || err != nil {
		ts.Fatalf("exit code %d, %v\n%s", code, err, term.Output())
	}
	ts.Check(os.WriteFile(ts.MkAbs("tty"), term.Output(), 0o600))
}

// damage overwrites the middle of every file in a folder.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage folder")
	}
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"))
	ts.Check(err)
	damaged := 0
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			ts.Check(os.WriteFile(file, bytes.Repeat([]byte("damaged "), 512), 0o600))
			damaged++
		}
	}
	if damaged == 0 {
		ts.Fatalf("there is no file in %s", args[0])
	}
}
