//go:build unix

package setup

import (
	"os/exec"
	"syscall"
)

// detach gives a command a session of its own: it gets neither the terminal's
// Ctrl-C nor its hang-up.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
