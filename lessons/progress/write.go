package progress

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Answered is one answer to a question.
type Answered struct {
	// Lesson is a lesson's slug, Question a question's id.
	Lesson, Question string
	Right            bool
	// Placed tells that it was given in a placement quiz.
	Placed bool
	// At is when; the zero time stands for now.
	At time.Time
}

// Attempted is one graded attempt at an exercise.
type Attempted struct {
	// Exercise is a slug.
	Exercise string
	// Outcome is the report's, such as "passed" or "failed".
	Outcome           string
	Points, MaxPoints int
	// Report is the whole report as JSON; nil for none.
	Report []byte
	// At is when; the zero time stands for now.
	At time.Time
}

// MarkRead notes that a lesson was read to its end.
func (r *Record) MarkRead(ctx context.Context, lesson string) error {
	row := readRow{Lesson: lesson, At: time.Now()}
	if err := row.check(); err != nil {
		return fmt.Errorf("keeping that a lesson was read: %w", err)
	}
	return r.with(ctx, "keeping that the lesson was read", func(db *sql.DB) error {
		return row.put(ctx, db)
	})
}

// Answer notes an answer to a question.
func (r *Record) Answer(ctx context.Context, a Answered) error {
	row := answerRow{Lesson: a.Lesson, Question: a.Question, Right: a.Right, Placed: a.Placed, At: orNow(a.At)}
	if err := row.check(); err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return r.with(ctx, "keeping the answer", func(db *sql.DB) error {
		return nextFree(&row.At, func() (bool, error) { return row.put(ctx, db) })
	})
}

// Attempt notes a graded attempt at an exercise.
func (r *Record) Attempt(ctx context.Context, a Attempted) error {
	row := attemptRow{
		Exercise: a.Exercise, Outcome: a.Outcome, Points: a.Points, MaxPoints: a.MaxPoints,
		Report: json.RawMessage(a.Report), At: orNow(a.At),
	}
	if err := row.check(); err != nil {
		return fmt.Errorf("keeping an attempt: %w", err)
	}
	return r.with(ctx, "keeping the attempt", func(db *sql.DB) error {
		return nextFree(&row.At, func() (bool, error) { return row.put(ctx, db) })
	})
}

// Hint notes that a hint was shown; levels count from 1, and the highest one of
// an exercise is kept.
func (r *Record) Hint(ctx context.Context, exercise string, level int) error {
	row := hintRow{Exercise: exercise, Level: level, At: time.Now()}
	if err := row.check(); err != nil {
		return fmt.Errorf("keeping a hint: %w", err)
	}
	return r.with(ctx, "keeping that a hint was shown", func(db *sql.DB) error {
		return row.put(ctx, db)
	})
}

func orNow(at time.Time) time.Time {
	if at.IsZero() {
		return time.Now()
	}
	return at
}

// nextFree puts an event, a microsecond later when there is one at its time:
// two events of one moment are two.
func nextFree(at *time.Time, put func() (added bool, err error)) error {
	for {
		added, err := put()
		if added || err != nil {
			return err
		}
		*at = at.Add(time.Microsecond)
	}
}
