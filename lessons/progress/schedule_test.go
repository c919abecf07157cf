package progress

import (
	"slices"
	"testing"
	"time"
)

func TestSchedule(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	answer := func(q string, right bool, at time.Time) time.Duration {
		t.Helper()
		must(t, r.Answer(t.Context(), Answered{Lesson: "l", Question: q, Right: right, At: at}))
		return summary(t, r).Questions[q].Due.Sub(at)
	}
	const oneDay = 24 * time.Hour

	first := answer("q", true, day(0))
	if first < oneDay || first > 7*oneDay {
		t.Errorf("right at first: again after %v, want some days", first)
	}
	second := answer("q", true, day(0).Add(first))
	if second <= first {
		t.Errorf("right again: after %v, want later than the %v before", second, first)
	}
	if lapse := answer("q", false, day(0).Add(first+second)); lapse != relearnMinutes*time.Minute {
		t.Errorf("wrong: again after %v, want the same sitting", lapse)
	}
	if wrong := answer("other", false, day(0)); wrong != relearnMinutes*time.Minute {
		t.Errorf("wrong at first: again after %v, want the same sitting", wrong)
	}
}

func TestDue(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	for q, a := range map[string]Answered{
		"wrong-today":      {Right: false, At: day(0)},
		"wrong-yesterday":  {Right: false, At: day(-1)},
		"wrong-yesterday2": {Right: false, At: day(-1)},
		"right-today":      {Right: true, At: day(0)},
		"right-long-ago":   {Right: true, At: day(-300)},
	} {
		a.Lesson, a.Question = "l", q
		must(t, r.Answer(t.Context(), a))
	}
	due := func(now time.Time) []string {
		return dueIDs(summary(t, r), courseOf("wrong-today", "wrong-yesterday", "wrong-yesterday2", "right-today", "right-long-ago", "never"), now)
	}
	if got, want := due(day(0)), []string{"right-long-ago", "wrong-yesterday", "wrong-yesterday2"}; !slices.Equal(got, want) {
		t.Errorf("Due = %q, want %q", got, want)
	}
	if got := due(day(0).Add(time.Hour)); len(got) != 4 || got[3] != "wrong-today" {
		t.Errorf("an hour later Due = %q, want wrong-today at its end", got)
	}
	if got := due(day(-400)); len(got) != 0 {
		t.Errorf("before anything was answered Due = %q", got)
	}
}
