package progress

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asides are the files that were set aside in a directory.
func asides(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, FileName+".damaged-*"))
	must(t, err)
	return names
}

func TestDamagedFileIsSetAside(t *testing.T) {
	for name, make := range map[string]func(t *testing.T, path string){
		"no database": func(t *testing.T, path string) {
			must(t, os.WriteFile(path, bytes.Repeat([]byte("not a database\n"), 1000), 0o600))
		},
		"another program's": func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			must(t, err)
			_, err = db.Exec("CREATE TABLE cookies (a); PRAGMA user_version = 1")
			must(t, err)
			must(t, db.Close())
		},
		"cut short": func(t *testing.T, path string) {
			fill(t, filepath.Dir(path))
			info, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, info.Size()/2+100))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, FileName)
			make(t, path)
			before, err := os.ReadFile(path)
			must(t, err)

			r := open(t, dir)
			must(t, r.MarkRead(t.Context(), "l"))
			if s := summary(t, r); len(s.Read) != 1 || r.InMemory() {
				t.Errorf("in memory: %v, Read = %v; want a fresh record on disk", r.InMemory(), s.Read)
			}
			kept := asides(t, dir)
			notices := r.Notices()
			if len(kept) != 1 || len(notices) != 1 || !strings.Contains(notices[0], kept[0]) {
				t.Fatalf("set aside: %q, notices: %q; want one of each", kept, notices)
			}
			after, err := os.ReadFile(kept[0])
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the damaged file was changed")
			}
			must(t, r.Close())
			if s := summary(t, openQuietly(t, dir)); len(s.Read) != 1 {
				t.Errorf("the fresh record did not stay: %+v", s)
			}
		})
	}
}

// Damage in the middle shows only when something there is read; then too the
// file is set aside and the work goes on.
func TestDamageFoundLater(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir)
	path := filepath.Join(dir, FileName)
	content, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(content); i++ {
		content[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, content, 0o600))

	r := open(t, dir)
	summary(t, r)
	must(t, r.MarkRead(t.Context(), "l"))
	if n := r.Notices(); len(n) != 1 || len(asides(t, dir)) != 1 {
		t.Errorf("notices: %q, set aside: %q", n, asides(t, dir))
	}
	if len(summary(t, r).Read) != 1 {
		t.Error("the fresh record does not work")
	}
}

// fill makes a record of several pages, closed.
func fill(t *testing.T, dir string) {
	t.Helper()
	r := openQuietly(t, dir)
	for i := range 300 {
		must(t, r.Answer(t.Context(), Answered{Lesson: "lesson", Question: fmt.Sprintf("question-%d", i), At: day(i)}))
	}
	must(t, r.Close())
}

// A log beside a damaged file must not be taken for that of the fresh one.
func TestSetAsideTakesTheLogAlong(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		must(t, os.WriteFile(path+suffix, []byte("rubbish"+suffix), 0o600))
	}
	aside, err := setAside(path, day(0))
	must(t, err)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if got, err := os.ReadFile(aside + suffix); err != nil || string(got) != "rubbish"+suffix {
			t.Errorf("%s%s = %q, %v", aside, suffix, got, err)
		}
		if _, err := os.Lstat(path + suffix); err == nil {
			t.Errorf("%s%s is still there", path, suffix)
		}
	}
}

func TestNewerFileIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir)
	path := filepath.Join(dir, FileName)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.Exec("PRAGMA user_version = 99")
	must(t, err)
	must(t, db.Close())
	before, err := os.ReadFile(path)
	must(t, err)

	r := open(t, dir)
	must(t, r.MarkRead(t.Context(), "l"))
	if n := r.Notices(); len(n) != 1 || !strings.Contains(n[0], "newer version") || !r.InMemory() {
		t.Errorf("notices: %q, in memory: %v", n, r.InMemory())
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(before, after) || len(asides(t, dir)) != 0 {
		t.Error("the newer file was touched")
	}
}

// Where no file can be had, the record is in memory and says so.
func TestNoPlaceForAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	taken := t.TempDir()
	must(t, os.Mkdir(filepath.Join(taken, FileName), 0o700))
	for name, dir := range map[string]string{
		"below a file":     filepath.Join(file, "data"),
		"name of a folder": taken,
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, dir)
			if n := r.Notices(); len(n) != 1 || !strings.Contains(n[0], dir) || !r.InMemory() {
				t.Errorf("notices: %q, in memory: %v", n, r.InMemory())
			}
			must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: "q", Right: true}))
			if summary(t, r).Questions["q"].Right != 1 {
				t.Error("the record in memory does not work")
			}
		})
	}
}
