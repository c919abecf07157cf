package progress

import (
	"cmp"
	"context"
	"database/sql"
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
	// Failed holds, by a concept's id, when a check of it last failed.
	Failed map[string]time.Time

	// answers are by question, oldest first.
	answers map[string][]answer
}

// answer is one answer to a question.
type answer struct {
	right, placed bool
	at            time.Time
}

// QuestionStats is what a learner's answers to one question come to.
type QuestionStats struct {
	// Right and Wrong count answers.
	Right, Wrong int
	LastRight    bool
	// Last is when it was last answered, Due when it should be asked again.
	Last, Due time.Time
	// Placed tells that it was once answered right in a placement quiz.
	Placed bool
}

// masteredFor is how far off a question's next review is once it counts as
// mastered: two right answers in a row some days apart, or one in a placement
// quiz, bring it there.
const masteredFor = 7 * 24 * time.Hour

// Mastered tells that the question was answered right, and will be remembered
// for a week at least.
func (q QuestionStats) Mastered() bool { return q.LastRight && q.Due.Sub(q.Last) >= masteredFor }

// Times is how often the question was answered.
func (q QuestionStats) Times() int { return q.Right + q.Wrong }

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

// and is what the attempts at one exercise under two names come to.
func (e ExerciseStats) and(o ExerciseStats) ExerciseStats {
	if o.BestPoints > e.BestPoints || e.MaxPoints == 0 {
		e.BestPoints, e.MaxPoints = o.BestPoints, o.MaxPoints
	}
	e.Attempts += o.Attempts
	e.Passed = e.Passed || o.Passed
	e.HintLevel = max(e.HintLevel, o.HintLevel)
	if o.Last.After(e.Last) {
		e.Last = o.Last
	}
	return e
}

// Summary computes what the record comes to. The maps are never nil.
func (r *Record) Summary(ctx context.Context) (*Summary, error) {
	var s *Summary
	err := r.with(ctx, "reading the record", func(db *sql.DB) error {
		s = &Summary{
			Read:      map[string]time.Time{},
			Questions: map[string]QuestionStats{},
			Exercises: map[string]ExerciseStats{},
			Failed:    map[string]time.Time{},
			answers:   map[string][]answer{},
		}
		return cmp.Or(s.addRead(ctx, db), s.addAnswers(ctx, db), s.addAttempts(ctx, db), s.addHints(ctx, db), s.addFailed(ctx, db))
	})
	if err != nil {
		return nil, err
	}
	return s, nil
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

func (s *Summary) addAnswers(ctx context.Context, db *sql.DB) error {
	err := each(ctx, db, "SELECT question, correct, placed, at FROM answers ORDER BY question, at", func(rows *sql.Rows) error {
		var question string
		var a answer
		var micros int64
		if err := rows.Scan(&question, &a.right, &a.placed, &micros); err != nil {
			return err
		}
		a.at = time.UnixMicro(micros)
		s.answers[question] = append(s.answers[question], a)
		return nil
	})
	if err != nil {
		return err
	}
	for question, answers := range s.answers {
		if s.Questions[question], err = replay(answers); err != nil {
			return err
		}
	}
	return nil
}

// replay is what answers, oldest first, come to.
func replay(answers []answer) (QuestionStats, error) {
	var q QuestionStats
	plan, card := newScheduler(), fsrs.NewCard()
	for _, a := range answers {
		var err error
		if card, err = plan.next(card, a); err != nil {
			return q, err
		}
		if a.right {
			q.Right++
		} else {
			q.Wrong++
		}
		q.LastRight, q.Last, q.Due = a.right, a.at, card.Due
		q.Placed = q.Placed || a.right && a.placed
	}
	return q, nil
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

// addFailed looks into the reports of attempts. A report may come from a record
// of somebody else's: what is no concept's id is passed over.
func (s *Summary) addFailed(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, `SELECT c.value ->> '$.concept', max(a.at) FROM attempts a, json_each(a.report, '$.checks') c
		WHERE json_valid(a.report) AND c.type = 'object' AND c.value ->> '$.status' = 'fail' GROUP BY 1`, func(rows *sql.Rows) error {
		var concept sql.NullString
		var at int64
		if err := rows.Scan(&concept, &at); err != nil {
			return err
		}
		if checkName("concept", concept.String) == nil {
			s.Failed[concept.String] = time.UnixMicro(at)
		}
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
