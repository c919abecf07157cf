package progress

import (
	"context"
	"database/sql"
	"errors"
)

// Recall returns the report of the latest attempt at an exercise whose report
// carries a fingerprint, or nil where there is none.
func (r *Record) Recall(ctx context.Context, exercise, fingerprint string) ([]byte, error) {
	if fingerprint == "" {
		return nil, nil
	}
	var report []byte
	err := r.with(ctx, "looking for an earlier verdict", func(db *sql.DB) error {
		err := db.QueryRowContext(ctx, `SELECT report FROM attempts
			WHERE exercise = ? AND json_valid(report) AND report ->> '$.fingerprint' = ?
			ORDER BY at DESC LIMIT 1`, exercise, fingerprint).Scan(&report)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return report, err
}
