//go:build unix

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWriteFileKeepsModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	must(t, os.WriteFile(there, nil, 0o600))
	must(t, os.Chmod(there, 0o664))
	for name, want := range map[string]fs.FileMode{there: 0o664, filepath.Join(dir, "new"): 0o640} {
		must(t, writeFile(name, 0o666, says("text")))
		info, err := os.Stat(name)
		must(t, err)
		if info.Mode() != want || read(t, name) != "text" {
			t.Errorf("%s has mode %v and holds %q, want %v", name, info.Mode(), read(t, name), want)
		}
	}
}

// What is written to as it is must still be there afterwards, and so must a link
// to it, as /dev/stdout is one.
func TestWriteFileLeavesPipesInPlace(t *testing.T) {
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	must(t, syscall.Mkfifo(pipe, 0o600))
	must(t, os.Symlink("pipe", link))
	// Open for both, it lets writers come and go.
	f, err := os.OpenFile(pipe, os.O_RDWR, 0)
	must(t, err)
	defer func() { _ = f.Close() }()
	for _, name := range []string{pipe, link} {
		must(t, writeFile(name, 0o600, says("text")))
		info, err := os.Stat(pipe)
		must(t, err)
		if info.Mode().Type() != fs.ModeNamedPipe {
			t.Fatalf("after %s was written the pipe is %v", name, info.Mode())
		}
		got := make([]byte, 10)
		n, err := f.Read(got)
		must(t, err)
		if string(got[:n]) != "text" {
			t.Errorf("through %s came %q", name, got[:n])
		}
	}
	if got := entries(t, dir); len(got) != 2 {
		t.Errorf("there are %q", got)
	}
}
