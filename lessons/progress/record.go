package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// FileName is the record's name in the data directory.
const FileName = "progress.db"

// Record is a learner's record. It is safe for use by several goroutines, and
// the file under it by several processes.
type Record struct {
	mu sync.Mutex
	db *sql.DB
	// path is empty when the record is in memory.
	path string
	// file is the one that db was opened on: another process may put a fresh
	// one in its place.
	file    os.FileInfo
	notices []string
	tell    func(string)
	// lost says why the record is without what the learner did before, or not
	// sure to have all of it.
	lost *FaultError
	// unkept says why the record ends with the process.
	unkept *FaultError
}

// Open opens the record in a directory, which it makes where there is none. It
// fails only when ctx ends; for everything else that may be wrong with a file it
// finds a way to go on, and says so in Notices.
func Open(ctx context.Context, dir string) (*Record, error) {
	r := &Record{}
	path := filepath.Join(dir, FileName)
	db, err := r.openOrReplace(ctx, dir, path)
	if err == nil {
		r.db, r.path = db, path
		return r, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("opening the record %s: %w", path, ctx.Err())
	}
	if err := r.openMemory(ctx, path, err); err != nil {
		return nil, err
	}
	return r, nil
}

// openOrReplace opens the file, or a fresh one in the place of a damaged one.
func (r *Record) openOrReplace(ctx context.Context, dir, path string) (*sql.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	db, err := r.openFile(ctx, path)
	if !isDamage(err) {
		return db, err
	}
	return r.replace(ctx, path, err)
}

// openMemory begins a record that ends with the process. Where the file can be
// read at least, what stands in it is copied.
func (r *Record) openMemory(ctx context.Context, path string, cause error) error {
	db, err := openMemory(ctx)
	if err != nil {
		return fmt.Errorf("opening a record in memory: %w", err)
	}
	r.db = db
	r.unkept = unwritable(path, cause)
	r.lost = r.unkept
	kept := "What you do now is not kept."
	var newer *newerError
	if !errors.As(cause, &newer) {
		whole, err := r.copyFrom(ctx, path)
		switch {
		case err == nil && whole:
			r.lost = nil
			kept = "What you did before is shown; what you do now is not kept."
		case err == nil:
			r.lost = unmerged(path)
			kept = "What you did before is shown, perhaps without the last of it; what you do now is not kept."
		}
	}
	problem := r.unkept.Problem
	r.note(fmt.Sprintf("%s%s. %s %s", strings.ToUpper(problem[:1]), problem[1:], kept, r.unkept.Remedy))
	return nil
}

// copyFrom reads a file that can't be written into this record. It may be that
// not the whole of it can be read.
func (r *Record) copyFrom(ctx context.Context, path string) (whole bool, err error) {
	db, whole, err := openReadOnly(ctx, path)
	if err != nil {
		return false, err
	}
	defer db.Close()
	d, err := readDocument(ctx, db)
	if err != nil {
		return false, err
	}
	return whole, merge(ctx, r.db, d)
}

// Notices tells, in sentences for the learner, what was not as it should be
// with the file, at Open or since.
func (r *Record) Notices() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.notices)
}

// Tell hands the notices to a function: those that there are, and each later one
// when it arises. The function must leave the record alone.
func (r *Record) Tell(tell func(notice string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.notices {
		tell(n)
	}
	r.tell = tell
}

func (r *Record) note(notice string) {
	r.notices = append(r.notices, notice)
	if r.tell != nil {
		r.tell(notice)
	}
}

// Whole returns nil, or a [FaultError] where the record is without what the
// learner did before: then that little is in it says nothing about the learner.
func (r *Record) Whole() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost == nil {
		return nil
	}
	return r.lost
}

// InMemory tells whether the record is lost when the process ends.
func (r *Record) InMemory() bool { return r.path == "" }

// Close closes the file.
func (r *Record) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.db.Close(); err != nil {
		return fmt.Errorf("closing the record: %w", err)
	}
	return nil
}

// with runs one piece of work on the database. When the file proves damaged in
// the middle, it is set aside and the work done on a fresh one; and when another
// process has done that, on that one's.
func (r *Record) with(ctx context.Context, what string, work func(db *sql.DB) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	moved := r.moved()
	var err error
	if !moved {
		err = work(r.db)
	}
	if moved || isDamage(err) && !r.InMemory() {
		// The file can't be trusted any more; whether closing it works does
		// not matter.
		_ = r.db.Close()
		db, replaceErr := r.replace(ctx, r.path, err)
		if replaceErr != nil {
			// Closed, r.db refuses further work with an error of its own.
			return explain(what, errors.Join(err, replaceErr))
		}
		r.db = db
		err = work(r.db)
	}
	return explain(what, err)
}

// moved tells that another file stands in the place of the one that is open, so
// that what is written there would be lost.
func (r *Record) moved() bool {
	if r.InMemory() {
		return false
	}
	info, err := os.Stat(r.path)
	return err == nil && !os.SameFile(info, r.file)
}
