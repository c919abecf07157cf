package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver "sqlite", in pure Go
)

// busyTimeout is how long a process waits for another one's transaction. Those
// are of a few rows and take milliseconds.
const busyTimeout = 5 * time.Second

// openFile opens a record's file, makes it where there is none, and brings it
// to the newest format.
func (r *Record) openFile(ctx context.Context, path string) (*sql.DB, error) {
	// SQLite would make it readable for everybody.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	// Of the open file, not of its name: on Windows a name's identity is that
	// of whatever stands there when it is asked for.
	info, statErr := f.Stat()
	if err := errors.Join(statErr, f.Close()); err != nil {
		return nil, err
	}
	r.file = info
	db, err := connect(path, "_txlock=immediate")
	if err != nil {
		return nil, err
	}
	if err := retryBusy(ctx, func() error { return prepare(ctx, db) }); err != nil {
		_ = db.Close() // nothing was written; the cause is what counts
		return nil, err
	}
	return db, nil
}

// prepare sets what a connection needs and migrates. It writes nothing to a
// file that is not ours, or newer.
func prepare(ctx context.Context, db *sql.DB) error {
	if _, _, err := formatOf(ctx, db); err != nil {
		return err
	}
	// With a write-ahead log a reader does not wait for a writer. Where the
	// file system can't do it, SQLite says so by staying with the old mode,
	// which is slower and as safe.
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"); err != nil {
		return err
	}
	return migrate(ctx, db)
}

// openReadOnly opens a file that can't be written: neither it nor its directory
// need to be writable. It is not whole where a write-ahead log beside it can't be
// read.
func openReadOnly(ctx context.Context, path string) (db *sql.DB, whole bool, err error) {
	if _, err := os.Stat(path); err != nil {
		return nil, false, err
	}
	var failed error
	// Beside a write-ahead log that wasn't merged, only the first one sees
	// what is in it; without its index file only the second one works.
	for _, immutable := range []bool{false, true} {
		mode := "mode=ro"
		if immutable {
			mode = "mode=ro&immutable=1"
		}
		db, err := connect(path, mode)
		if err != nil {
			return nil, false, err
		}
		version, known, err := formatOf(ctx, db)
		if err == nil && version != known {
			err = fmt.Errorf("it has format %d, not %d", version, known)
		}
		if err == nil {
			log, statErr := os.Stat(path + "-wal")
			return db, !immutable || statErr != nil || log.Size() == 0, nil
		}
		_ = db.Close() // the cause is what counts
		failed = err
		if isBusy(err) {
			// The second mode asks for no lock, and would read what another
			// process is just changing.
			break
		}
	}
	return nil, false, failed
}

func openMemory(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	// Each connection would have a memory of its own.
	db.SetMaxOpenConns(1)
	return db, migrate(ctx, db)
}

// connect readies a pool for a file; the file is touched at its first use.
func connect(path, parameters string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs)}
	name.RawQuery = fmt.Sprintf("_pragma=busy_timeout(%d)&%s", busyTimeout.Milliseconds(), parameters)
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	// One writer at a time is all that SQLite allows; a queue in this process
	// is fairer than its waiting.
	db.SetMaxOpenConns(1)
	return db, nil
}

// retryBusy tries again while another process is just making the file: SQLite
// does not wait for it in all of the steps of that.
func retryBusy(ctx context.Context, work func() error) error {
	deadline := time.Now().Add(busyTimeout)
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		err := work()
		if !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// replace sets the damaged file at path aside and opens a fresh one. Another
// process may be about to do the same, or have done it, so it looks again with
// the directory locked. found is the damage, or nil where only the file is
// another one.
func (r *Record) replace(ctx context.Context, path string, found error) (*sql.DB, error) {
	own := r.file
	guard := flock.New(path + ".lock")
	if _, err := guard.TryLockContext(ctx, 10*time.Millisecond); ctx.Err() != nil {
		return nil, err
	}
	// Where the file system knows no locks it goes on without: two processes
	// would have to find the damage in the same moment.
	defer guard.Close()

	db, err := r.openFile(ctx, path)
	if err == nil {
		if err = quickCheck(ctx, db); err == nil {
			if !os.SameFile(own, r.file) {
				r.follow(path, own, found)
			}
			return db, nil
		}
		_ = db.Close() // it is about to be set aside
	}
	if !isDamage(err) {
		return nil, err
	}
	aside, moveErr := setAside(path, time.Now())
	if moveErr != nil {
		return nil, moveErr
	}
	r.lost = lostToDamage(path, aside)
	r.note(fmt.Sprintf("The record %s was damaged (%v). It is kept as %s, and a new record begins.", path, err, aside))
	return r.openFile(ctx, path)
}

// follow takes note that another process has set this one's file aside. One that
// was put in its place in another way, such as a copy from elsewhere, is simply
// the record now.
func (r *Record) follow(path string, own os.FileInfo, found error) {
	aside := asideOf(path, own)
	switch {
	case aside != "":
		r.lost = lostToDamage(path, aside)
		r.note(fmt.Sprintf("The record %s was damaged. Another shipshape has set it aside as %s and begun a new record.", path, aside))
	case found != nil:
		r.lost = lostToDamage(path, "")
		r.note(fmt.Sprintf("The record %s was damaged (%v), and another one is in its place now.", path, found))
	}
}

// quickCheck reads the whole file and returns an error that isDamage knows when
// something in it can't be.
func quickCheck(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return &damageError{verdict}
	}
	return nil
}

// asideOf returns where a file is that was set aside, or "".
func asideOf(path string, file os.FileInfo) string {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), FileName+damagedInfix) {
			continue
		}
		aside := filepath.Join(dir, e.Name())
		if info, err := os.Stat(aside); err == nil && os.SameFile(info, file) {
			return aside
		}
	}
	return ""
}

// damagedInfix stands between a record's name and the time when it was set aside.
const damagedInfix = ".damaged-"

// setAside renames a file with the log and the index that belong to it. They go
// first: a log left alone would be taken for that of the fresh file.
func setAside(path string, now time.Time) (string, error) {
	aside := path + damagedInfix + now.UTC().Format("20060102T150405.000")
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("the damaged record can't be set aside: %w", err)
		}
	}
	return aside, nil
}
