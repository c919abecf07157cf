package progress

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"
)

// open opens a record and closes it with the test.
func open(t *testing.T, dir string) *Record {
	t.Helper()
	r, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// openQuietly opens a record that must have nothing to remark on.
func openQuietly(t *testing.T, dir string) *Record {
	t.Helper()
	r := open(t, dir)
	if n := r.Notices(); len(n) > 0 || r.InMemory() {
		t.Fatalf("notices %q, in memory: %v", n, r.InMemory())
	}
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func summary(t *testing.T, r *Record) *Summary {
	t.Helper()
	s, err := r.Summary(t.Context())
	must(t, err)
	return s
}

// day returns a fixed moment some days on.
func day(n int) time.Time { return time.Date(2026, 1, 1+n, 12, 0, 0, 123456000, time.UTC) }

func TestRecordKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data with ? # % and ü", "deeper")
	r := openQuietly(t, dir)
	ctx := t.Context()
	before := time.Now().Truncate(time.Microsecond)
	must(t, r.MarkRead(ctx, "layer-cache"))
	must(t, r.Answer(ctx, Answered{Lesson: "layer-cache", Question: "q1", Right: false, At: day(0)}))
	must(t, r.Answer(ctx, Answered{Lesson: "layer-cache", Question: "q1", Right: true, At: day(1)}))
	must(t, r.Answer(ctx, Answered{Lesson: "layer-cache", Question: "q2", Right: true}))
	must(t, r.Attempt(ctx, Attempted{Exercise: "go-static", Outcome: "failed", Points: 8, MaxPoints: 10, At: day(0)}))
	must(t, r.Attempt(ctx, Attempted{Exercise: "go-static", Outcome: "ungradable", MaxPoints: 10, At: day(1)}))
	must(t, r.Attempt(ctx, Attempted{Exercise: "go-static", Outcome: "passed", Points: 7, MaxPoints: 9, Report: []byte(`{"a": 1}`), At: day(2)}))
	must(t, r.Hint(ctx, "go-static", 2))
	must(t, r.Hint(ctx, "go-static", 1))
	must(t, r.Hint(ctx, "untouched", 3))
	must(t, r.Close())

	s := summary(t, openQuietly(t, dir))
	if at := s.Read["layer-cache"]; len(s.Read) != 1 || at.Before(before) {
		t.Errorf("Read = %v", s.Read)
	}
	q := s.Questions["q1"]
	if q.Right != 1 || q.Wrong != 1 || !q.LastRight || !q.Last.Equal(day(1)) || !q.Due.After(day(1)) {
		t.Errorf("q1 = %+v", q)
	}
	if q := s.Questions["q2"]; q.Right != 1 || q.Last.Before(before) {
		t.Errorf("q2 = %+v", q)
	}
	e := s.Exercises["go-static"]
	if e.Attempts != 2 || !e.Passed || e.BestPoints != 8 || e.MaxPoints != 10 || e.HintLevel != 2 || !e.Last.Equal(day(2)) {
		t.Errorf("go-static = %+v", e)
	}
	if e := s.Exercises["untouched"]; e.HintLevel != 3 || e.Attempts != 0 {
		t.Errorf("untouched = %+v", e)
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, want that of a private one", info.Mode())
	}
}

// Two events of one moment are two.
func TestRecordKeepsEventsOfOneMoment(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	for range 3 {
		must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: "q", Right: true, At: day(0)}))
		must(t, r.Attempt(t.Context(), Attempted{Exercise: "e", Outcome: "failed", At: day(0)}))
	}
	s := summary(t, r)
	if s.Questions["q"].Right != 3 || s.Exercises["e"].Attempts != 3 {
		t.Errorf("q = %+v, e = %+v, want 3 of each", s.Questions["q"], s.Exercises["e"])
	}
}

func TestRecordRefusesWhatCantBe(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	ctx := t.Context()
	for name, err := range map[string]error{
		"no question":     r.Answer(ctx, Answered{Lesson: "l"}),
		"control letters": r.Answer(ctx, Answered{Lesson: "l", Question: "q\x1b[31m"}),
		"long name":       r.MarkRead(ctx, strings.Repeat("x", 201)),
		"points":          r.Attempt(ctx, Attempted{Exercise: "e", Outcome: "passed", Points: 3, MaxPoints: 2}),
		"report":          r.Attempt(ctx, Attempted{Exercise: "e", Outcome: "passed", Report: []byte("{")}),
		"level":           r.Hint(ctx, "e", 0),
		"time":            r.Answer(ctx, Answered{Lesson: "l", Question: "q", At: time.Unix(0, 0)}),
	} {
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if s := summary(t, r); len(s.Questions)+len(s.Exercises)+len(s.Read) != 0 {
		t.Errorf("something was kept: %+v", s)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := openQuietly(t, t.TempDir())
	cancel()
	if _, err := Open(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v, want context.Canceled", err)
	}
	if err := r.MarkRead(ctx, "l"); !errors.Is(err, context.Canceled) {
		t.Errorf("MarkRead: %v, want context.Canceled", err)
	}
	if s := summary(t, r); len(s.Read) != 0 {
		t.Errorf("Read = %v, want none", s.Read)
	}
}

func TestDiskFull(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	ctx := t.Context()
	must(t, r.MarkRead(ctx, "kept"))
	if _, err := r.db.Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	report := fmt.Appendf(nil, "%q", strings.Repeat("x", 100_000))
	err := r.Attempt(ctx, Attempted{Exercise: "e", Outcome: "failed", Report: report})
	var cause *sqlite.Error
	if !errors.As(err, &cause) || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("Attempt: %v, want that the disk is full", err)
	}
	if s := summary(t, r); len(s.Read) != 1 || len(s.Exercises) != 0 {
		t.Errorf("after a full disk: %+v", s)
	}
}

// With several goroutines nothing is lost.
func TestRecordOfSeveralGoroutines(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	done := make(chan error)
	for range 8 {
		go func() {
			var err error
			for range 20 {
				err = errors.Join(err, r.Answer(context.Background(), Answered{Lesson: "l", Question: "q", Right: true}))
			}
			done <- err
		}()
	}
	for range 8 {
		must(t, <-done)
	}
	if q := summary(t, r).Questions["q"]; q.Right != 160 {
		t.Errorf("%d answers, want 160", q.Right)
	}
}

func TestMigrateFromEveryVersion(t *testing.T) {
	files, err := migrations.ReadDir("migrations")
	must(t, err)
	for from := range len(files) + 1 {
		dir := t.TempDir()
		db, err := sql.Open("sqlite", filepath.Join(dir, FileName))
		must(t, err)
		for version := range from {
			must(t, step(t.Context(), db, version))
		}
		must(t, db.Close())
		r := openQuietly(t, dir)
		must(t, r.MarkRead(t.Context(), "l"))
		// A second run has nothing to do and changes nothing.
		must(t, migrate(t.Context(), r.db))
		if len(summary(t, r).Read) != 1 {
			t.Errorf("from version %d: nothing was kept", from)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		r, err := Open(b.Context(), dir)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// A learner of a year: 10,000 answers to 250 questions.
func BenchmarkSummary(b *testing.B) {
	r, err := Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var doc bytes.Buffer
	doc.WriteString(`{"schema": 1, "answers": [`)
	for i := range 10_000 {
		if i > 0 {
			doc.WriteByte(',')
		}
		at := day(0).Add(time.Duration(i) * 50 * time.Minute).Format(time.RFC3339)
		fmt.Fprintf(&doc, `{"lesson": "l", "question": "q%d", "right": %v, "at": %q}`, i%250, i%3 > 0, at)
	}
	doc.WriteString("]}")
	if err := r.Import(b.Context(), &doc); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := r.Summary(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
