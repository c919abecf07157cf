package progress

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"shipshape/lessons"
)

// For is the summary in the names of a course as it is today: what was noted
// under former ids of its lessons, questions and exercises stands under their own.
// The former slugs of exercises come with today's. What the course no longer has
// stays as it is, and is no loss: it may come back.
func (s *Summary) For(c *lessons.Course, exercises map[string]string) (*Summary, error) {
	own := *s
	own.Read, own.Questions, own.answers = maps.Clone(s.Read), maps.Clone(s.Questions), maps.Clone(s.answers)
	own.Exercises = maps.Clone(s.Exercises)
	for old, slug := range exercises {
		if stats, attempted := own.Exercises[old]; attempted {
			own.Exercises[slug] = own.Exercises[slug].and(stats)
			delete(own.Exercises, old)
		}
	}
	ofLessons, ofQuestions := c.Renamed()
	for old, slug := range ofLessons {
		if at, read := own.Read[old]; read {
			delete(own.Read, old)
			if at.After(own.Read[slug]) {
				own.Read[slug] = at
			}
		}
	}
	changed := map[string]bool{}
	for old, id := range ofQuestions {
		if answers := own.answers[old]; len(answers) > 0 {
			own.answers[id] = slices.Concat(own.answers[id], answers)
			delete(own.answers, old)
			delete(own.Questions, old)
			changed[id] = true
		}
	}
	for id := range changed {
		slices.SortStableFunc(own.answers[id], func(a, b answer) int { return a.at.Compare(b.at) })
		var err error
		if own.Questions[id], err = replay(own.answers[id]); err != nil {
			return nil, err
		}
	}
	return &own, nil
}

// Due are the course's questions that should be asked by now, the most overdue
// first: those whose time has come, and those about a concept of which a check
// failed since they were last answered.
func (s *Summary) Due(c *lessons.Course, now time.Time) []*lessons.Question {
	var due []*lessons.Question
	since := map[*lessons.Question]time.Time{}
	for _, l := range c.Lessons {
		for _, q := range l.Questions {
			if at := s.dueAt(q); !at.IsZero() && !at.After(now) {
				due, since[q] = append(due, q), at
			}
		}
	}
	slices.SortStableFunc(due, func(a, b *lessons.Question) int {
		return cmp.Or(since[a].Compare(since[b]), cmp.Compare(a.ID, b.ID))
	})
	return due
}

// dueAt is when a question should be asked; zero where nothing asks for it.
func (s *Summary) dueAt(q *lessons.Question) time.Time {
	stats, answered := s.Questions[q.ID]
	failed := s.Failed[q.Concept]
	switch {
	case failed.After(stats.Last) && (!answered || failed.Before(stats.Due)):
		return failed
	case answered:
		return stats.Due
	}
	return time.Time{}
}

// Standing is how far a learner has come with a lesson.
type Standing struct {
	// Read tells that it was read to its end.
	Read bool
	// Answered, Right and Mastered count its questions: those that were
	// answered, those whose last answer was right, and those that will be
	// remembered.
	Answered, Right, Mastered int
	// Known tells that its questions in a placement quiz were answered right,
	// so that it may be left out.
	Known bool
	// Whole tells that the lesson is mastered: all its questions are, and its
	// exercise is passed.
	Whole bool
}

// Of is how far the learner has come with a lesson.
func (s *Summary) Of(l *lessons.Lesson) Standing {
	st := Standing{Read: !s.Read[l.Slug].IsZero(), Known: len(l.Placement) > 0}
	for _, q := range l.Questions {
		stats, answered := s.Questions[q.ID]
		if answered {
			st.Answered++
		}
		if stats.LastRight {
			st.Right++
		}
		if stats.Mastered() {
			st.Mastered++
		}
		if slices.Contains(l.Placement, q.ID) && !(stats.Placed && stats.LastRight) {
			st.Known = false
		}
	}
	passed := l.Exercise == "" || s.Exercises[l.Exercise].Passed
	st.Whole = len(l.Questions) > 0 && st.Mastered == len(l.Questions) && passed
	return st
}
