//go:build unix

package engine

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whoever is first makes a folder in that for temporary files.
func TestAFolderOfLocksThatMayBeSomebodyElsesIsNotUsed(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	own := (&Client{}).lockDirs()
	above := filepath.Dir(own[0])
	spoilt := map[string]func() error{
		"open to all": func() error {
			if err := os.MkdirAll(own[0], 0o700); err != nil {
				return err
			}
			return os.Chmod(above, 0o777)
		},
		"a link": func() error {
			elsewhere := t.TempDir()
			if err := os.Chmod(elsewhere, 0o700); err != nil {
				return err
			}
			return os.Symlink(elsewhere, above)
		},
	}
	if os.Getuid() == 0 {
		spoilt["another user's"] = func() error {
			if err := os.MkdirAll(own[0], 0o700); err != nil {
				return err
			}
			return os.Chown(above, 1000, 1000)
		}
	}
	for name, spoil := range spoilt {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(own[0], 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(own[0], "a.lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if dead := findCrashed(own); len(dead) != 0 {
			t.Errorf("%s: crashed runs: %+v", name, dead)
		}
		if _, err := lockRun(own, "b"); err == nil || !strings.Contains(err.Error(), "somebody else") {
			t.Errorf("%s: a lock was made: %v", name, err)
		}
		if err := os.RemoveAll(above); err != nil {
			t.Fatal(err)
		}
	}
	held, err := lockRun(own, "b")
	if err != nil {
		t.Fatal(err)
	}
	if err := held.abandon(); err != nil {
		t.Fatal(err)
	}
	dead := findCrashed(own)
	if len(dead) != 1 {
		t.Fatalf("crashed runs: %+v, want the one in a folder of one's own", dead)
	}
	if err := dead[0].done(false, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// What a link leads to would be opened, locked and given another time.
func TestOnlyFilesAreLocks(t *testing.T) {
	dir, target := t.TempDir(), filepath.Join(t.TempDir(), "target")
	if err := os.WriteFile(target, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.lock", "a.dead", "a.new"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "b.lock"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-2 * quietTime)
	if err := os.Chtimes(target, long, long); err != nil {
		t.Fatal(err)
	}
	if dead := findCrashed([]string{dir}); len(dead) != 0 {
		t.Errorf("crashed runs: %+v, want none", dead)
	}
	if got := names(t, dir); got != "a.dead a.lock a.new b.lock" {
		t.Errorf("the folder holds %s", got)
	}
}
