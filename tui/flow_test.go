package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/lessons/progress"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

func startWorkspace(_ *exercises.Exercise, dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(tuitest.Dockerfile), 0o600)
}

// session is a tutor that a test works with as a learner does.
type session struct {
	t     *testing.T
	tm    *teatest.TestModel
	drawn bytes.Buffer
	seen  int // how much of what is drawn was waited for, without its styles
}

func begin(t *testing.T, o Options) *session {
	t.Helper()
	s := &session{t: t, tm: teatest.NewTestModel(t, newRoot(o), teatest.WithInitialTermSize(80, 24))}
	s.sees("shipshape")
	return s
}

// sees waits for a text to be drawn, behind the one waited for before. Only
// what changes is drawn, so it must be new on the screen.
func (s *session) sees(text string) {
	s.t.Helper()
	output := io.TeeReader(s.tm.Output(), &s.drawn)
	teatest.WaitFor(s.t, output, func([]byte) bool {
		drawn := ansi.Strip(s.drawn.String())[s.seen:]
		at := strings.Index(drawn, text)
		if at >= 0 {
			s.seen += at + len(text)
		}
		return at >= 0
	}, teatest.WithDuration(patience), teatest.WithCheckInterval(5*time.Millisecond))
}

func (s *session) press(names ...string) {
	for _, n := range names {
		s.tm.Send(tuitest.Key(n))
	}
}

func (s *session) ends() *root {
	s.t.Helper()
	return s.tm.FinalModel(s.t, teatest.WithFinalTimeout(patience)).(*root)
}

func TestFromALessonToAPassedExercise(t *testing.T) {
	report := tuitest.Report()
	report.Outcome, report.Points = checker.OutcomePassed, report.MaxPoints
	for i := range report.Checks {
		report.Checks[i].Status = checker.StatusPass
	}
	r := &fakeRecord{}
	s := begin(t, options(t, r, report))

	s.press("down", "enter")
	s.sees("Two hundred requests")
	s.press("n")
	s.sees("What do you expect?")
	s.press("enter")
	s.sees("All of it")
	s.press("end", "z")
	s.sees("question 1 of 5")
	before := tuitest.Summary().Questions["first-step"].Times()
	right := slices.Index(tuitest.Course().Question("first-step").Shuffled(before), 1)
	s.press(fmt.Sprint(right+1), "enter", "enter")
	s.sees("What makes COPY run again?")
	s.press("esc", "x")
	s.sees("not started")
	s.press("s")
	s.sees("The project is in")
	s.press("c")
	s.sees("6 of 6 points")
	s.press("h", "esc", "esc", "q")
	s.ends()

	want := []string{"read cache", "answer first-step true", "attempt quick-build passed 6/6", "hint quick-build 1"}
	if got := r.written(); !slices.Equal(got, want) {
		t.Errorf("the record has %q, want %q", got, want)
	}
	if !r.closed {
		t.Error("the record is not closed")
	}
}

func TestEvidenceLeadsToTheLessonAndBack(t *testing.T) {
	s := begin(t, options(t, &fakeRecord{}, tuitest.Report()))
	s.press("end", "enter")
	s.sees("not started")
	s.press("s")
	s.sees("The project is in")
	s.press("c")
	s.sees("Not there yet")
	s.press("l")
	s.sees("Two hundred requests")
	s.press("esc")
	s.sees("observed")
	s.press("ctrl+c")
	s.ends()
}

func TestAWorkspaceUnderAFormerSlugIsFound(t *testing.T) {
	o := options(t, &fakeRecord{}, tuitest.Report())
	e := o.Catalog.Exercise("quick-build")
	e.Formerly = []string{"fast-build"}
	dir := filepath.Join(o.WorkspaceRoot, "fast-build")
	if err := startWorkspace(e, dir); err != nil {
		t.Fatal(err)
	}
	var graded string
	grade := o.Grade
	o.Grade = func(ctx context.Context, e *exercises.Exercise, dir string, force bool, tell checker.Observer) (*checker.Report, error) {
		graded = dir
		return grade(ctx, e, dir, force, tell)
	}
	s := begin(t, o)
	s.press("end", "enter")
	s.sees("c check")
	s.press("c")
	s.sees("Not there yet")
	s.press("ctrl+c")
	s.ends()
	if graded != dir {
		t.Errorf("%q was graded, want %q", graded, dir)
	}
}

func TestTheWorkspaceThatTheLearnerIsInIsFound(t *testing.T) {
	o := options(t, &fakeRecord{}, tuitest.Report())
	o.Here = t.TempDir()
	dir := filepath.Join(o.Here, "quick-build")
	mark(t, dir, "exercise: quick-build\n")
	graded, grade := "", o.Grade
	o.Grade = func(ctx context.Context, e *exercises.Exercise, dir string, force bool, tell checker.Observer) (*checker.Report, error) {
		graded = dir
		return grade(ctx, e, dir, force, tell)
	}
	s := begin(t, o)
	s.press("end", "enter")
	s.sees("Your project")
	s.press("s")
	s.sees("The project is already there")
	s.press("c")
	s.sees("Not there yet")
	s.press("ctrl+c")
	s.ends()
	if graded != dir {
		t.Errorf("%q was graded, want %q", graded, dir)
	}
	if made, err := os.ReadDir(o.WorkspaceRoot); err != nil || len(made) > 0 {
		t.Errorf("a second one is made: %v, %v", made, err)
	}
}

// mark makes a folder a workspace, with a Dockerfile.
func mark(t *testing.T, dir, marker string) {
	t.Helper()
	if err := startWorkspace(nil, dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".shipshape"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".shipshape", "workspace.yaml"), []byte(marker), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedWorkspaceHereHidesNoOther(t *testing.T) {
	o := options(t, &fakeRecord{}, tuitest.Report())
	o.Here = t.TempDir()
	mark(t, o.Here, "exercise: .\n")
	if err := startWorkspace(nil, filepath.Join(o.WorkspaceRoot, "quick-build")); err != nil {
		t.Fatal(err)
	}
	s := begin(t, o)
	s.press("end", "enter")
	s.sees("names no exercise")
	s.press("c")
	s.sees("Not there yet")
	s.press("ctrl+c")
	s.ends()
}

// slowGrade returns a grade that needs a while to clean up after a cancel, and
// what tells that it did.
func slowGrade(began, cleaned chan struct{}) func(context.Context, *exercises.Exercise, string, bool, checker.Observer) (*checker.Report, error) {
	return func(ctx context.Context, _ *exercises.Exercise, _ string, _ bool, _ checker.Observer) (*checker.Report, error) {
		close(began)
		<-ctx.Done()
		time.Sleep(100 * time.Millisecond)
		close(cleaned)
		return nil, ctx.Err()
	}
}

// grading begins a session with a grade under way.
func grading(t *testing.T) (s *session, cleaned chan struct{}) {
	t.Helper()
	began, cleaned := make(chan struct{}), make(chan struct{})
	o := options(t, &fakeRecord{}, tuitest.Report())
	o.Grade = slowGrade(began, cleaned)
	s = begin(t, o)
	s.press("end", "enter")
	s.sees("not started")
	s.press("s")
	s.sees("The project is in")
	s.press("c")
	<-began
	return s, cleaned
}

func requireCleaned(t *testing.T, cleaned chan struct{}) {
	t.Helper()
	select {
	case <-cleaned:
	default:
		t.Error("the tutor ended before the grade was cleaned up")
	}
}

func TestCtrlCWaitsForTheCleanUp(t *testing.T) {
	s, cleaned := grading(t)
	s.press("ctrl+c")
	s.sees("Stopping")
	s.ends()
	requireCleaned(t, cleaned)
}

func TestCtrlCOnAnotherScreenWaitsToo(t *testing.T) {
	s, cleaned := grading(t)
	s.press("l")
	s.sees("Two hundred requests")
	s.press("ctrl+c")
	s.ends()
	requireCleaned(t, cleaned)
}

func TestEscCancelsAndStays(t *testing.T) {
	s, cleaned := grading(t)
	s.press("esc")
	s.sees("is cancelled")
	requireCleaned(t, cleaned)
	s.press("esc", "q")
	s.ends()
}

func TestASecondCtrlCLeavesAtOnce(t *testing.T) {
	o := options(t, &fakeRecord{}, tuitest.Report())
	began, never := make(chan struct{}), make(chan struct{})
	o.Grade = func(context.Context, *exercises.Exercise, string, bool, checker.Observer) (*checker.Report, error) {
		close(began)
		<-never // an engine that does not answer any more
		return nil, nil
	}
	defer close(never)
	s := begin(t, o)
	s.press("end", "enter")
	s.sees("not started")
	s.press("s")
	s.sees("The project is in")
	s.press("c")
	<-began
	s.press("ctrl+c")
	s.sees("Stopping")
	s.press("ctrl+c")
	s.ends()
}

func TestWhatIsBeingWrittenIsWrittenBeforeTheEnd(t *testing.T) {
	r := &fakeRecord{slow: 50 * time.Millisecond}
	s := begin(t, options(t, r, tuitest.Report()))
	s.press("end", "enter")
	s.sees("not started")
	s.press("h")
	s.sees("2 left")
	s.press("h")
	s.sees("1 left")
	s.press("ctrl+c")
	s.ends()
	want := []string{"hint quick-build 1", "hint quick-build 2"}
	if got := r.written(); !slices.Equal(got, want) {
		t.Errorf("the record has %q, want %q", got, want)
	}
}

func TestARecordThatCannotBeOpenedStopsNobody(t *testing.T) {
	o := options(t, nil, tuitest.Report())
	o.Record = func(context.Context) (Recorder, error) { return nil, errors.New("the disk is full") }
	s := begin(t, o)
	s.sees("your progress is not kept: the disk is full")
	s.press("down", "enter")
	s.sees("Two hundred requests")
	s.press("end", "ctrl+c")
	s.ends()
}

func TestAFailedNoteIsTold(t *testing.T) {
	s := begin(t, options(t, &fakeRecord{fail: errors.New("the disk is full")}, tuitest.Report()))
	s.press("down", "enter")
	s.sees("Two hundred requests")
	s.press("end")
	s.sees("note it in your record: the disk is full")
	s.press("ctrl+c")
	s.ends()
}

// Damage to the record shows only when something there is read or written.
func TestANoticeOfTheRecordIsToldWhenItArises(t *testing.T) {
	dir := t.TempDir()
	// Closed once, it has no log beside it that would hide the damage.
	if r, err := progress.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	} else if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	o := options(t, nil, tuitest.Report())
	o.Record = func(ctx context.Context) (Recorder, error) { return progress.Open(ctx, dir) }
	s := begin(t, o)
	s.sees("0 of 2 lessons")
	s.press("down", "enter")
	s.sees("Two hundred requests")
	setAside(t, dir)
	s.press("end")
	s.sees("damaged")
	s.press("ctrl+c")
	s.ends()
}

// setAside damages a record, and lets another shipshape find that.
func setAside(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, progress.FileName)
	if err := os.WriteFile(path, bytes.Repeat([]byte("rubbish "), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := progress.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if len(other.Notices()) != 1 {
		t.Fatalf("the other one says %q", other.Notices())
	}
}

func TestANoticeComesOnceAndOnlyOnce(t *testing.T) {
	m := newRoot(options(t, &fakeRecord{}, tuitest.Report()))
	m.progressed(reading{summary: tuitest.Summary(), notices: []string{"one"}})
	for _, notices := range [][]string{{"one"}, {"one", "two"}} {
		m.leaving = true // what is told then is kept, where a test can see it
		m.progressed(reading{summary: tuitest.Summary(), notices: notices})
	}
	if !slices.Equal(m.record.late, []string{"two"}) {
		t.Errorf("it tells %q, want what is new", m.record.late)
	}
}

func TestAReviewAsksWhatIsDue(t *testing.T) {
	s := begin(t, options(t, &fakeRecord{}, tuitest.Report()))
	s.sees("1 of 2 lessons")
	s.press("r")
	s.sees("What makes COPY run again?")
	s.press("ctrl+c")
	s.ends()
}

func TestAReviewWithNothingDueSaysSo(t *testing.T) {
	m := still(t, 80, 24)
	deliver(m, route.Progress{Summary: &progress.Summary{}})
	deliver(m, route.Review{})
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "Nothing is due for review.") {
		t.Errorf("it says\n%s", view)
	}
	press(m, "enter")
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "Building") {
		t.Errorf("enter leads to\n%s", view)
	}
}

func TestAReviewCanBeShownFirst(t *testing.T) {
	o := options(t, &fakeRecord{}, tuitest.Report())
	o.Open = route.Review{}
	s := begin(t, o)
	s.sees("What makes COPY run again?")
	s.press("ctrl+c")
	s.ends()
}
