package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/lessons/progress"
	"shipshape/tui/internal/tuitest"
)

// fakeRecord notes what is written to it. Closed, it refuses.
type fakeRecord struct {
	Recorder // what a test does not expect to be called
	slow     time.Duration
	fail     error
	odd      string // a notice that comes with the first note

	mu     sync.Mutex
	notes  []string
	closed bool
}

func (r *fakeRecord) write(format string, args ...any) error {
	time.Sleep(r.slow)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errors.New("written after it was closed")
	}
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
	return r.fail
}

func (r *fakeRecord) written() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.notes)
}

func (r *fakeRecord) MarkRead(_ context.Context, lesson string) error {
	return r.write("read %s", lesson)
}

func (r *fakeRecord) Answer(_ context.Context, a progress.Answered) error {
	if a.Placed {
		return r.write("placed %s %v", a.Question, a.Right)
	}
	return r.write("answer %s %v", a.Question, a.Right)
}

func (r *fakeRecord) Attempt(_ context.Context, a progress.Attempted) error {
	return r.write("attempt %s %s %d/%d", a.Exercise, a.Outcome, a.Points, a.MaxPoints)
}

func (r *fakeRecord) Hint(_ context.Context, exercise string, level int) error {
	return r.write("hint %s %d", exercise, level)
}

func (r *fakeRecord) Summary(context.Context) (*progress.Summary, error) {
	return tuitest.Summary(), nil
}

func (r *fakeRecord) Notices() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.odd == "" || len(r.notes) == 0 {
		return nil
	}
	return []string{r.odd}
}

func (r *fakeRecord) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return nil
}

// options are those of a tutor with the test course, that record, and a grade
// that finds what the report says.
func options(t *testing.T, r *fakeRecord, report *checker.Report) Options {
	t.Helper()
	return Options{
		Course:        tuitest.Course(),
		Catalog:       tuitest.Catalog(),
		Record:        func(context.Context) (Recorder, error) { return r, nil },
		WorkspaceRoot: t.TempDir(),
		Start:         startWorkspace,
		Grade: func(_ context.Context, _ *exercises.Exercise, _ string, _ bool, tell checker.Observer) (*checker.Report, error) {
			for _, c := range report.Checks {
				tell(checker.CheckStarted{ID: c.ID, Title: c.Title})
				tell(checker.CheckDone{Result: c})
			}
			return report, nil
		},
	}
}
