package progress

import (
	"fmt"

	"github.com/open-spaced-repetition/go-fsrs/v4"
)

// relearnMinutes is how soon a question comes again that was answered wrong: in
// the same sitting, though not at once.
const relearnMinutes = 10

// scheduler says when questions are due, by FSRS with its published weights and
// a wanted recall of 90 %. A right answer counts as "good": a quiz doesn't know
// how hard it was.
type scheduler struct{ fsrs *fsrs.FSRS }

func newScheduler() scheduler {
	p := fsrs.DefaultParam()
	// One step each: a first right answer puts a question off for days, not
	// minutes.
	p.LearningSteps = []float64{relearnMinutes}
	p.RelearningSteps = []float64{relearnMinutes}
	return scheduler{fsrs.NewFSRS(p)}
}

// next is a question's card after an answer. Answers must come in the order of
// their time. A right answer in a placement quiz counts as "easy": it shows what
// was known before.
func (s scheduler) next(card fsrs.Card, a answer) (fsrs.Card, error) {
	grade := fsrs.Again
	switch {
	case a.right && a.placed:
		grade = fsrs.Easy
	case a.right:
		grade = fsrs.Good
	}
	info, err := s.fsrs.Next(card, a.at, grade)
	if err != nil {
		return card, fmt.Errorf("scheduling a review: %w", err)
	}
	return info.Card, nil
}
