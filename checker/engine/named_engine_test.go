package engine_test

import (
	"errors"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

func TestNamesAreGivenForAWhileAndTakenFromNobody(t *testing.T) {
	l := newLearner(t)
	dir := enginetest.Project(t, map[string]string{"Dockerfile": enginetest.Dockerfile})
	names := []string{l.repository + ":1.4.2", l.repository + ":sha-1234567"}
	forget, err := l.client.BuildNamed(t.Context(), checker.BuildRequest{Dir: dir}, names)
	if err != nil {
		t.Fatal(err)
	}
	var environment *checker.EnvironmentError
	if _, err := l.client.BuildNamed(t.Context(), checker.BuildRequest{Dir: dir}, names[1:]); !errors.As(err, &environment) {
		t.Errorf("a name was given a second time: %v", err)
	}
	for _, name := range names {
		if _, err := l.client.InspectImage(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := forget(); err != nil {
		t.Error(err)
	}
	for _, name := range names {
		if _, err := l.client.InspectImage(t.Context(), name); !errors.Is(err, checker.ErrNoImage) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
}

func TestWhatDoesNotBuildGetsNoName(t *testing.T) {
	l := newLearner(t)
	dir := enginetest.Project(t, map[string]string{"Dockerfile": enginetest.Dockerfile + "RUN false\n"})
	var broken *checker.BuildError
	name := l.repository + ":1"
	if _, err := l.client.BuildNamed(t.Context(), checker.BuildRequest{Dir: dir}, []string{name}); !errors.As(err, &broken) {
		t.Errorf("%v, want a BuildError", err)
	}
	if _, err := l.client.InspectImage(t.Context(), name); !errors.Is(err, checker.ErrNoImage) {
		t.Errorf("%s is there: %v", name, err)
	}
}
