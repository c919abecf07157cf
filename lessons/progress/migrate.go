package progress

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID stands in the header of each of our files; the first migration
// sets it.
const applicationID = 0x73687073

// migrate runs the migrations that a file lacks, one transaction each. The
// file's user_version counts those it has had; their names count from 0001.
func migrate(ctx context.Context, db *sql.DB) error {
	for {
		version, known, err := formatOf(ctx, db)
		if err != nil || version == known {
			return err
		}
		if err := step(ctx, db, version); err != nil {
			return err
		}
		// Another process may have gone further in the meantime.
	}
}

// step takes the file from one version to the next, unless another process has
// done it in the meantime.
func step(ctx context.Context, db *sql.DB, from int) error {
	script, err := script(from)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it does nothing after Commit
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version != from {
		return nil
	}
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return fmt.Errorf("bringing the record from format %d to %d: %w", from, from+1, err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", from+1)); err != nil {
		return err
	}
	return tx.Commit()
}

// script is the migration that follows a version.
func script(from int) (string, error) {
	files, err := fs.ReadDir(migrations, "migrations") // sorted by name
	if err != nil {
		return "", err
	}
	text, err := migrations.ReadFile("migrations/" + files[from].Name())
	return string(text), err
}

// formatOf reads how many migrations a file has had, and how many there are. It
// is an error when the file has had more, or belongs to another program.
func formatOf(ctx context.Context, db *sql.DB) (version, known int, err error) {
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return 0, 0, err
	}
	var id, tables int
	row := db.QueryRowContext(ctx, `SELECT v.user_version, a.application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version v, pragma_application_id a`)
	if err := row.Scan(&version, &id, &tables); err != nil {
		return 0, 0, err
	}
	known = len(files)
	switch {
	case id != applicationID && (version != 0 || tables != 0):
		return 0, 0, &damageError{"it is a database of another program"}
	case version > known:
		return 0, 0, &newerError{found: version, known: known}
	}
	return version, known, nil
}
