//go:build unix

package setup

import (
	"os/exec"
	"syscall"
	"time"
)

// detach gives a command a session of its own: it gets neither the terminal's
// Ctrl-C nor its hang-up.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// ending is how long an installer may take to end. What dpkg has begun to
// configure starts services, for which systemd alone waits up to 90 seconds
// each; one that is killed leaves packages half configured.
const ending = 5 * time.Minute

// unhurt has a command of a context that ends be interrupted, not killed, and
// waited for. apt-get ends at an interrupt while it downloads, and not before
// dpkg has ended while that is at work. In a process group of its own the
// command alone is told: the terminal's Ctrl-C would reach dpkg's scripts too.
func unhurt(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = ending
}
