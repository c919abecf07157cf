package checker

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What an image calls cat or sh may go on for ever: a grade does not, and looks from
// beside the container.
func TestAProgramThatDoesNotEndIsLeftToItself(t *testing.T) {
	for name, tc := range map[string]struct {
		own, beside []string
		want        string
		problem     string
	}{
		"both end":          {nil, nil, "own", ""},
		"the image's own":   {[]string{"cat", "sh"}, nil, "beside", ""},
		"the toolbox's too": {[]string{"cat", "sh"}, []string{"cat", "sh"}, "", "did not end"},
	} {
		synctest.Test(t, func(t *testing.T) {
			eng := &scripted{start: func(_ RunRequest, a *actor) {
				a.endless = tc.beside
				a.exec = func([]string) ExecResult { return ExecResult{Output: "beside"} }
			}}
			tools := scriptedTools(t, eng)
			tools.of = &actor{state: State{Running: true}, endless: tc.own, exec: func([]string) ExecResult { return ExecResult{Output: "own"} }}
			for range 2 {
				began := time.Now()
				for what, look := range map[string]func() (string, bool, error){
					"cat": func() (string, bool, error) { return tools.cat(t.Context(), "/proc/1/status") },
					"sh":  func() (string, bool, error) { return tools.shell(t.Context(), "cat /proc/1/status") },
				} {
					got, ok, err := look()
					if tc.problem == "" && (got != tc.want || !ok || err != nil) || tc.problem != "" && (ok || !fatal(err) || !strings.Contains(err.Error(), tc.problem)) {
						t.Errorf("%s: %s = %q, %t, %v", name, what, got, ok, err)
					}
				}
				if took := time.Since(began); took > 4*programTime {
					t.Errorf("%s: it took %s", name, took)
				}
			}
			if _, known := tools.unending.Load("cat"); known != (tc.own != nil) {
				t.Errorf("%s: the container's cat is known not to end: %t", name, known)
			}
		})
	}
}

// silent is a container of an engine that says nothing any more.
type silent struct {
	*actor
	fault error
}

func (c silent) State(context.Context) (State, error) { return State{}, c.fault }

func TestAnEngineThatSaysNothingIsNotTheProgramsFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fault := &EnvironmentError{Problem: "the engine was silent"}
		c := silent{&actor{endless: []string{"cat"}}, fault}
		if _, err := execWithin(t.Context(), c, time.Second, "", "cat"); !errors.Is(err, fault) || errors.Is(err, errUnending) {
			t.Errorf("%v, want %v", err, fault)
		}
	})
}
