package progress

import "testing"

func TestRecallReturnsTheLatestReportWithTheFingerprint(t *testing.T) {
	r := openQuietly(t, t.TempDir())
	for i, report := range []string{
		`{"fingerprint":"aa","n":1}`, `{"fingerprint":"aa","n":2}`, `{"fingerprint":"bb","n":3}`, `{"n":4}`,
	} {
		must(t, r.Attempt(t.Context(), Attempted{
			Exercise: "one", Outcome: "passed", Points: 1, MaxPoints: 1, Report: []byte(report), At: day(i),
		}))
	}
	must(t, r.Attempt(t.Context(), Attempted{Exercise: "one", Outcome: "failed", MaxPoints: 1, At: day(9)}))
	for _, c := range []struct{ exercise, fingerprint, want string }{
		{"one", "aa", `{"fingerprint":"aa","n":2}`},
		{"one", "bb", `{"fingerprint":"bb","n":3}`},
		{"one", "cc", ""},
		{"one", "", ""}, // an attempt that has none is nobody's
		{"two", "aa", ""},
	} {
		got, err := r.Recall(t.Context(), c.exercise, c.fingerprint)
		must(t, err)
		if string(got) != c.want {
			t.Errorf("the report of %s with %q is %s, want %s", c.exercise, c.fingerprint, got, c.want)
		}
	}
}
