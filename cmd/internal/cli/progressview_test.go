package cli

import (
	"strings"
	"testing"
	"time"

	"shipshape/checker"
)

// grade tells a view of a small grade.
func grade(v *progressView) {
	step := func(build, name string, s checker.Step) {
		s.Name, s.Digest = name, name
		v.observe(checker.StepChanged{Build: build, Step: s})
	}
	step("your image", "[internal] load build definition", checker.Step{Done: true})
	step("your image", "[1/2] FROM ropes", checker.Step{Done: true, Cached: true})
	step("your image", "[2/2] RUN splice", checker.Step{})
	step("your image", "[2/2] RUN splice", checker.Step{Done: true, Duration: 2100 * time.Millisecond})
	step("your image", "[2/2] RUN splice", checker.Step{Done: true, Duration: 2100 * time.Millisecond})
	step("after a source edit", "[2/2] RUN splice", checker.Step{Done: true, Err: "frayed"})
	v.observe(checker.CheckStarted{ID: "holds", Title: "it holds"})
	v.observe(checker.CheckDone{Result: checker.Result{Title: "it holds", Status: checker.StatusFail}})
	v.observe(checker.CheckDone{Result: checker.Result{Title: "coil it", Status: checker.StatusAdvice}})
	v.end()
}

func TestProgressOnATerminalShowsStepsWithWhatWasCached(t *testing.T) {
	var out strings.Builder
	grade(newProgressView(&IO{Err: &out, ErrTerminal: true, NoColor: true, Width: 60}))
	want := "your image\n" +
		" cached  [1/2] FROM ropes\n" +
		"  2.1 s  [2/2] RUN splice\n" +
		"after a source edit\n" +
		" failed  [2/2] RUN splice\n\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestProgressReplacesTheLineOfWhatIsUnderWay(t *testing.T) {
	var out strings.Builder
	v := newProgressView(&IO{Err: &out, ErrTerminal: true, Width: 60})
	v.observe(checker.CheckStarted{Title: "it holds"})
	v.end()
	if got := out.String(); !strings.Contains(got, "checking: it holds") || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("wrote %q: the line should be shown and cleared", got)
	}
}

func TestProgressThroughAPipeIsALineForEachVerdict(t *testing.T) {
	var out strings.Builder
	grade(newProgressView(&IO{Err: &out}))
	if got, want := out.String(), "fail  it holds\n"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}
