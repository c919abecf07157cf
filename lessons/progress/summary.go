package progress

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/open-spaced-repetition/go-fsrs/v4"
)

// Summary is what a record comes to.
type Summary struct {
	// Read holds when each lesson was last read to its end, by slug.
	Read map[string]time.Time
	// Questions are by id, Exercises by slug.
	Questions map[string]QuestionStats
	Exercises map[string]ExerciseStats
}

// QuestionStats is what a learner's answers to one question come to.
type QuestionStats struct {
	// Right and Wrong count answers.
	Right, Wrong int
	LastRight    bool
	// Last is when it was last answered, Due when it should be asked again.
	Last, Due time.Time
}

// ExerciseStats is what a learner's attempts at one exercise come to.
type ExerciseStats struct {
	// Attempts counts those that were passed or failed; what could not be
	// graded was none.
	Attempts int
	Passed   bool
	// BestPoints and MaxPoints are those of the best attempt.
	BestPoints, MaxPoints int
	// HintLevel is the highest hint shown, from 1; 0 for none.
	HintLevel int
	// Last is when the last attempt of any outcome ended.
	Last time.Time
}

// Summary computes what the record comes to. The maps are never nil.
func (r *Record) Summary(ctx context.Context) (*Summary, error) {
	var s *Summary
	err := r.with(ctx, "reading the record", func(db *sql.DB) error {
		s = &Summary{
			Read:      map[string]time.Time{},
			Questions: map[string]QuestionStats{},
			Exercises: map[string]ExerciseStats{},
		}
		return cmp.Or(s.addRead(ctx, db), s.addAnswers(ctx, db), s.addAttempts(ctx, db), s.addHints(ctx, db))
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Due returns the ids of the questions that were answered before and should be
// asked again by now, the most overdue first.
func (r *Record) Due(ctx context.Context, now time.Time) ([]string, error) {
	s := &Summary{}
	err := r.with(ctx, "reading what is due for review", func(db *sql.DB) error {
		s.Questions = map[string]QuestionStats{}
		return s.addAnswers(ctx, db)
	})
	if err != nil {
		return nil, err
	}
	var due []string
	for id, q := range s.Questions {
		if !q.Due.After(now) {
			due = append(due, id)
		}
	}
	slices.SortFunc(due, func(a, b string) int {
		return cmp.Or(s.Questions[a].Due.Compare(s.Questions[b].Due), cmp.Compare(a, b))
	})
	return due, nil
}

func (s *Summary) addRead(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT lesson, at FROM lessons_read", func(rows *sql.Rows) error {
		var lesson string
		var at int64
		if err := rows.Scan(&lesson, &at); err != nil {
			return err
		}
		s.Read[lesson] = time.UnixMicro(at)
		return nil
	})
}

// addAnswers replays each question's answers in the order of their time.
func (s *Summary) addAnswers(ctx context.Context, db *sql.DB) error {
	plan := newScheduler()
	var card fsrs.Card
	var last string
	return each(ctx, db, "SELECT question, correct, at FROM answers ORDER BY question, at", func(rows *sql.Rows) error {
		var question string
		var right bool
		var micros int64
		if err := rows.Scan(&question, &right, &micros); err != nil {
			return err
		}
		if question != last {
			card, last = fsrs.NewCard(), question
		}
		at := time.UnixMicro(micros)
		var err error
		if card, err = plan.next(card, right, at); err != nil {
			return err
		}
		q := s.Questions[question]
		if right {
			q.Right++
		} else {
			q.Wrong++
		}
		q.LastRight, q.Last, q.Due = right, at, card.Due
		s.Questions[question] = q
		return nil
	})
}

func (s *Summary) addAttempts(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT exercise, outcome, points, max_points, at FROM attempts ORDER BY at", func(rows *sql.Rows) error {
		var exercise, outcome string
		var points, most int
		var at int64
		if err := rows.Scan(&exercise, &outcome, &points, &most, &at); err != nil {
			return err
		}
		e := s.Exercises[exercise]
		if outcome == "passed" || outcome == "failed" {
			e.Attempts++
		}
		e.Passed = e.Passed || outcome == "passed"
		if points > e.BestPoints || e.MaxPoints == 0 {
			e.BestPoints, e.MaxPoints = points, most
		}
		e.Last = time.UnixMicro(at)
		s.Exercises[exercise] = e
		return nil
	})
}

func (s *Summary) addHints(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT exercise, level FROM hints", func(rows *sql.Rows) error {
		var exercise string
		var level int
		if err := rows.Scan(&exercise, &level); err != nil {
			return err
		}
		e := s.Exercises[exercise]
		e.HintLevel = level
		s.Exercises[exercise] = e
		return nil
	})
}

// each calls visit for each row of a query.
func each(ctx context.Context, db *sql.DB, query string, visit func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
