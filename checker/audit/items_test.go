package audit

import (
	"context"
	"errors"
	"slices"
	"testing"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
	"shipshape/lessons"
)

func TestEachItemIsDecidedInOneWay(t *testing.T) {
	seen := map[string]bool{"builds": true}
	for _, s := range sections() {
		for _, e := range s.entries {
			if seen[e.id] {
				t.Errorf("%s stands twice", e.id)
			}
			seen[e.id] = true
			ways := 0
			for _, way := range []bool{e.check != nil || e.measure != nil, len(e.rules) > 0, e.note != ""} {
				if way {
					ways++
				}
			}
			if ways != 1 {
				t.Errorf("%s is decided in %d ways", e.id, ways)
			}
			if e.title == "" || e.note == "" && e.why == "" {
				t.Errorf("%s lacks a title or a reason", e.id)
			}
			if e.note != "" && e.required {
				t.Errorf("%s is required, and nobody looks", e.id)
			}
		}
	}
}

func TestTheRulesThatDecideExist(t *testing.T) {
	for _, s := range sections() {
		for _, e := range s.entries {
			for _, rule := range e.rules {
				if !slices.ContainsFunc(dockerfile.Rules(), func(r dockerfile.Rule) bool { return r.ID == rule }) {
					t.Errorf("%s is decided by %q, which is no rule", e.id, rule)
				}
			}
		}
	}
}

func TestItemsLeadToTheirLesson(t *testing.T) {
	course, err := lessons.Load(lessons.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	untaught := []string{"downloads", "workdir"} // in no lesson
	for _, s := range sections() {
		for _, e := range s.entries {
			if taught := !slices.Contains(untaught, e.id); taught != (course.Lesson(e.lesson) != nil) {
				t.Errorf("%s: lesson %q", e.id, e.lesson)
			}
		}
	}
}

func TestWithoutAnEngineOnlyTheTextIsRead(t *testing.T) {
	dir := folder(t, map[string]string{"Dockerfile": "FROM node\nENV API_TOKEN=abcdef0123456789\nRUN npm install\nCOPY . .\n", "package.json": "{}"})
	r, err := Run(t.Context(), nil, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]Item{}
	for _, i := range r.Items {
		byID[i.ID] = i
		if i.Basis == Behaviour {
			t.Errorf("%s is said to be behaviour, and nothing ran", i.ID)
		}
		if i.Status == NotChecked && i.Observed == "" {
			t.Errorf("%s is not checked, and nobody says why", i.ID)
		}
	}
	if byID["secret-names"].Status != Fail || byID["secret-names"].DockerfileLine != 2 {
		t.Errorf("secret-names: %+v", byID["secret-names"])
	}
	if byID["not-root"].Status != NotChecked {
		t.Errorf("not-root: %+v", byID["not-root"])
	}
	if len(r.Remarks) == 0 {
		t.Error("the review remarked nothing")
	}
	total := 0
	for _, n := range r.Counts {
		total += n
	}
	if total != len(r.Items) {
		t.Errorf("%d items are counted, of %d", total, len(r.Items))
	}
}

func TestAProgramThatIsNotThereIsNoFaultOfTheLockFile(t *testing.T) {
	dir := folder(t, map[string]string{"Dockerfile": "FROM node:24-alpine\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n"})
	r, err := Run(t.Context(), nil, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range r.Items {
		if i.ID == "lock" && i.Status != Pass || i.ID == "packages" && i.Status != Advice {
			t.Errorf("%s is %s: %s", i.ID, i.Status, i.Observed)
		}
	}
}

// offlineEngine is one whose builds do not reach the network.
type offlineEngine struct {
	checker.Engine
	asked []checker.BuildRequest
}

func (*offlineEngine) Info(context.Context) (checker.EngineInfo, error) {
	return checker.EngineInfo{}, nil
}

func (e *offlineEngine) Build(_ context.Context, req checker.BuildRequest) (*checker.Build, error) {
	e.asked = append(e.asked, req)
	return &checker.Build{}, &checker.EnvironmentError{Problem: "the build could not reach the network"}
}

func TestWithoutANetworkNothingIsItemized(t *testing.T) {
	dir := folder(t, map[string]string{"Dockerfile": "FROM debian:13\nRUN apt-get update\n"})
	eng := &offlineEngine{}
	_, err := Run(t.Context(), eng, dir, Options{})
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) {
		t.Errorf("%v, want an EnvironmentError", err)
	}
	if len(eng.asked) == 0 || !eng.asked[0].Online {
		t.Errorf("it asked for %+v, want builds that count on the network", eng.asked)
	}
}

func TestWithoutAnEngineNothingIsFit(t *testing.T) {
	dir := folder(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY app /app\nUSER 1000\nENTRYPOINT [\"/app\"]\n", ".dockerignore": ".git\n.env\n"})
	r, err := Run(t.Context(), nil, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome != Unaudited {
		t.Errorf("it is %s", r.Outcome)
	}
}
