package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

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
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("DOCKER_HOST", "unix://"+filepath.Join(env.WorkDir, "no.sock"))
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":   code,
			"json":   isJSON,
			"tty":    tty,
			"damage": damage,
		},
	})
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
// and keeps what it wrote in the file tty: tty shipshape lessons.
func tty(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: tty command [args...]")
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
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	term, err := termtest.Start(cmd, termtest.Options{})
	ts.Check(err)
	if code, err := term.Wait(); code != 0 || err != nil {
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
