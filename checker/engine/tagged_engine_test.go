package engine_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/engine/enginetest"
)

// learner is somebody who builds images and gives them names on an engine.
type learner struct {
	t      *testing.T
	client *engine.Client
	run    *engine.Run
	// repository is one that nothing else on the engine has.
	repository string
}

func newLearner(t *testing.T) *learner {
	c := enginetest.Open(t)
	return &learner{t: t, client: c, run: enginetest.Run(t, c), repository: "tides-" + strings.ToLower(rand.Text())}
}

// tag names an image, until the test ends.
func (l *learner) tag(image, word string) {
	l.t.Helper()
	name := l.repository + ":" + word
	if err := l.client.TagImage(l.t.Context(), image, name); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		if err := l.client.UntagImage(context.WithoutCancel(l.t.Context()), name); err != nil {
			l.t.Errorf("take the name %s away: %v", name, err)
		}
	})
}

// grade grades a project with one check of tags, in a run of its own.
func (l *learner) grade(dir string, k checker.Tagged) checker.Result {
	l.t.Helper()
	k.Repository = l.repository
	report, err := checker.Grade(l.t.Context(), enginetest.Run(l.t, l.client), checker.Submission{
		Exercise: "e", Lesson: "l", Dir: dir, Assignment: checker.Assignment{
			Service: checker.Service{Port: 8080},
			Nonce:   checker.Edit{File: "nonce.txt", Template: "{{value}}"},
			Checks:  []checker.Spec{{ID: "tagged", Title: "tagged", Tagged: &k}},
		},
	}, checker.Options{})
	if err != nil {
		l.t.Fatal(err)
	}
	return report.Checks[0]
}

func (l *learner) wants(r checker.Result, want checker.Status, says string) {
	l.t.Helper()
	if r.Status != want || !strings.Contains(r.Observed, says) {
		l.t.Errorf("%s: %s %s; want %s with %q", r.Status, r.Observed, r.Remedy, want, says)
	}
}

func TestTagsAreThoseOfTheImageThatTheSourceBuildsTo(t *testing.T) {
	l := newLearner(t)
	release := checker.Tagged{Tags: []string{`\d+\.\d+\.\d+`, `sha-[0-9a-f]{7}`}, SameImage: true}
	dir := enginetest.Project(t, map[string]string{"greeting.txt": "hello\n", "Dockerfile": enginetest.Dockerfile + "COPY greeting.txt /\n"})

	l.wants(l.grade(dir, release), checker.StatusFail, "no tag of "+l.repository)

	image := enginetest.Build(t, l.run, dir)
	l.tag(image, "1.4.2")
	l.wants(l.grade(dir, release), checker.StatusFail, "is like sha-")

	older := enginetest.Build(t, l.run, enginetest.Project(t, map[string]string{
		"greeting.txt": "good bye\n", "Dockerfile": enginetest.Dockerfile + "COPY greeting.txt /\n",
	}))
	l.tag(older, "sha-0000000")
	l.wants(l.grade(dir, release), checker.StatusFail, "another /greeting.txt")

	l.tag(image, "sha-3f2a91c")
	l.wants(l.grade(dir, release), checker.StatusPass, "built from this source")

	l.tag(image, "latest")
	release.Forbid = []string{"latest", "prod.*"}
	l.wants(l.grade(dir, release), checker.StatusFail, l.repository+":latest is there")

	names, err := l.run.Tags(t.Context(), "docker.io/library/"+l.repository)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	if want := []string{":1.4.2", ":latest", ":sha-0000000", ":sha-3f2a91c"}; len(names) != len(want) {
		t.Errorf("after the grades the engine has %v, want tags %v", names, want)
	}
}

func TestTwoImagesOfOneSourceAreNotOne(t *testing.T) {
	l := newLearner(t)
	dir := enginetest.Project(t, nil)
	l.tag(enginetest.Build(t, l.run, dir), "1.4.2")
	// The same files in other layers, as another builder makes them.
	l.tag(enginetest.Build(t, l.run, enginetest.Project(t, map[string]string{
		"Dockerfile": strings.Replace(enginetest.Dockerfile, "COPY service /service", "COPY service /other\nCOPY service /service", 1),
	})), "1.4")
	both := checker.Tagged{Tags: []string{`1\.4\.2`, `1\.4`}}
	l.wants(l.grade(dir, both), checker.StatusPass, "built from this source")
	both.SameImage = true
	l.wants(l.grade(dir, both), checker.StatusFail, "the tags name different images")
}

func TestAnotherImageUnderTheRightNameIsFoundOut(t *testing.T) {
	l := newLearner(t)
	l.tag(enginetest.Build(t, l.run, enginetest.Project(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY service /service\nENTRYPOINT [\"/service\", \"health\"]\n",
	})), "1.4.2")
	r := l.grade(enginetest.Project(t, nil), checker.Tagged{Tags: []string{`.*`}})
	l.wants(r, checker.StatusFail, "starts another command")
}
