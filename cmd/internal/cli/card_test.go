package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker"
	"shipshape/exercises"
)

func printed(t *testing.T, width int, r *checker.Report) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM ropes\nCOPY \x1b[2J. .\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	a := &app{io: &IO{Out: &out, Width: width}}
	a.printCard(workspace{dir: dir, exercise: &exercises.Exercise{Slug: "ropes", Title: "Ropes"}}, r)
	return out.String()
}

func TestCardShowsTheEvidenceOfWhatDidNotPass(t *testing.T) {
	got := printed(t, 60, &checker.Report{
		Exercise: "ropes", Outcome: checker.OutcomeFailed, Points: 1, MaxPoints: 5, DurationMS: 1234,
		Notices: []string{"a line was left out"},
		Checks: []checker.Result{
			{Title: "it builds", Status: checker.StatusPass, Required: true, Points: 1, Observed: "it did"},
			{Title: "it holds", Status: checker.StatusFail, Required: true, Points: 3, Expected: "no slack", Observed: "slack, and it says \x1b]0;ha\x07", Why: "Slack ropes part.", DockerfileLine: 2, Lesson: "knots"},
			{Title: "it floats", Status: checker.StatusSkip, Points: 1, Observed: "not looked at"},
			{Title: "it is measured", Status: checker.StatusError, Observed: "no ruler", Remedy: "Buy one."},
			{Title: "coil it", Status: checker.StatusAdvice, Why: "It tangles.", DockerfileLine: 9},
		},
	})
	for _, want := range []string{
		"pass  it builds  1/1\n",
		"FAIL  it holds  0/3\n",
		"      expected  no slack\n",
		"      observed  slack, and it says ␛]0;ha␇\n",
		"      why       Slack ropes part.\n",
		"      line      Dockerfile:2  COPY ␛[2J. .\n",
		"      lesson    shipshape lesson knots\n",
		"skip  it floats  0/1 optional\n",
		"      to do     Buy one.\n",
		"look  coil it\n",
		"      line      Dockerfile:9\n",
		"      note      a line was left out\n",
		"NOT PASSED  1 of 5 points, 1.2 s\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the card lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "it did") {
		t.Error("the card tells the evidence of what passed")
	}
	if strings.ContainsAny(got, "\x1b\x07") {
		t.Errorf("the card holds control characters: %q", got)
	}
}

func TestCardNeverSaysPassedOfWhatWasNotRun(t *testing.T) {
	for _, outcome := range []checker.Outcome{checker.OutcomeReviewed, checker.OutcomeUngradable, checker.OutcomeFailed} {
		got := printed(t, 80, &checker.Report{Exercise: "ropes", Outcome: outcome})
		if strings.Contains(strings.ReplaceAll(got, "NOT PASSED", ""), "PASSED") {
			t.Errorf("outcome %s: %s", outcome, got)
		}
	}
}

func TestCardKeepsToItsWidth(t *testing.T) {
	got := printed(t, minWidth, &checker.Report{Exercise: "ropes", Checks: []checker.Result{
		{Title: "it holds", Status: checker.StatusFail, Observed: strings.Repeat("rope after rope ", 20) + strings.Repeat("x", 90)},
	}})
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, " ") && ansi.StringWidth(strings.TrimRight(line, "\n")) > minWidth {
			t.Errorf("wider than %d cells: %q", minWidth, line)
		}
	}
}

func TestCardWeighsTheRemarksOfAReview(t *testing.T) {
	reason := "What apt-get left behind with rm and --no-install-recommends stays in its layer."
	got := printed(t, 60, &checker.Report{
		Exercise: "ropes", Outcome: checker.OutcomeReviewed,
		Checks: []checker.Result{
			{ID: "coil", Title: "this rope is neither coiled nor tied to anything at all on deck", Severity: "mistake", Status: checker.StatusAdvice, Why: reason, DockerfileLine: 1},
			{ID: "knot", Title: "a knot is loose", Severity: "warning", Status: checker.StatusAdvice, Why: "It opens.", DockerfileLine: 1},
			{ID: "knot", Title: "another knot is loose", Severity: "warning", Status: checker.StatusAdvice, Why: "It opens.", DockerfileLine: 2},
			{ID: "wax", Title: "it is not waxed", Severity: "advice", Status: checker.StatusAdvice, Why: "It rots.", DockerfileLine: 1},
		},
	})
	for _, want := range []string{
		"mistake  this rope is neither coiled nor tied to anything at\n         all on deck\n      line      Dockerfile:1  FROM ropes\n",
		"      why       What apt-get left behind with rm and\n                --no-install-recommends stays in its layer.\n",
		"warning  another knot is loose\n",
		"advice  it is not waxed\n",
		"REVIEWED  1 mistake, 2 warnings, 1 of advice\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the card lacks %q:\n%s", want, got)
		}
	}
	if n := strings.Count(got, "It opens."); n != 1 {
		t.Errorf("a reason that two remarks share is given %d times", n)
	}
	if strings.Contains(got, "PASSED") {
		t.Error("a review says that the work passed")
	}
}
