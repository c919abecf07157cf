package progress

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// DocumentSchema is the version of the exported JSON.
const DocumentSchema = 1

// maxDocument is the largest document that Import reads, in bytes. A report is
// a few kilobytes, so this is thousands of attempts.
const maxDocument = 64 << 20

// document is a whole record as JSON.
type document struct {
	Schema   int          `json:"schema"`
	Exported time.Time    `json:"exported"`
	Read     []readRow    `json:"read"`
	Answers  []answerRow  `json:"answers"`
	Attempts []attemptRow `json:"attempts"`
	Hints    []hintRow    `json:"hints"`
}

// Export writes the whole record as one JSON document. A record that is without
// what its learner did before it refuses, with a [FaultError]: the document would
// take the place of a better one.
func (r *Record) Export(ctx context.Context, w io.Writer) error {
	var d *document
	err := r.with(ctx, "reading the record", func(db *sql.DB) (err error) {
		d, err = readDocument(ctx, db)
		return err
	})
	if err == nil {
		err = r.Whole()
	}
	if err != nil {
		return err
	}
	d.Exported = time.Now().UTC()
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	if err := out.Encode(d); err != nil {
		return fmt.Errorf("writing the record as JSON: %w", err)
	}
	return nil
}

// Import merges a document that Export wrote, perhaps on another machine, into
// the record: events of both are kept, those that both have once. A document
// with anything in it that can't be is refused as a whole, with a
// [DocumentError], and changes nothing. So does a record that ends with the process, with a [FaultError]: nobody
// imports for a moment.
func (r *Record) Import(ctx context.Context, from io.Reader) error {
	if r.unkept != nil {
		return r.unkept
	}
	text, err := io.ReadAll(io.LimitReader(from, maxDocument+1))
	if err != nil {
		return fmt.Errorf("reading the record to import: %w", err)
	}
	d, err := parseDocument(text)
	if err != nil {
		return fmt.Errorf("importing a record: %w", &DocumentError{err})
	}
	return r.with(ctx, "importing a record", func(db *sql.DB) error { return merge(ctx, db, d) })
}

// parseDocument validates a document that may come from anywhere.
func parseDocument(text []byte) (*document, error) {
	if len(text) > maxDocument {
		return nil, fmt.Errorf("the document is larger than %d MiB", maxDocument>>20)
	}
	// The schema first: a later one may have other types in it.
	var head struct {
		Schema *int `json:"schema"`
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(text, &head); errors.As(err, &syntax) {
		return nil, fmt.Errorf("it is no JSON document (at byte %d): %w", syntax.Offset, err)
	} else if err != nil || head.Schema == nil {
		return nil, errors.New(`it is no exported record: "schema" is missing`)
	}
	if *head.Schema != DocumentSchema {
		return nil, fmt.Errorf("it has schema %d, and this version of shipshape knows %d", *head.Schema, DocumentSchema)
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("it is no exported record: %w", err)
	}
	return &d, d.check()
}

// check returns the first fault of a document.
func (d *document) check() error {
	for i := range d.Read {
		if err := d.Read[i].check(); err != nil {
			return fmt.Errorf("read[%d]: %w", i, err)
		}
	}
	for i := range d.Answers {
		if err := d.Answers[i].check(); err != nil {
			return fmt.Errorf("answers[%d]: %w", i, err)
		}
	}
	for i := range d.Attempts {
		if err := d.Attempts[i].check(); err != nil {
			return fmt.Errorf("attempts[%d]: %w", i, err)
		}
	}
	for i := range d.Hints {
		if err := d.Hints[i].check(); err != nil {
			return fmt.Errorf("hints[%d]: %w", i, err)
		}
	}
	return nil
}

// merge puts a document's rows into a database, all or none.
func merge(ctx context.Context, db *sql.DB, d *document) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it does nothing after Commit
	for i := range d.Read {
		if err := d.Read[i].put(ctx, tx); err != nil {
			return err
		}
	}
	for i := range d.Answers {
		if _, err := d.Answers[i].put(ctx, tx); err != nil {
			return err
		}
	}
	for i := range d.Attempts {
		if _, err := d.Attempts[i].put(ctx, tx); err != nil {
			return err
		}
	}
	for i := range d.Hints {
		if err := d.Hints[i].put(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// readDocument reads all rows, oldest first.
func readDocument(ctx context.Context, db *sql.DB) (*document, error) {
	// An empty record has empty lists, not null.
	d := &document{
		Schema: DocumentSchema,
		Read:   []readRow{}, Answers: []answerRow{}, Attempts: []attemptRow{}, Hints: []hintRow{},
	}
	var at int64
	err := each(ctx, db, "SELECT lesson, at FROM lessons_read ORDER BY at, lesson", func(rows *sql.Rows) error {
		var row readRow
		err := rows.Scan(&row.Lesson, &at)
		row.At = time.UnixMicro(at).UTC()
		d.Read = append(d.Read, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, db, "SELECT lesson, question, correct, placed, at FROM answers ORDER BY at, question", func(rows *sql.Rows) error {
		var row answerRow
		err := rows.Scan(&row.Lesson, &row.Question, &row.Right, &row.Placed, &at)
		row.At = time.UnixMicro(at).UTC()
		d.Answers = append(d.Answers, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, db, "SELECT exercise, outcome, points, max_points, report, at FROM attempts ORDER BY at, exercise", func(rows *sql.Rows) error {
		var row attemptRow
		var report sql.NullString
		err := rows.Scan(&row.Exercise, &row.Outcome, &row.Points, &row.MaxPoints, &report, &at)
		row.At, row.Report = time.UnixMicro(at).UTC(), json.RawMessage(report.String)
		d.Attempts = append(d.Attempts, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, db, "SELECT exercise, level, at FROM hints ORDER BY at, exercise", func(rows *sql.Rows) error {
		var row hintRow
		err := rows.Scan(&row.Exercise, &row.Level, &at)
		row.At = time.UnixMicro(at).UTC()
		d.Hints = append(d.Hints, row)
		return err
	})
	return d, err
}
