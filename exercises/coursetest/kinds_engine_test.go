package coursetest_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
	"shipshape/exercises"
	"shipshape/exercises/coursetest"
)

// The matrix of kinds is run more thoroughly than in every test with
//
//	go test ./exercises/coursetest -run Kinds -args -rounds 2 -jobs 4
var (
	rounds = flag.Int("rounds", 1, "how often each submission of testdata/kinds is graded")
	jobs   = flag.Int("jobs", 2, "how many of them are graded at once")
	only   = flag.String("kind", "", "grade this folder of testdata/kinds alone")
)

// TestKindsGetTheirVerdicts grades, for every kind of check, submissions that
// must pass in several styles and others that must fail for a stated reason.
func TestKindsGetTheirVerdicts(t *testing.T) {
	client := enginetest.Open(t)
	catalog, err := exercises.Load(os.DirFS(filepath.Join("testdata", "kinds")))
	if err != nil {
		t.Fatal(err)
	}
	o := coursetest.Options{
		Catalog: catalog, Jobs: *jobs, TempDir: t.TempDir(),
		Grade: func(ctx context.Context, sub checker.Submission) (*checker.Report, error) {
			return gradeOn(ctx, client, sub)
		},
		Name:    client.BuildNamed,
		Observe: func(l coursetest.Line) { t.Logf("%s", told(l)) },
	}
	if *only != "" {
		o.Only = []string{*only}
	}
	for round := range *rounds {
		summary, err := coursetest.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("round %d: exercises %d, variants %d, proofs %d, wrong %d, ungradable %d, %.0f s with %d at a time",
			round+1, summary.Exercises, summary.Variants, summary.Proofs, summary.Wrong, summary.Ungradable,
			summary.Duration.Seconds(), *jobs)
		for _, l := range summary.Lines {
			if l.Status != coursetest.Held {
				t.Errorf("round %d: %s", round+1, told(l))
			}
		}
	}
}

// gradeOn grades a submission in a run of its own.
func gradeOn(ctx context.Context, client *engine.Client, sub checker.Submission) (*checker.Report, error) {
	run, err := client.NewRun(ctx)
	if err != nil {
		return nil, err
	}
	report, err := checker.Grade(ctx, run, sub, checker.Options{})
	if closeErr := run.Close(); err == nil {
		err = closeErr
	}
	return report, err
}

// told is a proof in a few lines.
func told(l coursetest.Line) string {
	text := fmt.Sprintf("%s %s %s: %s, must get %s, %.1f s", l.Status, l.Exercise, l.Submission, l.Got, l.Want, l.Duration.Seconds())
	for _, d := range l.Differences {
		text += fmt.Sprintf("\n\t%s: %s instead of %s: %s", d.Check, d.Got, d.Want, d.Why)
	}
	if l.Problem != "" {
		text += "\n\t" + l.Problem
	}
	return text
}
