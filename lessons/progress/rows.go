package progress

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// execer is a database or a transaction.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// The rows of the tables, which are also the entries of an exported document.
type (
	readRow struct {
		Lesson string    `json:"lesson"`
		At     time.Time `json:"at"`
	}
	answerRow struct {
		Lesson   string    `json:"lesson"`
		Question string    `json:"question"`
		Right    bool      `json:"right"`
		Placed   bool      `json:"placed,omitempty"`
		At       time.Time `json:"at"`
	}
	attemptRow struct {
		Exercise  string          `json:"exercise"`
		Outcome   string          `json:"outcome"`
		Points    int             `json:"points"`
		MaxPoints int             `json:"max_points"`
		At        time.Time       `json:"at"`
		Report    json.RawMessage `json:"report,omitempty"`
	}
	hintRow struct {
		Exercise string    `json:"exercise"`
		Level    int       `json:"level"`
		At       time.Time `json:"at"`
	}
)

// put adds the row, or moves the time of an earlier reading on.
func (row *readRow) put(ctx context.Context, db execer) error {
	_, err := db.ExecContext(ctx, `INSERT INTO lessons_read (lesson, at) VALUES (?, ?)
		ON CONFLICT (lesson) DO UPDATE SET at = max(at, excluded.at)`, row.Lesson, row.At.UnixMicro())
	return err
}

// put adds the row unless the question has an answer of that time.
func (row *answerRow) put(ctx context.Context, db execer) (added bool, err error) {
	return inserted(db.ExecContext(ctx, `INSERT INTO answers (lesson, question, correct, placed, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, row.Lesson, row.Question, row.Right, row.Placed, row.At.UnixMicro()))
}

// put adds the row unless the exercise has an attempt of that time.
func (row *attemptRow) put(ctx context.Context, db execer) (added bool, err error) {
	var report any
	if len(row.Report) > 0 && string(row.Report) != "null" {
		var compact bytes.Buffer
		if err := json.Compact(&compact, row.Report); err != nil {
			return false, err
		}
		report = compact.String()
	}
	return inserted(db.ExecContext(ctx, `INSERT INTO attempts (exercise, outcome, points, max_points, report, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, row.Exercise, row.Outcome, row.Points, row.MaxPoints, report, row.At.UnixMicro()))
}

// put adds the row, or raises the level.
func (row *hintRow) put(ctx context.Context, db execer) error {
	_, err := db.ExecContext(ctx, `INSERT INTO hints (exercise, level, at) VALUES (?, ?, ?)
		ON CONFLICT (exercise) DO UPDATE SET level = max(level, excluded.level), at = max(at, excluded.at)`,
		row.Exercise, row.Level, row.At.UnixMicro())
	return err
}

func inserted(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

func (row *readRow) check() error {
	return errors.Join(checkName("lesson", row.Lesson), checkTime(row.At))
}

func (row *answerRow) check() error {
	return errors.Join(checkName("lesson", row.Lesson), checkName("question", row.Question), checkTime(row.At))
}

func (row *attemptRow) check() error {
	err := errors.Join(checkName("exercise", row.Exercise), checkName("outcome", row.Outcome), checkTime(row.At))
	if row.Points < 0 || row.MaxPoints < row.Points || row.MaxPoints > maxPoints {
		err = errors.Join(err, fmt.Errorf("%d of %d points can't be", row.Points, row.MaxPoints))
	}
	if len(row.Report) > maxReport {
		err = errors.Join(err, fmt.Errorf("a report of %d bytes is too large", len(row.Report)))
	}
	if len(row.Report) > 0 && !json.Valid(row.Report) {
		err = errors.Join(err, errors.New("the report is not JSON"))
	}
	return err
}

func (row *hintRow) check() error {
	err := errors.Join(checkName("exercise", row.Exercise), checkTime(row.At))
	if row.Level < 1 || row.Level > maxHintLevel {
		err = errors.Join(err, fmt.Errorf("there is no hint of level %d", row.Level))
	}
	return err
}

// Bounds on what a row may hold; far more than a course has, and little enough
// that a file made by somebody else does no harm.
const (
	maxName      = 200
	maxPoints    = 1_000_000
	maxReport    = 4 << 20
	maxHintLevel = 100
)

// checkName takes slugs and ids: short, printable, one word.
func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the %s has no name", what)
	case len(name) > maxName || !utf8.ValidString(name):
		return fmt.Errorf("the %s's name is too long, or no text", what)
	}
	for _, c := range name {
		if !unicode.IsPrint(c) || unicode.IsSpace(c) {
			return fmt.Errorf("%q is no name of a %s", name, what)
		}
	}
	return nil
}

// checkTime takes times that a clock may have shown and that JSON can hold.
func checkTime(at time.Time) error {
	if y := at.Year(); y < 2000 || y > 2200 {
		return fmt.Errorf("the time %v can't be", at)
	}
	return nil
}
