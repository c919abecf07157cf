package exercise

import (
	"fmt"
	"strings"
	"testing"

	"shipshape/checker"
)

// Nobody takes anything from the feed here: a grade must get through all the
// same, and leave little behind.
func TestAFloodNeitherBlocksNorPilesUp(t *testing.T) {
	f := newFeed()
	log := strings.Repeat("a line of output\n", 4000)
	for i := range 100_000 {
		f.observe(checker.StepChanged{Build: "your image", Step: checker.Step{Digest: fmt.Sprint(i % 3), Log: log}})
	}
	f.observe(checker.CheckDone{Result: checker.Result{ID: "builds"}})
	events := f.take()
	if len(events) != 4 {
		t.Fatalf("got %d events, want one for each of three steps and the verdict", len(events))
	}
	if got := events[0].(checker.StepChanged).Step.Log; len(got) > logBytes || strings.Count(got, "\n") >= logLines {
		t.Errorf("%d bytes of a log are kept", len(got))
	}
	if more := f.take(); more != nil {
		t.Errorf("taken twice: %v", more)
	}
}

func TestTheLastStateOfAStepCounts(t *testing.T) {
	f := newFeed()
	f.observe(checker.CheckStarted{ID: "builds"})
	f.observe(checker.StepChanged{Build: "a", Step: checker.Step{Digest: "1"}})
	f.observe(checker.StepChanged{Build: "b", Step: checker.Step{Digest: "1"}})
	f.observe(checker.StepChanged{Build: "a", Step: checker.Step{Digest: "1", Done: true}})
	events := f.take()
	if len(events) != 3 {
		t.Fatalf("got %d events, want 3", len(events))
	}
	if s := events[1].(checker.StepChanged); s.Build != "a" || !s.Step.Done {
		t.Errorf("the step of build a is %+v, want its last state", s)
	}
}

func TestTail(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"one\ntwo\n":                "one\ntwo",
		"10 %\r50 %\r100 %\r\ndone": "100 %\ndone",
		"bad \xff byte":             "bad � byte",
		"\x1b[31mred":               "␛[31mred",
		strings.Repeat("x\n", 100):  strings.TrimSuffix(strings.Repeat("x\n", logLines), "\n"),
	} {
		if got := tail(in); got != want {
			t.Errorf("tail(%q) = %q, want %q", in, got, want)
		}
	}
}
