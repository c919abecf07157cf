package junit

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"shipshape/checker"
)

func report() *checker.Report {
	return &checker.Report{
		Exercise: "ropes", DurationMS: 1500,
		Checks: []checker.Result{
			{ID: "builds", Title: "it builds", Status: checker.StatusPass, DurationMS: 20},
			{ID: "serves", Title: "it serves", Status: checker.StatusFail, Expected: "<200>", Observed: "it said \x1b[31m & \x00", DockerfileLine: 4},
			{ID: "healthy", Title: "it is healthy", Status: checker.StatusSkip, Observed: "not looked at"},
			{ID: "small", Title: "it is small", Status: checker.StatusError, Observed: "no base image", Remedy: "Pull it."},
			{ID: "user", Title: "name a user", Status: checker.StatusAdvice},
		},
	}
}

func TestWriteKeepsTheFourOutcomesApart(t *testing.T) {
	var out strings.Builder
	if err := Write(&out, report(), report()); err != nil {
		t.Fatal(err)
	}
	var got suites
	if err := xml.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatalf("not XML: %v\n%s", err, out.String())
	}
	if got.Tests != 8 || got.Failures != 2 || got.Errors != 2 || got.Skipped != 2 {
		t.Errorf("tests %d, failures %d, errors %d, skipped %d, want 8, 2, 2, 2", got.Tests, got.Failures, got.Errors, got.Skipped)
	}
	cases := got.Suites[0].Cases
	if len(cases) != 4 {
		t.Fatalf("%d cases, want 4: advice is no test", len(cases))
	}
	if c := cases[0]; c.Failure != nil || c.Error != nil || c.Skipped != nil {
		t.Errorf("the check that passed is %+v", c)
	}
	if f := cases[1].Failure; f == nil || !strings.Contains(f.Text, "expected: <200>") || !strings.Contains(f.Text, "Dockerfile line: 4") {
		t.Errorf("the failure is %+v", f)
	}
	if e := cases[3].Error; e == nil || cases[3].Failure != nil || !strings.Contains(e.Text, "Pull it.") {
		t.Errorf("what could not be graded is %+v", cases[3])
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteReturnsTheWritersError(t *testing.T) {
	if err := Write(fullDisk{}, report()); err == nil {
		t.Error("no error for a writer that fails")
	}
}
