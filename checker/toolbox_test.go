package checker

import (
	"errors"
	"strings"
	"testing"
)

// scriptedTools are those of a container without programs of its own.
func scriptedTools(t *testing.T, eng *scripted, bases ...string) *tools {
	t.Helper()
	sub := submission(t)
	sub.Assignment.Bases = bases
	ev := newEvidence(t.Context(), eng, sub, nil, func(Event) {})
	ev.extraTools = []string{"tools:1"}
	return ev.tools(&actor{id: "graded", state: State{Running: true}})
}

func TestAToolboxIsMadeOfTheFirstImageThatServes(t *testing.T) {
	eng := &scripted{
		start: func(_ RunRequest, a *actor) {
			a.exec = func(argv []string) ExecResult { return ExecResult{Output: strings.Join(argv, " ")} }
		},
		startErr: func(req RunRequest) error {
			switch req.Image {
			case "bare:1":
				return &StartError{ExitCode: 127}
			case "away:1":
				return ErrNoImage
			}
			return nil
		},
	}
	tools := scriptedTools(t, eng, "gcr.io/distroless/static", "bare:1", "away:1")
	for range 2 {
		out, ok, err := tools.cat(t.Context(), "/proc/1/status")
		if err != nil || !ok || out != "cat /proc/1/status" {
			t.Errorf("cat = %q, %t, %v", out, ok, err)
		}
	}
	if len(eng.runs) != 1 || eng.runs[0].Image != "tools:1" || eng.runs[0].Share != "graded" || !eng.runs[0].DropCapabilities {
		t.Errorf("started %+v, want one toolbox of tools:1", eng.runs)
	}
}

func TestWithoutAToolboxNothingIsKnown(t *testing.T) {
	eng := &scripted{startErr: func(RunRequest) error { return ErrNoImage }}
	tools := scriptedTools(t, eng)
	if _, ok, err := tools.sockets(t.Context()); ok || err != nil {
		t.Errorf("sockets: %t, %v; want them not known", ok, err)
	}
	if crowding, err := tools.crowding(t.Context()); crowding != 1 || err != nil {
		t.Errorf("crowding = %g, %v; want 1", crowding, err)
	}
	if holders, err := tools.holders(t.Context(), 8080); holders != nil || err != nil {
		t.Errorf("holders = %v, %v; want none", holders, err)
	}
}

// A fault of the engine is not taken for a missing toolbox.
func TestAToolboxThatTheEngineRefusesIsItsFault(t *testing.T) {
	fault := &EnvironmentError{Problem: "the disk is full"}
	eng := &scripted{startErr: func(RunRequest) error { return fault }}
	tools := scriptedTools(t, eng)
	if _, _, err := tools.sockets(t.Context()); !errors.Is(err, fault) {
		t.Errorf("sockets: %v, want %v", err, fault)
	}
}
