//go:build !unix

package setup

import "os/exec"

// detach does nothing: setup starts no daemon on these systems.
func detach(*exec.Cmd) {}

// unhurt does nothing: setup installs nothing on these systems.
func unhurt(*exec.Cmd) {}
