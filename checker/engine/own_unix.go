//go:build unix

package engine

import (
	"io/fs"
	"os"
	"syscall"
)

// noFollow keeps a file from being opened through a link, and from being waited
// for where it is a named pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// isOwn reports whether a file is this user's, and nobody else may change it.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o022 == 0
}
