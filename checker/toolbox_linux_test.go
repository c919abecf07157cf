package checker

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What an engine puts into a container has no parent there, and is not stopped
// with the service: a health test that is stopped before it has begun would be the
// last one.
func TestStopBelowLeavesWhatCameIn(t *testing.T) {
	inNamespace := []string{"--pid", "--fork", "--mount-proc"}
	if out, err := exec.Command("unshare", append(inNamespace, "true")...).CombinedOutput(); err != nil {
		t.Skipf("no namespace of processes can be made here: %v: %s", err, out)
	}
	first := startsChild(t, "unshare", append(inNamespace, "sh", "-c", "sleep 60 & wait")...)
	service := awaitChild(t, first)
	in := []string{"--target", strconv.Itoa(first), "--pid", "--mount"}
	stranger := startsChild(t, "nsenter", append(in, "sleep", "60")...)

	out, err := exec.Command("nsenter", append(in, "sh", "-c", stopScript)...).CombinedOutput()
	if err != nil {
		t.Logf("the script ended with %v: %s", err, out)
	}
	for pid, want := range map[int]bool{first: false, service: true, stranger: false} {
		if got := isStopped(t, pid); got != want {
			t.Errorf("process %d is stopped: %t, want %t", pid, got, want)
		}
	}
}

// startsChild starts a command, and returns the process that it starts.
func startsChild(t *testing.T, name string, args ...string) int {
	t.Helper()
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return awaitChild(t, cmd.Process.Pid)
}

// awaitChild waits until a process has started another one, which the test ends.
func awaitChild(t *testing.T, parent int) int {
	t.Helper()
	for range 1000 {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", parent))
		if err != nil {
			t.Fatal(err)
		}
		if child, err := strconv.Atoi(strings.TrimSpace(string(children))); err == nil {
			t.Cleanup(func() { _ = syscall.Kill(child, syscall.SIGKILL) })
			return child
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("process %d started nothing", parent)
	return 0
}

// isStopped tells a process that a signal has stopped.
func isStopped(t *testing.T, pid int) bool {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(stat), ") T ")
}
