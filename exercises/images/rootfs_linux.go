package images

import (
	"io/fs"
	"os/exec"
	"syscall"
)

// isolate gives a command its own mounts and process group, and has the whole
// group killed when its context ends.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Unshareflags: syscall.CLONE_NEWNS}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// fileID names a file whatever its path.
type fileID struct{ device, inode uint64 }

// sharedFile tells whether a file has more names than one.
func sharedFile(info fs.FileInfo) (fileID, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}, false
	}
	return fileID{uint64(st.Dev), st.Ino}, st.Nlink > 1
}
