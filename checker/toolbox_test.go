package checker

import (
	"context"
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

// gone is a toolbox that was killed from within the container.
type gone struct{ *actor }

func (gone) Exec(context.Context, string, ...string) (ExecResult, error) {
	return ExecResult{}, ErrNotRunning
}

// What the image calls cat is believed where no image serves for a toolbox, and not
// where one could not be started this time, or is gone.
func TestOnlyWithoutAToolboxTheImagesOwnCatIsBelieved(t *testing.T) {
	says := func(text string) func([]string) ExecResult {
		return func([]string) ExecResult { return ExecResult{Output: text} }
	}
	refused := &EnvironmentError{Problem: "the engine is busy"}
	eng := &scripted{start: func(_ RunRequest, a *actor) { a.exec = says("the truth") }}
	tools := scriptedTools(t, eng)
	tools.of = &actor{id: "graded", state: State{Running: true}, exec: says("a lie")}
	for _, fault := range []error{refused, context.Canceled, refused} {
		eng.startErr = func(RunRequest) error { return fault }
		if got, ok, err := tools.foreignCat(t.Context(), "/proc/net/tcp"); ok || !errors.Is(err, fault) {
			t.Errorf("while the engine says %q: %q, %t, %v", fault, got, ok, err)
		}
	}
	eng.startErr = nil
	if got, ok, err := tools.foreignCat(t.Context(), "/proc/net/tcp"); got != "the truth" || !ok || err != nil {
		t.Errorf("with a toolbox: %q, %t, %v", got, ok, err)
	}
	tools.box = gone{}
	if got, ok, err := tools.foreignCat(t.Context(), "/proc/net/tcp"); ok || err != nil {
		t.Errorf("with one that is gone: %q, %t, %v", got, ok, err)
	}
	alone := scriptedTools(t, &scripted{startErr: lendNothing})
	alone.of = tools.of
	if got, ok, err := alone.foreignCat(t.Context(), "/proc/net/tcp"); got != "a lie" || !ok || err != nil {
		t.Errorf("without one: %q, %t, %v", got, ok, err)
	}
}
