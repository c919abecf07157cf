package checker

import (
	"strings"
	"testing"
)

func TestTagsMustNameTheImageOfThisSource(t *testing.T) {
	own := Image{ID: "sha256:own", RootFS: []string{"base", "app"}, Cmd: []string{"node", "server.js"}, History: []LayerReport{
		{Instruction: "RUN |1 A=2 /bin/sh -c apk add curl # buildkit"}, {Instruction: "COPY . / # buildkit"},
		{Instruction: "HEALTHCHECK &{[\"CMD-SHELL\" \"sh -c true\"]"}, {Instruction: "CMD [\"node\"]"},
	}}
	twin := own
	twin.ID = "sha256:twin"
	stranger := Image{ID: "sha256:stranger", RootFS: []string{"base"}, Cmd: []string{"sh"}}
	older := Image{ID: "sha256:older", RootFS: []string{"base", "old"}, Cmd: own.Cmd, History: own.History}
	// Of the same base and files, in other layers.
	again := own
	again.ID, again.RootFS = "sha256:again", []string{"base", "app-again"}
	again.History = []LayerReport{
		{Instruction: "|1 A=1 /bin/sh -c apk add curl"}, {Instruction: "/bin/sh -c #(nop) COPY file:1 in /"},
		{Instruction: "/bin/sh -c #(nop)  HEALTHCHECK &{[\"CMD-SHELL\" \"sh -c true\"]"},
	}
	changed := func(change func(*Image)) map[string]Image {
		image := again
		change(&image)
		return map[string]Image{"tides:1.4.2": image, "tides:sha-1": image}
	}
	same := func(*Image) {}
	rebased := func(i *Image) { i.RootFS = []string{"another", "app"} }
	packaged := func(i *Image) { i.History = []LayerReport{{Instruction: "RUN /bin/sh -c apk add wget # buildkit"}} }
	tested := func(i *Image) { i.HealthTest = []string{"CMD", "true"} }
	timed := func(i *Image) { i.HealthRetries = 9 }
	named := func(i *Image) { i.Env = []string{"MODE=test"} }
	release := []string{`1\.4\.\d+`, `sha-.+`}
	for name, tc := range map[string]struct {
		k      Tagged
		images map[string]Image
		want   Status
		says   string
	}{
		"none":         {Tagged{Tags: release}, nil, StatusFail, `no tag of tides is like 1\.4\.\d+; there are none`},
		"one of two":   {Tagged{Tags: release}, map[string]Image{"tides:1.4.2": own}, StatusFail, "is like sha-.+; there are tides:1.4.2 (own)"},
		"both":         {Tagged{Tags: release, SameImage: true}, map[string]Image{"tides:1.4.2": own, "tides:sha-1": own}, StatusPass, "built from this source"},
		"on two":       {Tagged{Tags: release, SameImage: true}, map[string]Image{"tides:1.4.2": own, "tides:sha-1": twin}, StatusFail, "different images"},
		"on two, fine": {Tagged{Tags: release}, map[string]Image{"tides:1.4.2": own, "tides:sha-1": twin}, StatusPass, ""},
		"beside an older release": {Tagged{Tags: release, SameImage: true}, map[string]Image{
			"tides:1.4.1": older, "tides:1.4.2": own, "tides:sha-0": older, "tides:sha-1": own,
		}, StatusPass, ""},
		"by another builder": {Tagged{Tags: release}, changed(same), StatusPass, ""},
		"on another base":    {Tagged{Tags: release}, changed(rebased), StatusFail, "another base image"},
		"of other packages":  {Tagged{Tags: release}, changed(packaged), StatusFail, "other commands were run"},
		"tested otherwise":   {Tagged{Tags: release}, changed(tested), StatusFail, "another health test"},
		"tested more often":  {Tagged{Tags: release}, changed(timed), StatusFail, "another health test"},
		"with a variable":    {Tagged{Tags: release}, changed(named), StatusFail, "its variable MODE is another"},
		"of an older build":  {Tagged{Tags: release}, map[string]Image{"tides:1.4.2": older, "tides:sha-1": older}, StatusFail, "its layers are others"},
		"of another image":   {Tagged{Tags: []string{".*"}}, map[string]Image{"tides:1.4.2": stranger}, StatusFail, "starts another command"},
		"a part of the word": {Tagged{Tags: []string{`1\.4`}}, map[string]Image{"tides:1.4.2": own}, StatusFail, "is like"},
		"forbidden":          {Tagged{Tags: release, Forbid: []string{"latest"}}, map[string]Image{"tides:latest": own}, StatusFail, "tides:latest is there"},
		"nothing forbidden":  {Tagged{Forbid: []string{"latest"}}, map[string]Image{"tides:not-latest": own}, StatusPass, ""},
	} {
		eng := &scripted{image: own, images: tc.images}
		if tc.want == StatusPass {
			eng.files = map[string]string{"/usr/bin/node": "the program that both start"}
		}
		for _, image := range []Image{own, twin, stranger, older} {
			if eng.images == nil {
				eng.images = make(map[string]Image)
			}
			eng.images[image.ID] = image
		}
		for _, image := range tc.images {
			eng.images[image.ID] = image
		}
		eng.images["node:24-slim"] = Image{ID: "sha256:base", RootFS: []string{"base"}}
		tc.k.Repository = "tides"
		got := gradeOne(t, eng, Spec{Tagged: &tc.k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestTheImageToCompareWithHoldsNothingOfTheGraders(t *testing.T) {
	own := Image{ID: "sha256:own", RootFS: []string{"app"}, Env: []string{"VERSION=as the grader gave it"}}
	eng := &scripted{image: own, images: map[string]Image{"tides:1": own}}
	eng.build = func(req BuildRequest, _ *Build) {
		eng.image.Env = []string{"VERSION=" + req.Args["VERSION"]}
	}
	sub := submission(t,
		Spec{ID: "tagged", Tagged: &Tagged{Repository: "tides", Tags: []string{"1"}}},
		Spec{ID: "secrets", Secrets: &Secrets{Files: map[string]string{".npmrc": "{{value}}"}, Build: []BuildSecret{{ID: "token"}}}},
		Spec{ID: "configured", Configured: &Configured{Workdir: true, Args: map[string]string{"VERSION": "{{value}}"}}},
	)
	report, err := Grade(t.Context(), eng, sub, Options{Only: []string{"tagged"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(eng.builds) != 1 || len(eng.builds[0].Overlay) != 0 || len(eng.runs) != 0 {
		t.Errorf("built %+v, ran %+v", eng.builds, eng.runs)
	}
	// What it may need to be built at all it is given.
	if len(eng.builds[0].Args) != 1 || len(eng.builds[0].Secrets) != 1 {
		t.Errorf("given %+v", eng.builds[0])
	}
	if got := report.Checks[0]; got.Status != StatusPass {
		t.Errorf("with another value of an argument: %s (%s)", got.Status, got.Observed)
	}
}
