package progress

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// newerError says that the file has a format that only a newer version knows.
type newerError struct{ found, known int }

func (e *newerError) Error() string {
	return fmt.Sprintf("format %d is newer than %d", e.found, e.known)
}

// damageError says what is wrong with a file that SQLite itself would take.
type damageError struct{ what string }

func (e *damageError) Error() string { return e.what }

// FaultError says why a record does not stand for its learner.
type FaultError struct {
	// Problem says what happened, as half a sentence.
	Problem string
	// Remedy says what to do, in sentences.
	Remedy string
}

func (e *FaultError) Error() string { return e.Problem }

// DocumentError says that what was to be imported is no record that Export wrote.
type DocumentError struct{ fault error }

func (e *DocumentError) Error() string { return e.fault.Error() }

func (e *DocumentError) Unwrap() error { return e.fault }

// lostToDamage is the fault of a record that was begun anew; aside is where the
// damaged file is, or empty.
func lostToDamage(path, aside string) *FaultError {
	f := &FaultError{
		Problem: fmt.Sprintf("the record %s was damaged, and a new one begins without what was in it", path),
		Remedy:  "Bring back an earlier export with `shipshape progress import FILE`.",
	}
	if aside != "" {
		f.Remedy = fmt.Sprintf("The damaged file is kept as %s. %s", aside, f.Remedy)
	}
	return f
}

// unwritable is the fault of a record whose file could not be opened for writing.
func unwritable(path string, cause error) *FaultError {
	var newer *newerError
	switch {
	case errors.As(cause, &newer):
		return &FaultError{
			Problem: fmt.Sprintf("the record %s was written by a newer version of shipshape (format %d, this one knows %d), so it is left alone", path, newer.found, newer.known),
			Remedy:  "Use the newer version, or another --data directory.",
		}
	case isBusy(cause):
		return &FaultError{
			Problem: fmt.Sprintf("the record %s is held by another program (%v)", path, cause),
			Remedy:  "Close that one and try again.",
		}
	}
	return &FaultError{
		Problem: fmt.Sprintf("the record %s can't be written: %v", path, cause),
		Remedy:  writableRemedy,
	}
}

const writableRemedy = "Make the directory writable, or name another one with --data."

// unmerged is the fault of a record whose log could not be read along with it.
func unmerged(path string) *FaultError {
	return &FaultError{
		Problem: fmt.Sprintf("the record %s has a log, %s-wal, that can't be read in a directory that can't be written", path, path),
		Remedy:  writableRemedy,
	}
}

// code is SQLite's primary result code of an error; 0 for other errors.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

func isBusy(err error) bool {
	return code(err) == lib.SQLITE_BUSY || code(err) == lib.SQLITE_LOCKED
}

// isDamage tells that a file is no record of ours, or not any more.
func isDamage(err error) bool {
	var e *damageError
	return errors.As(err, &e) || code(err) == lib.SQLITE_CORRUPT || code(err) == lib.SQLITE_NOTADB
}

// explain wraps an error with what was being done and, where it is known, with
// what to do.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	switch code(err) {
	case lib.SQLITE_FULL:
		return fmt.Errorf("%s: the disk is full; free some space and try again: %w", what, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("%s: another shipshape has held the record for %v; close it and try again: %w", what, busyTimeout, err)
	case lib.SQLITE_READONLY:
		return fmt.Errorf("%s: the record can't be written any more; check the permissions of its directory: %w", what, err)
	case lib.SQLITE_IOERR:
		return fmt.Errorf("%s: the disk reports an error: %w", what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
