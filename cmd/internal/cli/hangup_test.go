package cli_test

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"shipshape/cmd/internal/cli"
	"shipshape/cmd/internal/termtest"
)

// watchOffline begins to review a workspace at each save, and waits until it
// waits for one. The script is a shell's, which runs shipshape with "$@".
func watchOffline(t *testing.T, script string) (term *termtest.Terminal, workspace string, await func(from int, text string)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	data := t.TempDir()
	workspace = filepath.Join(t.TempDir(), "w")
	if out, err := exec.CommandContext(ctx, "shipshape", "--data", data, "start", "node-cache-order", "--dir", workspace).CombinedOutput(); err != nil {
		t.Fatalf("start: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", script, "sh", "--data", data, "--offline", "check", "--watch", "--dir", workspace)
	term, err := termtest.Start(cmd, termtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	await = func(from int, text string) {
		t.Helper()
		if _, err := term.Await(ctx, from, text); err != nil {
			t.Fatalf("%v; the output:\n%s", err, term.Output())
		}
	}
	await(0, "watching")
	return term, workspace, await
}

func TestAClosedTerminalEndsACommandAsCtrlCDoes(t *testing.T) {
	// Where nohup runs the tests the signal is ignored, and a child would inherit
	// that; what is caught goes back to its default in one.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	term, _, _ := watchOffline(t, `exec shipshape "$@"`)
	// The kernel tells of it, and the shell passes it on.
	for range 2 {
		if err := term.Signal(syscall.SIGHUP); err != nil {
			t.Logf("it ended at the first: %v", err)
		}
	}
	if code, err := term.Wait(); err != nil || code != cli.ExitInterrupted {
		t.Errorf("exit code %d, %v, want %d; the output:\n%s", code, err, cli.ExitInterrupted, term.Output())
	}
}

func TestNohupOutlivesItsTerminal(t *testing.T) {
	term, workspace, await := watchOffline(t, `trap "" HUP; exec shipshape "$@"`)
	if err := term.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	from := term.Len()
	if err := os.WriteFile(filepath.Join(workspace, "Dockerfile"), []byte("FROM scratch\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	await(from, "saved at")
	await(from, "watching")
	if err := term.Type("\x03"); err != nil {
		t.Fatal(err)
	}
	if code, err := term.Wait(); err != nil || code != cli.ExitInterrupted {
		t.Errorf("exit code %d, %v, want %d; the output:\n%s", code, err, cli.ExitInterrupted, term.Output())
	}
}
