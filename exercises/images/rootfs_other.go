//go:build !linux

package images

import (
	"io/fs"
	"os/exec"
)

// Debian is only made on Linux; see canBootstrap.

func isolate(*exec.Cmd) {}

type fileID struct{}

func sharedFile(fs.FileInfo) (fileID, bool) { return fileID{}, false }
