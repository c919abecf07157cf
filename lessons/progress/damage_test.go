package progress

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	spoilPages(t, filepath.Join(dir, FileName))

	r := open(t, dir)
	var told []string
	r.Tell(func(notice string) { told = append(told, notice) })
	if len(told) != 0 || r.Whole() != nil {
		t.Fatalf("before it is read it says %q and %v", told, r.Whole())
	}
	summary(t, r)
	if len(told) != 1 || len(asides(t, dir)) != 1 {
		t.Errorf("told: %q, set aside: %q", told, asides(t, dir))
	}
	must(t, r.MarkRead(t.Context(), "l"))
	if n := r.Notices(); !slices.Equal(n, told) {
		t.Errorf("notices: %q, told: %q", n, told)
	}
	if len(summary(t, r).Read) != 1 {
		t.Error("the fresh record does not work")
	}
}

// What is left after damage must not pass for all that the learner did.
func TestExportRefusesWhatDamageLeft(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"found when it is opened": func(t *testing.T, path string) {
			must(t, os.WriteFile(path, bytes.Repeat([]byte("rubbish "), 4000), 0o600))
		},
		"found when it is read": spoilPages,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, dir)
			spoil(t, filepath.Join(dir, FileName))

			r := open(t, dir)
			var out bytes.Buffer
			err := r.Export(t.Context(), &out)
			var fault *FaultError
			if !errors.As(err, &fault) || out.Len() > 0 {
				t.Fatalf("Export: %v, and wrote %q", err, out.String())
			}
			if kept := asides(t, dir); len(kept) != 1 || !strings.Contains(fault.Remedy, kept[0]) {
				t.Errorf("set aside: %q, remedy: %q", kept, fault.Remedy)
			}
			must(t, r.Close())
			export(t, openQuietly(t, dir))
		})
	}
}

// A record that is open while another process sets its file aside goes on in the
// fresh one: what it wrote to the old one would be lost.
func TestAnotherProcessSetsTheFileAside(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir)
	r := openQuietly(t, dir)
	summary(t, r)
	spoilPages(t, filepath.Join(dir, FileName))
	summary(t, open(t, dir))

	must(t, r.MarkRead(t.Context(), "l"))
	kept := asides(t, dir)
	// Its log went along, under a longer name.
	if n := r.Notices(); len(kept) == 0 || len(n) != 1 || !strings.Contains(n[0], kept[0]+" ") {
		t.Errorf("set aside: %q, notices: %q", kept, n)
	}
	if r.Whole() == nil {
		t.Error("it passes for whole")
	}
	if s := summary(t, openQuietly(t, dir)); len(s.Read) != 1 {
		t.Errorf("the fresh record has %+v", s)
	}
}

// A file that somebody put there on purpose is no loss.
func TestAnotherFileInItsPlace(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	fill(t, other)
	r := openQuietly(t, dir)
	must(t, r.MarkRead(t.Context(), "l"))
	must(t, r.Close())
	r = openQuietly(t, dir)
	must(t, os.Rename(filepath.Join(other, FileName), filepath.Join(dir, FileName)))
	if s := summary(t, r); len(s.Questions) != 300 || len(r.Notices()) != 0 || r.Whole() != nil {
		t.Errorf("%d questions, notices %q, %v", len(s.Questions), r.Notices(), r.Whole())
	}
}

// spoilPages changes all but the first page of a closed record, which then opens
// as if it were sound.
func spoilPages(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(content); i++ {
		content[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, content, 0o600))
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
	refusesExchange(t, r)
}

// refusesExchange demands that a record in memory takes nothing in that would be
// lost, and does not pass for the learner's.
func refusesExchange(t *testing.T, r *Record) {
	t.Helper()
	sound := export(t, openQuietly(t, t.TempDir()))
	var out bytes.Buffer
	var fault *FaultError
	if err := r.Import(t.Context(), bytes.NewReader(sound)); !errors.As(err, &fault) || fault.Remedy == "" {
		t.Errorf("Import: %v", err)
	}
	if err := r.Export(t.Context(), &out); !errors.As(err, &fault) || fault.Remedy == "" || out.Len() > 0 {
		t.Errorf("Export: %v, and wrote %q", err, out.String())
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
			refusesExchange(t, r)
		})
	}
}
