package cli

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shipshape/lessons/progress"
)

// called is what one call of shipshape came to.
type called struct {
	code     int
	out, err string
}

// call runs one command line on the record in a folder.
func call(t *testing.T, data string, args ...string) called {
	t.Helper()
	var out, err bytes.Buffer
	a := newApp(&IO{In: strings.NewReader(""), Out: &out, Err: &err, Width: defaultWidth}, "test")
	code := a.execute(t.Context(), append([]string{"--data", data}, args...))
	return called{code, out.String(), err.String()}
}

// fails demands the exit code of something amiss around the command, and that
// each of the texts is told.
func (c called) fails(t *testing.T, texts ...string) {
	t.Helper()
	if c.code != ExitUngradable {
		t.Errorf("exit code %d, want %d; it said:\n%s", c.code, ExitUngradable, c.err)
	}
	for _, text := range texts {
		if !strings.Contains(c.err, text) {
			t.Errorf("it does not say %q, but:\n%s", text, c.err)
		}
	}
}

// learned makes a record of several pages in a new folder, closed.
func learned(t *testing.T) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	r, err := progress.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		answer := progress.Answered{Lesson: "lesson", Question: fmt.Sprintf("question-%d", i), At: time.Unix(1.8e9, 0)}
		if err := r.Answer(context.Background(), answer); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, progress.FileName)
}

// spoil changes all but the first page of a file: damage that shows only when
// more of it is read.
func spoil(t *testing.T, name string) {
	t.Helper()
	content := []byte(read(t, name))
	for i := 4096; i < len(content); i++ {
		content[i] ^= 0x5a
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestExportOfADamagedRecordLeavesTheLastOne(t *testing.T) {
	dir, record := learned(t)
	backup := filepath.Join(t.TempDir(), "backup.json")
	if c := call(t, dir, "progress", "export", backup); c.code != ExitOK {
		t.Fatal(c)
	}
	before := read(t, backup)
	spoil(t, record)

	c := call(t, dir, "progress", "export", backup)
	c.fails(t, "note: ", record+".damaged-", "shipshape progress import")
	if read(t, backup) != before {
		t.Error("the last good export is gone")
	}
	if c := call(t, dir, "progress", "import", backup); c.code != ExitOK {
		t.Fatal(c)
	}
	if c := call(t, dir, "progress", "export", "-"); c.code != ExitOK || strings.Count(c.out, `"question":`) != 300 {
		t.Errorf("after it was brought back: %v", c)
	}
}

func TestDamageThatIsFoundLaterIsTold(t *testing.T) {
	dir, record := learned(t)
	spoil(t, record)
	if c := call(t, dir, "exercises"); c.code != ExitOK || !strings.Contains(c.err, record+".damaged-") {
		t.Errorf("exit code %d, and it said:\n%s", c.code, c.err)
	}
}

// spare is a sound export, and what a backup holds that must not be lost.
func spare(t *testing.T) (name, content string) {
	t.Helper()
	dir, _ := learned(t)
	name = filepath.Join(t.TempDir(), "spare.json")
	if c := call(t, dir, "progress", "export", name); c.code != ExitOK {
		t.Fatal(c)
	}
	return name, read(t, name)
}

// What can't be kept is not imported, and what was not read is not exported.
func TestARecordInMemoryIsNotTheLearners(t *testing.T) {
	newer, record := learned(t)
	change(t, record, "PRAGMA user_version = 99")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ data, why, remedy string }{
		"of a newer format": {newer, "newer version", "Use the newer version"},
		"no place for it":   {filepath.Join(file, "data"), "can't be written", "--data"},
	} {
		t.Run(name, func(t *testing.T) {
			backup, before := spare(t)
			call(t, tt.data, "progress", "export", backup).fails(t, "shipshape: the record can't be exported", tt.why, tt.remedy)
			if read(t, backup) != before {
				t.Error("the last good export is gone")
			}
			if c := call(t, tt.data, "progress", "export", "-"); c.code != ExitUngradable || c.out != "" {
				t.Errorf("to standard output: %v", c)
			}
			c := call(t, tt.data, "progress", "import", backup)
			c.fails(t, "was not imported", tt.why, tt.remedy)
			if strings.Contains(c.err, "in your record now") {
				t.Errorf("it says:\n%s", c.err)
			}
		})
	}
}

// change runs statements on a record behind the program's back.
func change(t *testing.T, record, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", record)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// Only a faulty document is a fault of the call.
func TestImportIntoABusyRecord(t *testing.T) {
	t.Parallel() // it waits for as long as the program does
	backup, _ := spare(t)
	dir, record := learned(t)
	db, err := sql.Open("sqlite", record)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	c := call(t, dir, "progress", "import", backup)
	c.fails(t, "was not imported", "close it and try again")
	if strings.Contains(c.err, "Name a file") {
		t.Errorf("it blames the file:\n%s", c.err)
	}
}

func TestImportOfWhatIsNoRecord(t *testing.T) {
	dir := t.TempDir()
	rubbish := filepath.Join(dir, "rubbish")
	if err := os.WriteFile(rubbish, []byte(`{"schema": 1, "hints": [{}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{rubbish, dir, filepath.Join(dir, "nowhere")} {
		if c := call(t, dir, "progress", "import", name); c.code != ExitUsage || !strings.Contains(c.err, "Name a file") {
			t.Errorf("%s: %v", name, c)
		}
	}
}

// Who asks for the progress alone must not take zeros for it.
func TestProgressThatCanNotBeRead(t *testing.T) {
	for name, tt := range map[string]struct {
		harm func(t *testing.T, record string)
		says string
	}{
		"of a newer format": {func(t *testing.T, record string) { change(t, record, "PRAGMA user_version = 99") }, "Use the newer version"},
		"damaged":           {spoil, "shipshape progress import"},
		"without a table":   {func(t *testing.T, record string) { change(t, record, "DROP TABLE answers") }, "no such table"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, form := range [][]string{{"progress"}, {"progress", "--json"}} {
				dir, record := learned(t)
				tt.harm(t, record)
				c := call(t, dir, form...)
				c.fails(t, "your progress can't be read", tt.says)
				if c.out != "" {
					t.Errorf("%q prints %s", form, c.out)
				}
			}
			dir, record := learned(t)
			tt.harm(t, record)
			if c := call(t, dir, "lessons", "--json"); c.code != ExitOK || c.out == "" || !strings.Contains(c.err, "note: ") {
				t.Errorf("lessons: exit code %d, and it said:\n%s", c.code, c.err)
			}
		})
	}
}
