//go:build unix

package engine

import "syscall"

// noFollow keeps a file from being opened through a link, and from being waited
// for where it is a named pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
