package exercise

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shipshape/exercises"
	"shipshape/tui/internal/tuitest"
)

// inTwoStacks is the test course's exercise in go and node, without a project.
func inTwoStacks(t *testing.T) *Model {
	t.Helper()
	m := open(t, 80, 21)
	inGo := m.exercise
	inNode := *inGo
	inNode.Stack, inNode.Brief = "node", "In **Node**.\n"
	inNode.Checks = inNode.Checks[:2]
	all := []*exercises.Exercise{inGo, &inNode}
	inGo.Stacks, inNode.Stacks = all, all
	if err := os.RemoveAll(m.deps.Dir); err != nil {
		t.Fatal(err)
	}
	m.deps.Start = func(e *exercises.Exercise, dir string) error {
		if err := os.MkdirAll(filepath.Join(dir, ".shipshape"), 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, ".shipshape", "workspace.yaml"), []byte("exercise: quick-build\nstack: "+e.Stack+"\n"), 0o600)
	}
	tuitest.Feed(m, m.Init())
	return m
}

// keys is the line of keys as text.
func keys(m *Model) string {
	var all []string
	for _, b := range m.ShortHelp() {
		all = append(all, b.Help().Key+" "+b.Help().Desc)
	}
	return strings.Join(all, "  ")
}

func TestTheStackIsChosenBeforeTheStart(t *testing.T) {
	m := inTwoStacks(t)
	if got := keys(m); !strings.HasPrefix(got, "s start in go  t another stack") || m.Status() != "go · not started" {
		t.Errorf("%s, %s", m.Status(), got)
	}
	tuitest.Feed(m, m.Update(tuitest.Key("t")))
	if got := keys(m); !strings.HasPrefix(got, "s start in node") || len(m.checks.rows) != 2 {
		t.Errorf("%d checks, %s", len(m.checks.rows), got)
	}
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "In Node") {
		t.Errorf("the task is not the stack's:\n%s", view)
	}
	tuitest.Feed(m, m.Update(tuitest.Key("t")))
	tuitest.Feed(m, m.Update(tuitest.Key("t")))
	tuitest.Feed(m, m.Update(tuitest.Key("s")))
	if m.state != present || m.exercise.Stack != "node" {
		t.Fatalf("started in %s", m.exercise.Stack)
	}
	tuitest.Feed(m, m.Update(tuitest.Key("t")))
	if got := keys(m); m.exercise.Stack != "node" || strings.Contains(got, "another stack") {
		t.Errorf("the stack changes under a project: %s, %s", m.exercise.Stack, got)
	}
}

func TestAWorkspaceOpensInItsStack(t *testing.T) {
	m := inTwoStacks(t)
	if err := m.deps.Start(m.exercise.In("node"), m.deps.Dir); err != nil {
		t.Fatal(err)
	}
	tuitest.Feed(m, m.Init())
	if m.exercise.Stack != "node" {
		t.Errorf("it opens in %s", m.exercise.Stack)
	}
}

func TestAWorkspaceOfAFormerNameOpensInItsStack(t *testing.T) {
	m := inTwoStacks(t)
	for _, in := range m.exercise.Stacks {
		in.Formerly = []string{"fast-build"}
	}
	former := filepath.Join(t.TempDir(), "fast-build")
	m.deps.Former = []string{filepath.Join(t.TempDir(), "never"), former}
	if err := m.deps.Start(m.exercise.In("node"), former); err != nil {
		t.Fatal(err)
	}
	// The two exercises have no starters to be told apart by: the marker alone
	// says which it is.
	marker := filepath.Join(former, ".shipshape", "workspace.yaml")
	if err := os.WriteFile(marker, []byte("exercise: fast-build\nstack: node\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tuitest.Feed(m, m.Init())
	if m.state != present || m.exercise.Stack != "node" || m.dir != former || !strings.HasSuffix(m.place, "fast-build") {
		t.Errorf("state %v, in %s, at %s", m.state, m.exercise.Stack, m.place)
	}
	if got := m.dockerfile(); got != filepath.Join(former, "Dockerfile") {
		t.Errorf("it edits %s", got)
	}
	if err := m.deps.Start(m.exercise.In("go"), m.deps.Dir); err != nil {
		t.Fatal(err)
	}
	tuitest.Feed(m, m.Init())
	if m.exercise.Stack != "go" || m.dir != m.deps.Dir {
		t.Errorf("a workspace of today's name stands behind one of a former name: %s", m.dir)
	}
}

func TestAnExerciseInOneStackOffersNoOther(t *testing.T) {
	m := open(t, 80, 21)
	m.state = absent
	if got := keys(m); strings.Contains(got, "stack") {
		t.Errorf("%s", got)
	}
	if got := tuitest.Press(m, "t"); got != nil {
		t.Errorf("t does %v", got)
	}
	for _, b := range m.FullHelp()[0] {
		if b.Enabled() && b.Help().Key == "t" {
			t.Error("t is in the help")
		}
	}
}
