package checker

import (
	"strings"
	"testing"
)

// ownHistory is that of the Dockerfile that submission writes.
var ownHistory = []string{"COPY . . # buildkit", "RUN /bin/sh -c npm ci # buildkit", `CMD ["node" "server.js"]`}

func TestLayersNamesWhatIsThereForNothing(t *testing.T) {
	limit := int64(1)
	kb := strings.Repeat("x", 3000)
	for name, tc := range map[string]struct {
		own  [][]entry
		want Status
		line int
		says string
	}{
		"nothing": {[][]entry{{fileEntry("a", kb)}, {fileEntry("b", kb)}, {}}, StatusPass, 0, "0 B of 6.0 kB"},
		"a copy": {[][]entry{{fileEntry("a", kb)}, {fileEntry("a", kb)}, {}}, StatusFail, 3,
			"3.0 kB: /a, stored by `COPY . .` (line 2), stored again by `RUN npm ci` (line 3)"},
		"a deletion": {[][]entry{{fileEntry("d/a", kb), fileEntry("d/b", kb)}, {fileEntry(".wh.d", "")}, {}}, StatusFail, 3,
			"6.0 kB: 2 files in /d, stored by `COPY . .` (line 2), deleted by `RUN npm ci` (line 3)"},
		"a copy of the base image's": {[][]entry{{fileEntry("base", kb)}, {}, {}}, StatusFail, 2, "stored again by `COPY . .` (line 2)"},
		"within the limit":           {[][]entry{{fileEntry("a", "12345")}, {fileEntry("a", "12345")}, {}}, StatusPass, 0, "5 B"},
	} {
		for _, unknown := range []bool{false, true} {
			eng := &layered{
				fakeEngine: &fakeEngine{}, base: [][]entry{{fileEntry("base", kb)}, {fileEntry("base", kb)}},
				own: tc.own, history: ownHistory, unknownBase: unknown,
			}
			got := gradeOne(t, eng, Spec{Layers: &Layers{MaxWastedKB: &limit}})
			if got.Status != tc.want || got.DockerfileLine != tc.line || !strings.Contains(got.Observed, tc.says) {
				t.Errorf("%s (base unknown: %t): %s at line %d: %s\nwant %s at line %d: …%s…",
					name, unknown, got.Status, got.DockerfileLine, got.Observed, tc.want, tc.line, tc.says)
			}
		}
	}
}

func TestLayersCountsTheHeavyOnes(t *testing.T) {
	one, heavy := 1, strings.Repeat("x", 2000)
	k := &Layers{MaxLayers: &one, HeavyKB: 1}
	for name, tc := range map[string]struct {
		own  [][]entry
		want Status
	}{
		"one, and small ones": {[][]entry{{fileEntry("a", heavy)}, {fileEntry("b", "1")}, {fileEntry("c", "1")}}, StatusPass},
		"two":                 {[][]entry{{fileEntry("a", heavy)}, {fileEntry("b", heavy)}, {}}, StatusFail},
	} {
		eng := &layered{fakeEngine: &fakeEngine{}, base: [][]entry{{fileEntry("base", heavy)}}, own: tc.own, history: ownHistory}
		if got := gradeOne(t, eng, Spec{Layers: k}); got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

func TestAnImageThatCannotBeIndexedIsNoFault(t *testing.T) {
	one := 1
	long := fileEntry(strings.Repeat("x", 300), "1")
	eng := &layered{fakeEngine: &fakeEngine{}, own: [][]entry{{long}, {fileEntry("a", "1")}, {}}, history: ownHistory}
	if got := gradeOne(t, eng, Spec{Layers: &Layers{MaxLayers: &one}}); got.Status != StatusError {
		t.Errorf("%s (%s), want %s", got.Status, got.Observed, StatusError)
	}
}

func TestUnsoundSettingsOfLayersContentsAndLinkedAreFound(t *testing.T) {
	none, negative := 0, int64(-1)
	for path, s := range map[string]Spec{
		"layers":                         {Layers: &Layers{}},
		"layers.max_wasted_kb":           {Layers: &Layers{MaxWastedKB: &negative}},
		"layers.max_layers":              {Layers: &Layers{MaxLayers: &none}},
		"contents":                       {Contents: &Contents{}},
		"contents.absent[0]":             {Contents: &Contents{Absent: []string{"compiler"}}},
		"contents.absent_paths[0]":       {Contents: &Contents{AbsentPaths: []AbsentPaths{{Paths: []string{"/a"}}}}},
		"contents.absent_paths[0].paths": {Contents: &Contents{AbsentPaths: []AbsentPaths{{Name: "a", Paths: []string{"a"}}}}},
		"contents.present[0]":            {Contents: &Contents{Present: []Present{{Path: "/a", Mode: "0999"}}}},
		"linked.paths[0]":                {Linked: &Linked{Paths: []string{"*.so"}}},
	} {
		found := s.Unsound(Assignment{})
		if len(found) != 1 || found[0].Path != path {
			t.Errorf("%s: found %v", path, found)
		}
	}
	for _, s := range []Spec{
		{Layers: &Layers{MaxWastedPercent: new(int64)}}, {Linked: &Linked{}},
		{Contents: &Contents{Absent: groupNames(), Present: []Present{{Path: "/a", Mode: "0644"}}}},
	} {
		if found := s.Unsound(Assignment{}); len(found) > 0 {
			t.Errorf("found %v", found)
		}
	}
}

func TestPlainInstruction(t *testing.T) {
	for in, want := range map[string]string{
		"RUN /bin/sh -c npm ci # buildkit":          "RUN npm ci",
		"RUN |2 A=1 B=2 /bin/sh -c make # buildkit": "RUN make",
		"RUN /opt/tool --flag # buildkit":           "RUN /opt/tool --flag",
		"COPY . . # buildkit":                       "COPY . .",
		"/bin/sh -c #(nop)  CMD [\"bash\"]":         "/bin/sh -c #(nop)  CMD [\"bash\"]",
		"RUN /bin/bash -o pipefail -c x # buildkit": "RUN /bin/bash -o pipefail -c x",
		"WORKDIR /app":                              "WORKDIR /app",
	} {
		if got := plainInstruction(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
