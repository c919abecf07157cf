package junit

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"shipshape/checker"
)

func report() *checker.Report {
	return &checker.Report{
		Exercise: "ropes", DurationMS: 1500, Outcome: checker.OutcomeFailed, Points: 1, MaxPoints: 4,
		Engine:  &checker.EngineInfo{Version: "28.5.2", API: "1.51"},
		Notices: []string{"the syntax directive was not used"},
		Checks: []checker.Result{
			{ID: "builds", Title: "it builds", Status: checker.StatusPass, DurationMS: 20},
			{ID: "serves", Title: "it serves", Status: checker.StatusFail, Required: true,
				Expected: "<200>", Observed: "it said\n\x1b[31m & \x00\ufffe\xff", Why: "nobody \"can\" reach it", DockerfileLine: 4, Lesson: "layer-cache"},
			{ID: "healthy", Title: "it is healthy", Status: checker.StatusSkip, Observed: "serves did not pass"},
			{ID: "small", Title: "it is small", Status: checker.StatusError, Observed: "no base image", Remedy: "Pull it."},
			{ID: "user", Title: "name a user", Status: checker.StatusAdvice, Why: "root is dangerous", DockerfileLine: 1},
		},
	}
}

// written writes reports and reads them again.
func written(t *testing.T, reports ...*checker.Report) suites {
	t.Helper()
	var out strings.Builder
	if err := Write(&out, "docker/web.Dockerfile", reports...); err != nil {
		t.Fatal(err)
	}
	var got suites
	if err := xml.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatalf("not XML: %v\n%s", err, out.String())
	}
	return got
}

func TestWriteKeepsTheFourOutcomesApart(t *testing.T) {
	got := written(t, report(), report())
	if want := (counts{Tests: 8, Failures: 2, Errors: 2, Skipped: 2}); got.counts != want || len(got.Suites) != 2 {
		t.Errorf("%d suites with %+v, want 2 with %+v", len(got.Suites), got.counts, want)
	}
	s := got.Suites[0]
	if want := (counts{Tests: 4, Failures: 1, Errors: 1, Skipped: 1}); s.counts != want || len(s.Cases) != 4 {
		t.Fatalf("%d cases with %+v, want 4 with %+v", len(s.Cases), s.counts, want)
	}
	for i, want := range []testCase{
		{Name: "builds: it builds", Time: "0.020"},
		{Name: "serves: it serves", Time: "0.000", File: "docker/web.Dockerfile", Line: 4, Failure: &problem{
			Message: "it said⏎␛[31m & ␀\ufffd\ufffd",
			Text:    "it serves\nexpected: <200>\nobserved: it said\n␛[31m & ␀\ufffd\ufffd\nwhy: nobody \"can\" reach it\nDockerfile line: 4\nlesson: layer-cache",
		}},
		{Name: "healthy: it is healthy", Time: "0.000", Skipped: &problem{
			Message: "serves did not pass", Text: "it is healthy\nobserved: serves did not pass",
		}},
		{Name: "small: it is small", Time: "0.000", Error: &problem{
			Message: "no base image", Text: "it is small\nobserved: no base image\nremedy: Pull it.",
		}},
	} {
		want.Class = "shipshape.ropes"
		c := s.Cases[i]
		for _, pair := range [][2]*problem{{c.Failure, want.Failure}, {c.Error, want.Error}, {c.Skipped, want.Skipped}} {
			if (pair[0] == nil) != (pair[1] == nil) || pair[0] != nil && *pair[0] != *pair[1] {
				t.Errorf("case %d has %+v\nwant %+v", i, pair[0], pair[1])
			}
		}
		c.Failure, c.Error, c.Skipped, want.Failure, want.Error, want.Skipped = nil, nil, nil, nil, nil, nil
		if c != want {
			t.Errorf("case %d = %+v, want %+v", i, c, want)
		}
	}
}

func TestWriteTellsAdviceAndNoticesAsOutput(t *testing.T) {
	s := written(t, report()).Suites[0]
	want := "advice: name a user\nwhy: root is dangerous\nDockerfile line: 1\n\nnotice: the syntax directive was not used"
	if s.SystemOut != want {
		t.Errorf("system-out = %q, want %q", s.SystemOut, want)
	}
	properties := map[string]string{}
	for _, p := range s.Properties {
		properties[p.Name] = p.Value
	}
	if properties["outcome"] != "failed" || properties["points"] != "1" || properties["max_points"] != "4" || properties["engine"] != "28.5.2" {
		t.Errorf("properties = %v", properties)
	}
}

func TestWriteOfAnUnknownStatusIsNoPass(t *testing.T) {
	s := written(t, &checker.Report{Checks: []checker.Result{{ID: "x", Status: "maybe"}}}).Suites[0]
	if s.Errors != 1 || s.Cases[0].Error == nil {
		t.Errorf("%+v", s)
	}
}

// fullDisk takes some writes and fails then.
type fullDisk struct{ left int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left--; d.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestWriteReturnsTheWritersError(t *testing.T) {
	for left := range 3 {
		var w io.Writer = &fullDisk{left}
		if err := Write(w, "Dockerfile", report()); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("after %d writes: %v, want the writer's error", left, err)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("name", "\x00\ufffe\x1b]0;x\a")
	f.Fuzz(func(t *testing.T, name, text string) {
		got := written(t, &checker.Report{Exercise: name, Notices: []string{text}, Checks: []checker.Result{
			{ID: name, Title: text, Status: checker.StatusFail, Observed: text, Why: text},
			{ID: text, Status: checker.Status(text)},
		}})
		if len(got.Suites) != 1 || got.Suites[0].Tests < 1 {
			t.Fatalf("%+v", got)
		}
	})
}
