package coursetest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"shipshape/checker"
	"shipshape/exercises"
)

// Status says how a proof ended.
type Status string

// A proof holds; or it is wrong; or it could not be graded, which says nothing
// about the course.
const (
	Held       Status = "held"
	Wrong      Status = "wrong"
	Ungradable Status = "ungradable"
)

// Verdict is what a submission must get, or got.
type Verdict struct {
	Outcome checker.Outcome `json:"outcome"`
	// Fails are the ids of the checks that fail, in the exercise's order.
	// Checks that are skipped for another's failure are not among them.
	Fails []string `json:"fails"`
}

// String is "passed", or "failed (id, id)".
func (v Verdict) String() string {
	if len(v.Fails) == 0 {
		return string(v.Outcome)
	}
	return fmt.Sprintf("%s (%s)", v.Outcome, strings.Join(v.Fails, ", "))
}

// Difference is one check that did not end as stated.
type Difference struct {
	Check string `json:"check"`
	// Want and Got are statuses; Want is "fail" or "pass".
	Want checker.Status `json:"want"`
	Got  checker.Status `json:"got"`
	// Why is what the grader observed, or what it could not.
	Why string `json:"why,omitempty"`
}

// Line is the proof of one submission.
type Line struct {
	Exercise string `json:"exercise"`
	// Submission is "starter", "solution" or "variants/<name>", behind the
	// stack where there are several: "go/starter".
	Submission string  `json:"submission"`
	Status     Status  `json:"status"`
	Want       Verdict `json:"want"`
	// Says are patterns, by a check's id, for its evidence.
	Says        map[string]string `json:"says,omitempty"`
	Got         Verdict           `json:"got"`
	Differences []Difference      `json:"differences,omitempty"`
	// Problem is why there is no verdict at all, where there is none.
	Problem string `json:"problem,omitempty"`
	// Remedy says what to do about an ungradable one.
	Remedy   string        `json:"remedy,omitempty"`
	Duration time.Duration `json:"duration"`
}

// compare fills in what a report says about the proof.
func (l *Line) compare(e *exercises.Exercise, r *checker.Report) {
	l.Got = Verdict{Outcome: r.Outcome, Fails: []string{}}
	l.Status = Held
	results := make(map[string]checker.Result, len(r.Checks))
	for _, c := range r.Checks {
		results[c.ID] = c
	}
	for _, spec := range e.Checks {
		result, graded := results[spec.ID]
		want := checker.StatusPass
		if slices.Contains(l.Want.Fails, spec.ID) {
			want = checker.StatusFail
		}
		if result.Status == checker.StatusFail {
			l.Got.Fails = append(l.Got.Fails, spec.ID)
		}
		switch {
		case !graded:
			l.differ(spec.ID, want, "", "the report doesn't mention it", Wrong)
		case result.Status == checker.StatusError:
			l.Remedy = result.Remedy
			l.differ(spec.ID, want, result.Status, result.Observed, Ungradable)
		case result.Status == want:
			if says := l.Says[spec.ID]; says != "" && !regexp.MustCompile(says).MatchString(result.Observed+"\n"+result.Why) {
				l.differ(spec.ID, want, result.Status, fmt.Sprintf("its reason is not like %q: %s; %s", says, result.Observed, result.Why), Wrong)
			}
		case result.Status == checker.StatusSkip && follows(e, spec, l.Want.Fails):
			// The stated failure of what it needs took it along.
		default:
			l.differ(spec.ID, want, result.Status, result.Observed, Wrong)
		}
	}
	if l.Status == Held && l.Got.Outcome != l.Want.Outcome {
		l.Status = Wrong
		l.Problem = fmt.Sprintf("the checks ended as stated, and the outcome is %s", l.Got.Outcome)
	}
}

// differ notes a difference. What could not be graded outweighs what is wrong:
// nothing is known of such a grade, and it is to be done again.
func (l *Line) differ(id string, want, got checker.Status, why string, s Status) {
	l.Differences = append(l.Differences, Difference{Check: id, Want: want, Got: got, Why: why})
	if l.Status != Ungradable {
		l.Status = s
	}
}

// follows says whether a check is skipped when those of fails fail: whether it
// needs one of them, directly or through others.
func follows(e *exercises.Exercise, spec checker.Spec, fails []string) bool {
	return slices.ContainsFunc(spec.Needs, func(need string) bool {
		if slices.Contains(fails, need) {
			return true
		}
		n := slices.IndexFunc(e.Checks, func(c checker.Spec) bool { return c.ID == need })
		return n >= 0 && follows(e, e.Checks[n], fails)
	})
}
