package progress

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shipshape/lessons"
)

// courseOf is a course of one lesson, "l", that asks the questions of those ids.
func courseOf(ids ...string) *lessons.Course {
	l := &lessons.Lesson{Slug: "l", Concepts: map[string]string{"order": "What changes least stands highest."}}
	for _, id := range ids {
		l.Questions = append(l.Questions, &lessons.Question{ID: id, Lesson: "l"})
	}
	return &lessons.Course{Lessons: []*lessons.Lesson{l}}
}

func dueIDs(s *Summary, c *lessons.Course, now time.Time) []string {
	var ids []string
	for _, q := range s.Due(c, now) {
		ids = append(ids, q.ID)
	}
	return ids
}

// report is one of a check with a concept.
func report(status, concept string) []byte {
	return fmt.Appendf(nil, `{"checks":[{"id":"builds","status":"pass","concept":"order"},{"id":"x","status":%q,"concept":%q}]}`, status, concept)
}

func TestAFailedCheckAsksForItsConcept(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	c := courseOf("of-the-concept", "answered-since", "of-another")
	c.Lessons[0].Questions[0].Concept, c.Lessons[0].Questions[1].Concept = "order", "order"
	try := func(outcome, status string, at time.Time) {
		must(t, r.Attempt(t.Context(), Attempted{Exercise: "e", Outcome: outcome, MaxPoints: 1, Report: report(status, "order"), At: at}))
	}
	due := func() []string { return dueIDs(summary(t, r), c, day(0)) }

	try("ungradable", "error", day(-5))
	try("passed", "pass", day(-5))
	if got := due(); len(got) != 0 {
		t.Errorf("what did not fail asks for %q", got)
	}
	try("failed", "fail", day(-4))
	if got, want := due(), []string{"answered-since", "of-the-concept"}; !slices.Equal(got, want) {
		t.Errorf("a failed check asks for %q, want %q", got, want)
	}
	must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: "answered-since", Right: true, At: day(-1)}))
	if got, want := due(), []string{"of-the-concept"}; !slices.Equal(got, want) {
		t.Errorf("after an answer %q are due, want %q", got, want)
	}
	try("failed", "fail", day(0))
	if got := due(); len(got) != 2 {
		t.Errorf("after it failed again %q are due", got)
	}
	if got := dueIDs(summary(t, r), courseOf("of-another"), day(0)); len(got) != 0 {
		t.Errorf("a course without the concept asks for %q", got)
	}
}

// A record may come from somebody else, and its reports hold anything.
func TestFailedConceptsOfOddReports(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	for i, text := range []string{
		`{}`, `[]`, `7`, `{"checks":7}`, `{"checks":{"status":"fail"}}`, `{"checks":[7,null,"x",{"status":"fail"},{"status":"fail","concept":7}]}`,
		`{"checks":[{"status":"fail","concept":"two words"},{"status":"fail","concept":"` + strings.Repeat("x", 300) + `"},{"status":"fail","concept":"sound"}]}`,
	} {
		must(t, r.Attempt(t.Context(), Attempted{Exercise: "e", Outcome: "failed", Report: []byte(text), At: day(-i)}))
	}
	failed := summary(t, r).Failed
	if _, ok := failed["sound"]; !ok || len(failed) > 2 {
		t.Errorf("the failed concepts are %v", failed)
	}
}

func TestNamesOfToday(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	must(t, r.Answer(t.Context(), Answered{Lesson: "old", Question: "old-q", Right: true, At: day(-20)}))
	must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: "q", Right: true, At: day(-10)}))
	must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: "gone", Right: true, At: day(-10)}))
	must(t, r.MarkRead(t.Context(), "old"))
	must(t, r.Attempt(t.Context(), Attempted{Exercise: "old-e", Outcome: "passed", Points: 10, MaxPoints: 10, At: day(-9)}))
	must(t, r.Attempt(t.Context(), Attempted{Exercise: "e", Outcome: "failed", Points: 4, MaxPoints: 12, At: day(-8)}))
	must(t, r.Attempt(t.Context(), Attempted{Exercise: "gone-e", Outcome: "failed", Points: 1, MaxPoints: 10, At: day(-8)}))
	c := courseOf("q")
	c.Lessons[0].Formerly, c.Lessons[0].Questions[0].Formerly = []string{"old"}, []string{"old-q", "older-q"}
	raw := summary(t, r)
	s, err := raw.For(c, map[string]string{"old-e": "e", "never-tried": "f"})
	must(t, err)
	e := s.Exercises["e"]
	if e.Attempts != 2 || !e.Passed || e.BestPoints != 10 || e.MaxPoints != 10 || !e.Last.Equal(day(-8)) {
		t.Errorf("under both names the exercise comes to %+v", e)
	}
	if len(s.Exercises) != 2 || s.Exercises["gone-e"].Attempts != 1 || len(raw.Exercises) != 3 {
		t.Errorf("the exercises of today are %v, and in the record %v", s.Exercises, raw.Exercises)
	}
	q := s.Questions["q"]
	if q.Right != 2 || q.Due.Sub(q.Last) <= raw.Questions["q"].Due.Sub(raw.Questions["q"].Last) {
		t.Errorf("under both names it comes to %+v", q)
	}
	if _, old := s.Questions["old-q"]; old || s.Read["l"].IsZero() || s.Questions["gone"].Right != 1 {
		t.Errorf("the names of today are %v, read %v", s.Questions, s.Read)
	}
	if _, old := raw.Questions["old-q"]; !old {
		t.Error("the summary itself has changed")
	}
}

func TestStanding(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	c := courseOf("q", "p")
	l := c.Lessons[0]
	l.Exercise, l.Placement = "e", []string{"q"}
	standing := func() Standing { return summary(t, r).Of(l) }
	answer := func(q string, placed bool, at time.Time) {
		must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: q, Right: true, Placed: placed, At: at}))
	}
	if got := standing(); got != (Standing{}) {
		t.Errorf("at first it is %+v", got)
	}
	answer("q", true, day(-30))
	if got, want := standing(), (Standing{Answered: 1, Right: 1, Mastered: 1, Known: true}); got != want {
		t.Errorf("placed, it is %+v, want %+v", got, want)
	}
	answer("p", false, day(-30))
	if got := standing(); got.Mastered != 1 {
		t.Errorf("one right answer makes it %+v", got)
	}
	answer("p", false, day(-25))
	if got := standing(); got.Mastered != 2 || got.Whole {
		t.Errorf("before the exercise is passed it is %+v", got)
	}
	must(t, r.Attempt(t.Context(), Attempted{Exercise: "e", Outcome: "passed", Points: 1, MaxPoints: 1}))
	must(t, r.MarkRead(t.Context(), "l"))
	if got := standing(); !got.Whole || !got.Read {
		t.Errorf("in the end it is %+v", got)
	}
	must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: "q", At: day(0)}))
	if got := standing(); got.Whole || got.Known {
		t.Errorf("after a wrong answer it is %+v", got)
	}
}
