package checker

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// npmBuilds plays builds whose install is cached but in the first.
func npmBuilds(names ...string) func(BuildRequest, *Build) {
	n := 0
	return func(_ BuildRequest, b *Build) {
		n++
		for _, name := range names {
			b.Steps = append(b.Steps, Step{Name: name, Cached: n > 1, Done: true})
		}
	}
}

func TestACachedStepMustLeaveWhatItInstalls(t *testing.T) {
	npm := Work{Name: "npm ci", Commands: []string{"npm ci"}, Leaves: []string{"node_modules/*/package.json"}}
	for name, tc := range map[string]struct {
		files map[string]string
		want  Status
	}{
		"it does":               {map[string]string{"/etc/x": "", "/app/node_modules/knots/package.json": "{}"}, StatusPass},
		"deeper than asked for": {map[string]string{"/app/node_modules/a/b/package.json": "{}"}, StatusFail},
		"only the manifest":     {map[string]string{"/app/package.json": "{}"}, StatusFail},
		"nothing":               {nil, StatusFail},
	} {
		eng := &scripted{build: npmBuilds("[3/3] RUN npm ci"), files: tc.files}
		got := gradeOne(t, eng, Spec{Cached: &Cached{Work: npm, After: AfterSource}})
		if got.Status != tc.want || tc.want == StatusFail && !strings.Contains(got.Observed, "below it there is no") {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
		sent := string(eng.builds[len(eng.builds)-1].Overlay["Dockerfile"])
		if !strings.HasSuffix(sent, "RUN npm ci\n") {
			t.Errorf("%s: built down to %q", name, sent)
		}
	}
}

func TestSeveralWorksAreLookedForInOneBuild(t *testing.T) {
	k := Cached{After: AfterSource, Works: []Work{
		{Name: "npm ci", Commands: []string{"npm ci"}}, {Name: "charts", Commands: []string{"charts"}},
	}}
	eng := &scripted{build: npmBuilds("[3/3] RUN npm ci")}
	got := gradeOne(t, eng, Spec{Cached: &k})
	if got.Status != StatusFail || !strings.Contains(got.Observed, "a RUN that calls charts") || len(eng.builds) != 2 {
		t.Errorf("%s (%s) after %d builds", got.Status, got.Observed, len(eng.builds))
	}
	if want := "npm ci and charts come from cache when only nonce.txt changed"; got.Expected != want {
		t.Errorf("expected %q, want %q", got.Expected, want)
	}
	k.Works = k.Works[:1]
	if got := gradeOne(t, &scripted{build: npmBuilds("[3/3] RUN npm ci")}, Spec{Cached: &k}); got.Status != StatusPass {
		t.Errorf("%s (%s)", got.Status, got.Observed)
	}
}

func TestTheServiceMustUseWhatTheManifestInstalled(t *testing.T) {
	for name, tc := range map[string]struct {
		start func(*scripted, *actor)
		want  Status
		says  string
	}{
		"it does": {func(eng *scripted, a *actor) {
			a.body = string(eng.builds[len(eng.builds)-1].Overlay["package.json"])
		}, StatusPass, "gives back on /about"},
		"it tells another": {func(_ *scripted, a *actor) { a.body = "as ever" }, StatusFail, "does not give back on /about"},
		"an answer is lost": {func(eng *scripted, a *actor) {
			asked := false
			a.do = func(path string) (Response, error) {
				if path == "/about" && !asked {
					asked = true
					return Response{}, errSilent
				}
				return Response{Status: 200, Body: string(eng.builds[len(eng.builds)-1].Overlay["package.json"])}, nil
			}
		}, StatusPass, "gives back on /about"},
		"it does not answer": {func(_ *scripted, a *actor) { a.do = func(string) (Response, error) { return Response{}, errSilent } }, StatusFail, "after the edit"},
		"it does not serve it": {func(_ *scripted, a *actor) {
			a.do = func(path string) (Response, error) {
				if path == "/about" {
					return Response{}, errors.New("reset")
				}
				return Response{Status: 200}, nil
			}
		}, StatusFail, "does not answer /about"},
	} {
		eng := &scripted{build: func(_ BuildRequest, b *Build) { b.Steps = []Step{{Name: "[3/3] RUN npm ci", Done: true}} }}
		eng.start = func(_ RunRequest, a *actor) { tc.start(eng, a) }
		sub := submission(t, Spec{ID: "it", Cached: &Cached{
			Work: Work{Name: "npm ci", Commands: []string{"npm ci"}}, After: AfterManifest, Returns: "/about",
		}})
		sub.Assignment.Manifest = &Edit{File: "package.json", Replace: "berths", With: "berths {{value}}"}
		if err := os.WriteFile(filepath.Join(sub.Dir, "package.json"), []byte(`"berths"`), 0o600); err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			report, err := Grade(t.Context(), eng, sub, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := report.Checks[0]; got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
				t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
			}
			first, edited := eng.builds[0].Overlay, eng.builds[1].Overlay
			if nonce := string(first["nonce.txt"]); nonce == "" || string(edited["nonce.txt"]) != nonce || len(edited["package.json"]) == 0 {
				t.Errorf("%s: the source changed from %q to %q, with the manifest %q", name, nonce, edited["nonce.txt"], edited["package.json"])
			}
		})
	}
}

func TestTheBuildDownToAStepIsGivenWhatTheOthersAre(t *testing.T) {
	npm := Work{Name: "npm ci", Commands: []string{"npm ci"}, Leaves: []string{"knots/package.json"}}
	eng := &scripted{build: npmBuilds("[3/3] RUN --mount=type=secret,id=token,required=true npm ci"), files: map[string]string{"/app/knots/package.json": "{}"}}
	sub := submission(t,
		Spec{ID: "cached", Cached: &Cached{Work: npm, After: AfterSource}},
		Spec{ID: "secrets", Secrets: &Secrets{Args: []string{"TOKEN"}, Build: []BuildSecret{{ID: "token"}}, Files: map[string]string{".npmrc": "{{value}}"}}},
	)
	sub.BuildArgs = map[string]string{"CHANNEL": "stable"}
	text := "FROM node:24-slim\nCOPY . .\nRUN --mount=type=secret,id=token,required=true npm ci\nCMD [\"node\", \"server.js\"]\n"
	if err := os.WriteFile(filepath.Join(sub.Dir, "Dockerfile"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		report, err := Grade(t.Context(), eng, sub, Options{Only: []string{"cached"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Checks[0]; got.Status != StatusPass {
			t.Errorf("%s (%s)", got.Status, got.Observed)
		}
	})
	whole, cut := eng.builds[len(eng.builds)-2], eng.builds[len(eng.builds)-1]
	if !maps.Equal(whole.Args, cut.Args) || len(cut.Args) != 2 || len(cut.Secrets) != 1 || string(whole.Secrets["token"]) != string(cut.Secrets["token"]) {
		t.Errorf("given %v and %d secrets, want %v and %d", cut.Args, len(cut.Secrets), whole.Args, len(whole.Secrets))
	}
	for name, content := range whole.Overlay {
		if name != "Dockerfile" && string(content) != string(cut.Overlay[name]) {
			t.Errorf("%s is %q, want %q", name, cut.Overlay[name], content)
		}
	}
	// The flag that keeps an earlier grade's secret out of the cache is there too.
	if before, _ := strings.CutSuffix(string(whole.Overlay["Dockerfile"]), "CMD [\"node\", \"server.js\"]\n"); before != string(cut.Overlay["Dockerfile"]) {
		t.Errorf("built down to\n%s\nwant\n%s", cut.Overlay["Dockerfile"], before)
	}
}
