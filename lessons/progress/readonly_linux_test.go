package progress

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// withoutPrivilege runs the rest of the test as a user whom permissions bind,
// also when the tests run as root. The thread that it changes ends with the
// test's goroutine, since that is never unlocked from it.
func withoutPrivilege(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	runtime.LockOSThread()
	const nobody = 65534
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err)
		}
	})
}

func TestReadOnlyDirectory(t *testing.T) {
	for name, fileMode := range map[string]os.FileMode{"and file": 0o444, "and a file that is not": 0o666} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, dir)
			path := filepath.Join(dir, FileName)
			must(t, os.Chmod(path, fileMode))
			must(t, os.Chmod(dir, 0o555))
			must(t, os.Chmod(filepath.Dir(dir), 0o755)) // of the test's own
			t.Cleanup(func() { must(t, os.Chmod(dir, 0o755)) })
			withoutPrivilege(t)

			r := open(t, dir)
			if n := r.Notices(); len(n) != 1 || !strings.Contains(n[0], "can't be written") || !r.InMemory() {
				t.Errorf("notices: %q, in memory: %v", n, r.InMemory())
			}
			if d := events(t, export(t, r)); len(d.Answers) != 300 {
				t.Errorf("it exports %d answers, want what the file holds", len(d.Answers))
			}
			if err := r.Import(t.Context(), bytes.NewReader(export(t, r))); err == nil {
				t.Error("it imports what it can't keep")
			}
			must(t, r.MarkRead(t.Context(), "l"))
			if s := summary(t, r); len(s.Questions) != 300 || len(s.Read) != 1 {
				t.Errorf("%d questions and %d lessons, want what the file holds and what was added", len(s.Questions), len(s.Read))
			}
			entries, err := os.ReadDir(dir)
			must(t, err)
			if len(entries) != 1 {
				t.Errorf("the directory holds %v, want the record alone", entries)
			}
		})
	}
}

// Where the log of a killed process can't be read, the file alone is not all that
// the learner did.
func TestReadOnlyDirectoryWithALog(t *testing.T) {
	dir, live := t.TempDir(), t.TempDir()
	fill(t, live)
	r := openQuietly(t, live)
	must(t, r.MarkRead(t.Context(), "l"))
	path := filepath.Join(dir, FileName)
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(filepath.Join(live, FileName) + suffix)
		must(t, err)
		must(t, os.WriteFile(path+suffix, content, 0o444))
	}
	must(t, os.Chmod(dir, 0o555))
	must(t, os.Chmod(filepath.Dir(dir), 0o755)) // of the test's own
	t.Cleanup(func() { must(t, os.Chmod(dir, 0o755)) })
	withoutPrivilege(t)

	r = open(t, dir)
	if s := summary(t, r); len(s.Questions) != 300 {
		t.Errorf("%d questions, want what can be read", len(s.Questions))
	}
	var out bytes.Buffer
	if err := r.Export(t.Context(), &out); err == nil || !strings.Contains(err.Error(), path+"-wal") {
		t.Errorf("Export: %v", err)
	}
}

func TestForbiddenDirectory(t *testing.T) {
	parent := t.TempDir()
	must(t, os.Chmod(parent, 0o500))
	withoutPrivilege(t)
	dir := filepath.Join(parent, "data")
	if os.Getuid() != 0 {
		// One's own directory can be entered; a new one can't be made in it.
		dir = filepath.Join(parent, "deeper", "data")
	}
	r := open(t, dir)
	if n := r.Notices(); len(n) != 1 || !r.InMemory() {
		t.Errorf("notices: %q, in memory: %v", n, r.InMemory())
	}
	must(t, r.MarkRead(t.Context(), "l"))
}
