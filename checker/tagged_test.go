package checker

import (
	"strings"
	"testing"
)

func TestTagsMustNameTheImageOfThisSource(t *testing.T) {
	own := Image{ID: "sha256:own", RootFS: []string{"base", "app"}, Cmd: []string{"node", "server.js"}}
	twin := own
	twin.ID = "sha256:twin"
	stranger := Image{ID: "sha256:stranger", RootFS: []string{"base"}, Cmd: []string{"sh"}}
	older := Image{ID: "sha256:older", RootFS: []string{"base", "old"}, Cmd: own.Cmd}
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
		"of an older build":  {Tagged{Tags: release}, map[string]Image{"tides:1.4.2": older, "tides:sha-1": older}, StatusFail, "its layers are others"},
		"of another image":   {Tagged{Tags: []string{".*"}}, map[string]Image{"tides:1.4.2": stranger}, StatusFail, "starts another command"},
		"a part of the word": {Tagged{Tags: []string{`1\.4`}}, map[string]Image{"tides:1.4.2": own}, StatusFail, "is like"},
		"forbidden":          {Tagged{Tags: release, Forbid: []string{"latest"}}, map[string]Image{"tides:latest": own}, StatusFail, "tides:latest is there"},
		"nothing forbidden":  {Tagged{Forbid: []string{"latest"}}, map[string]Image{"tides:not-latest": own}, StatusPass, ""},
	} {
		eng := &scripted{image: own, images: tc.images}
		for _, image := range []Image{own, twin, stranger, older} {
			if eng.images == nil {
				eng.images = make(map[string]Image)
			}
			eng.images[image.ID] = image
		}
		tc.k.Repository = "tides"
		got := gradeOne(t, eng, Spec{Tagged: &tc.k})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestTheImageToCompareWithHoldsNothingOfTheGraders(t *testing.T) {
	own := Image{ID: "sha256:own", RootFS: []string{"app"}}
	eng := &scripted{image: own, images: map[string]Image{"tides:1": own}}
	gradeOne(t, eng, Spec{Tagged: &Tagged{Repository: "tides", Tags: []string{"1"}}})
	if len(eng.builds) != 1 || len(eng.builds[0].Overlay) != 0 || len(eng.runs) != 0 {
		t.Errorf("built %+v, ran %+v", eng.builds, eng.runs)
	}
}
