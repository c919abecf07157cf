package checker

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
)

func TestWorkIsKnownByItsCommandHoweverItIsCalled(t *testing.T) {
	work := Work{Commands: []string{"npm ci", "npm install"}}
	for name, tc := range map[string]struct {
		call []string
		want bool
	}{
		"plain":                       {[]string{"npm", "ci"}, true},
		"with flags behind":           {[]string{"npm", "ci", "--omit=dev"}, true},
		"with flags between":          {[]string{"npm", "--offline", "ci"}, true},
		"by its path":                 {[]string{"/usr/local/bin/npm", "install"}, true},
		"that only tries":             {[]string{"npm", "ci", "--dry-run"}, false},
		"another command of npm":      {[]string{"npm", "run", "ci"}, false},
		"its name as an argument":     {[]string{"echo", "npm", "ci"}, false},
		"another program's ci":        {[]string{"pnpm", "ci"}, false},
		"only the program":            {[]string{"npm"}, false},
		"no word at all":              {nil, false},
		"a path that only ends in it": {[]string{"/opt/npm/run", "ci"}, false},
	} {
		if got := work.calledBy([][]string{{"cd", "/app"}, tc.call}); got != tc.want {
			t.Errorf("%s: %v is the work: %v, want %v", name, tc.call, got, tc.want)
		}
	}
}

func TestOnlyASubmissionThatSaysSoCountsOnTheNetwork(t *testing.T) {
	for _, online := range []bool{true, false} {
		sub := submission(t, Spec{ID: "it", Title: "it", Builds: &Builds{}})
		sub.Online = online
		eng := &fakeEngine{}
		if _, err := Grade(t.Context(), eng, sub, Options{}); err != nil {
			t.Fatal(err)
		}
		if len(eng.builds) == 0 || eng.builds[0].Online != online {
			t.Errorf("online %v: it asked for %+v", online, eng.builds)
		}
	}
}

func TestTalkOfTheWorkIsNotTheWork(t *testing.T) {
	for name, tc := range map[string]struct {
		calls [][]string
		want  bool
	}{
		"an echo":              {[][]string{{"echo", "added 2 packages"}}, true},
		"two of them":          {[][]string{{"printf", "x"}, {"/bin/echo", "y"}}, true},
		"a try":                {[][]string{{"npm", "ci", "--dry-run"}}, true},
		"a script":             {[][]string{{"./install.sh"}}, false},
		"an echo and a script": {[][]string{{"echo", "now"}, {"sh", "install.sh"}}, false},
		"nothing that is seen": {nil, false},
	} {
		if got := onlyTalks(tc.calls); got != tc.want {
			t.Errorf("%s: %v only talks: %v, want %v", name, tc.calls, got, tc.want)
		}
	}
}

func TestOnlyTheStepsAtTheLinesOfTheWorkCount(t *testing.T) {
	build := func(sync, again bool) []Step {
		return []Step{{Name: "[2/4] RUN uv sync --no-install-project", Cached: sync, Done: true}, {Name: "[4/4] RUN uv sync", Cached: again, Done: true}}
	}
	for name, tc := range map[string]struct {
		lines []int
		want  Status
	}{
		"the one that installs":  {[]int{2}, StatusPass},
		"both, by their command": {nil, StatusFail},
		"the one below":          {[]int{4}, StatusFail},
	} {
		eng := &fakeEngine{steps: [][]Step{build(false, false), build(true, false)}}
		sub := submission(t, Spec{ID: "it", Title: "it", Cached: &Cached{After: AfterSource, Work: Work{Name: "uv sync", Commands: []string{"uv sync"}, Lines: tc.lines}}})
		text := "FROM a\nRUN uv sync --no-install-project\nCOPY . .\nRUN uv sync\n"
		if err := os.WriteFile(filepath.Join(sub.Dir, "Dockerfile"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			report, err := Grade(t.Context(), eng, sub, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := report.Checks[0]; got.Status != tc.want {
				t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
			}
		})
	}
}

func TestAStepIsLookedAtMoreOftenWhereNothingSaysWhyItRan(t *testing.T) {
	const below, above = "FROM a\nCOPY package.json ./\nRUN npm ci\nCOPY . .\n", "FROM a\nCOPY . .\nRUN npm ci\nCMD x\n"
	for name, tc := range map[string]struct {
		text string
		// ran tells of one build after another whether the step ran in it; the
		// last one stands for all that follow.
		ran    []bool
		want   Status
		builds int
	}{
		"cached":                     {below, []bool{true, false}, StatusPass, 2},
		"lost once":                  {below, []bool{true, true, false}, StatusPass, 3},
		"lost beside other builds":   {below, []bool{true, true, true, false}, StatusPass, 4},
		"never kept until alone":     {below, []bool{true, true, true, true, false}, StatusPass, 5},
		"runs after every edit":      {below, []bool{true, true, true, true, true, false}, StatusFail, 6},
		"runs though nothing is new": {below, []bool{true}, StatusError, 6},
		"the text says why":          {above, []bool{true}, StatusFail, 3},
	} {
		t.Run(name, func(t *testing.T) {
			eng := &fakeEngine{}
			for _, ran := range tc.ran {
				eng.steps = append(eng.steps, []Step{{Name: "[3/4] RUN npm ci", Cached: !ran, Done: true}})
			}
			got := cachedAfter(t, AfterSource, tc.text, eng)
			if got.Status != tc.want {
				t.Errorf("%s (%s), want %s", got.Status, got.Observed, tc.want)
			}
			if len(eng.builds) != tc.builds {
				t.Errorf("%d builds, want %d", len(eng.builds), tc.builds)
			}
			for i, b := range eng.builds {
				if b.Alone != (i >= 3) {
					t.Errorf("build %d: alone is %t", i+1, b.Alone)
				}
			}
		})
	}
}

func TestAStepThatHangsOnNoManifestRunsAgainOnlyByAccident(t *testing.T) {
	for name, tc := range map[string]struct {
		text   string
		ran    []bool
		want   Status
		builds int
	}{
		"the text says why": {"FROM a\nCOPY package.json ./\nRUN npm ci\n", []bool{true}, StatusPass, 2},
		"another way in":    {"FROM a\nCOPY vendor ./\nRUN npm ci\n", []bool{true}, StatusPass, 3},
		"lost":              {"FROM a\nCOPY vendor ./\nRUN npm ci\n", []bool{true, true, false}, StatusFail, 3},
		"cached":            {"FROM a\nCOPY vendor ./\nRUN npm ci\n", []bool{true, false}, StatusFail, 2},
	} {
		t.Run(name, func(t *testing.T) {
			eng := &fakeEngine{}
			for _, ran := range tc.ran {
				eng.steps = append(eng.steps, []Step{{Name: "[3/3] RUN npm ci", Cached: !ran, Done: true}})
			}
			got := cachedAfter(t, AfterManifest, tc.text, eng)
			if got.Status != tc.want || len(eng.builds) != tc.builds {
				t.Errorf("%s (%s) after %d builds, want %s after %d", got.Status, got.Observed, len(eng.builds), tc.want, tc.builds)
			}
			if len(eng.builds) == 3 && !eng.builds[2].Alone {
				t.Error("the last build was not alone")
			}
		})
	}
}

// cachedAfter grades a Dockerfile whose RUN npm ci must be as it should after an
// edit.
func cachedAfter(t *testing.T, edit, text string, eng *fakeEngine) Result {
	t.Helper()
	sub := submission(t, Spec{ID: "it", Title: "it", Cached: &Cached{After: edit, Work: Work{Name: "npm ci", Commands: []string{"npm ci"}}}})
	for file, content := range map[string]string{"Dockerfile": text, "package.json": `{"knots": "1.2.0"}`} {
		if err := os.WriteFile(filepath.Join(sub.Dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sub.Assignment.Manifest = &Edit{File: "package.json", Replace: "1.2.0", With: "{{value}}"}
	var result Result
	synctest.Test(t, func(t *testing.T) {
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		result = report.Checks[0]
	})
	return result
}
