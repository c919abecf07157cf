package exercises_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"shipshape/exercises"
)

func TestTheCoursesOwnExercisesAreSound(t *testing.T) {
	c, err := exercises.Load(exercises.Embedded())
	if err != nil {
		t.Error(err)
	}
	for _, fault := range exercises.Lint(c) {
		t.Error(fault)
	}
	if len(c.Exercises) < 3 {
		t.Errorf("%d exercises are embedded, want at least 3", len(c.Exercises))
	}
}

func TestASoundExerciseLoads(t *testing.T) {
	e := exercise(t, nil)
	if e.Title != "A title" || e.Service.Port != 3000 || len(e.Checks) != 4 || e.Points() != 10 {
		t.Errorf("exercise.yaml: %+v", e)
	}
	if len(e.Hints) != 3 || e.Hints[0] != "A nudge.\n" || e.Brief != "# Do it\n" {
		t.Errorf("texts: %q %q", e.Brief, e.Hints)
	}
	if len(e.Variants) != 9 || e.Variant("bad-5").Fails[1] != "small" || e.Variant("nobody") != nil {
		t.Errorf("variants: %+v", e.Variants)
	}
	if sub := e.Submission("here", "there"); sub.Exercise != slug || sub.Dir != "here" || sub.StarterDir != "there" || len(sub.Assignment.Checks) != 4 {
		t.Errorf("submission: %+v", sub)
	}
	if !e.NeedsStarter() {
		t.Error("a check measures against the starter, and NeedsStarter doesn't say so")
	}
}

func TestExercisesStandInOrder(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, order := range map[string]string{"b": "order: 2", "a": "order: 2", "z": "order: 1"} {
		for file, content := range course(edited(t, "order: 1", order)) {
			fsys[strings.Replace(file, slug, name, 1)] = content
		}
	}
	var got []string
	for _, e := range load(t, fsys).Exercises {
		got = append(got, e.Slug)
	}
	if strings.Join(got, " ") != "z a b" {
		t.Errorf("in the order %v, want z a b", got)
	}
}

func TestAnExerciseAnswersToItsFormerSlugs(t *testing.T) {
	c, err := exercises.Load(course(edited(t, "stack: node", "stack: node\nformerly: [once, before-that]")))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{slug, "once", "before-that"} {
		if e := c.Exercise(name); e == nil || e.Slug != slug {
			t.Errorf("%s is %v", name, e)
		}
	}
	if c.Exercise("never") != nil {
		t.Error("a slug that it never had finds it")
	}
	if got, want := c.Renamed(), map[string]string{"once": slug, "before-that": slug}; !maps.Equal(got, want) {
		t.Errorf("renamed are %v, want %v", got, want)
	}
}

func TestLoadPlacesEachFault(t *testing.T) {
	for name, tc := range map[string]struct{ old, with, want string }{
		"an unknown key":             {"stack: node", "stak: node", "an-exercise/exercise.yaml:4:1: unknown key \"stak\""},
		"a missing title":            {"title: A title", "title: \"\"", "exercise.yaml:1:1: title is missing"},
		"a port out of range":        {"port: 3000", "port: 70000", "exercise.yaml:8:11: service.port is 70000"},
		"no nonce":                   {"\"{{value}}\";", "\"dev\";", "exercise.yaml:9:1: nonce writes no {{value}}"},
		"an edit outside":            {"file: release.js", "file: ../release.js", "exercise.yaml:10:3: nonce.file"},
		"an edit of both kinds":      {"replace: '\"description\": \"x\"'", "replace: x\n  template: y", "exercise.yaml:12:1: manifest has a template as well"},
		"an id that is no slug":      {"- id: builds", "- id: Builds!", "exercise.yaml:18:5: checks[0].id"},
		"an id twice":                {"- id: serves", "- id: builds", "exercise.yaml:23:5: the id \"builds\" is taken"},
		"a concept that is none":     {"    builds: {}", "    concept: Cache!\n    builds: {}", "exercise.yaml:22:5: checks[0].concept"},
		"two kinds":                  {"    builds: {}", "    builds: {}\n    listens: {}", "exercise.yaml:18:5: checks[0]"},
		"a kind without braces":      {"    builds: {}", "    builds:", "exercise.yaml:18:5: checks[0]"},
		"a need that is not":         {"needs: [builds]\n    serves", "needs: [build]\n    serves", "exercise.yaml:27:13: no check has the id \"build\""},
		"a circle":                   {"    builds: {}", "    needs: [serves]\n    builds: {}", "need each other"},
		"a need of itself":           {"    builds: {}", "    needs: [builds]\n    builds: {}", "need each other"},
		"an unknown edit":            {"after: source", "after: lunch", "after is \"lunch\""},
		"a broken pattern":           {`'added \d+'`, `'added ('`, "exercise.yaml:36:"},
		"a negative budget":          {"{of: starter}", "{of: starter, percent: -1}", "a budget is not negative"},
		"a number that is none":      {"points: 1\n    why: because\n    builds", "points: many\n    why: because\n    builds", "exercise.yaml:20:13: checks[0].points"},
		"points beyond all sense":    {"points: 1\n    why: because\n    builds", "points: 9223372036854775807\n    why: because\n    builds", "exercise.yaml:20:5: checks[0].points"},
		"a former slug that is none": {"stack: node", "stack: node\nformerly: [Once!]", "exercise.yaml:5:12: \"Once!\" can't have been its slug"},
		"its own slug as a former":   {"stack: node", "stack: node\nformerly: [an-exercise]", "exercise.yaml:5:12: \"an-exercise\" is a slug of the exercise an-exercise"},
		"a Dockerfile elsewhere":     {"stack: node", "stack: node\ndockerfile: /etc/passwd", "exercise.yaml:5:1: dockerfile"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, course(edited(t, tc.old, tc.with)), tc.want)
		})
	}
}

// refused loads a faulty course and wants a fault that holds a text.
func refused(t *testing.T, fsys fstest.MapFS, want string) {
	t.Helper()
	c, err := exercises.Load(fsys)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("got %v, want %q in it", err, want)
	}
	if _, ok := errors.AsType[*exercises.Fault](err); !ok {
		t.Errorf("%v holds no Fault", err)
	}
	if c == nil || c.Exercise(slug) != nil {
		t.Error("the faulty exercise is in the catalog all the same")
	}
}

func TestLoadRefusesFilesThatCannotBeWrittenSafely(t *testing.T) {
	huge := strings.Repeat("x", 5<<20)
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no exercise.yaml":       {map[string]string{"exercise.yaml": ""}, "exercise.yaml: is missing"},
		"no brief":               {map[string]string{"brief.md": ""}, "brief.md: is missing"},
		"a blank brief":          {map[string]string{"brief.md": " \n"}, "brief.md: is empty"},
		"a brief in Latin-1":     {map[string]string{"brief.md": "caf\xe9"}, "brief.md:1:4: this is not UTF-8"},
		"a hint left out":        {map[string]string{"hints/2.md": ""}, "hints are numbered"},
		"an empty solution":      {map[string]string{"solution/Dockerfile": ""}, "solution: holds no files"},
		"a huge file":            {map[string]string{"starter/core": huge}, "larger than"},
		"a huge exercise.yaml":   {map[string]string{"exercise.yaml": huge}, "larger than"},
		"the tutor's own folder": {map[string]string{"starter/.shipshape/workspace.yaml": "x"}, "no folder of the name .shipshape"},
		"a repository":           {map[string]string{"starter/.GIT/hooks/post-checkout": "#!/bin/sh"}, "no folder of the name .GIT"},
		"a colon":                {map[string]string{"starter/a:b": "x"}, "not portable"},
		"an escape sequence":     {map[string]string{"starter/a\x1b[31m": "x"}, "not portable"},
		"one file twice":         {map[string]string{"starter/run.sh.embed": "x"}, "are the same file"},
		"a variant with no yaml": {map[string]string{"variants/bad-1/variant.yaml": ""}, "variants/bad-1/variant.yaml: is missing"},
		"an unknown verdict":     {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: maybe\n"}, "variants/bad-1/variant.yaml:2:1: verdict"},
		"a reason for no check":  {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: failed\nsays: {nope: x}\n"}, `says: no check has the id "nope"`},
		"a broken reason":        {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: failed\nsays: {builds: (}\n"}, "says.builds: error parsing"},
		"a removal outside":      {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: failed\nremove: [../x]\n"}, "variants/bad-1/variant.yaml:3:10"},
		"a file among variants":  {map[string]string{"variants/README": "x"}, "variants/README: not a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, course(tc.files), tc.want)
		})
	}
}

func TestLoadRefusesControlCharacters(t *testing.T) {
	const title = "\x1b]0;owned\a"
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a brief":        {map[string]string{"brief.md": "# Do it\n\nNow" + title}, "an-exercise/brief.md:3:4: the control character U+001B"},
		"a hint":         {map[string]string{"hints/2.md": "Turn\u202eed"}, "an-exercise/hints/2.md:1:5: the control character U+202E"},
		"exercise.yaml":  {edited(t, "title: A title", "title: A "+title), "an-exercise/exercise.yaml:1:10: the control character U+001B"},
		"an escape":      {edited(t, "title: A title", `title: "A \e]0;owned\a"`), "an-exercise/exercise.yaml:1:8: an escape here stands for the control character U+001B"},
		"a variant.yaml": {map[string]string{"variants/bad-1/variant.yaml": "about: x\nverdict: failed # " + title}, "an-exercise/variants/bad-1/variant.yaml:2:19: the control character U+001B"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, course(tc.files), tc.want)
		})
	}
}

func TestLoadTakesFilesFromWindows(t *testing.T) {
	windows := func(text string) string { return "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n") }
	e := exercise(t, map[string]string{"exercise.yaml": windows(soundYAML), "brief.md": windows("# Do it\n"), "hints/1.md": windows("A nudge.\n")})
	if e.Title != "A title" || e.Brief != "# Do it\n" || e.Hints[0] != "A nudge.\n" {
		t.Errorf("%q, %q, %q", e.Title, e.Brief, e.Hints)
	}
}

func TestLoadReportsAllFaultsAndKeepsTheSoundExercises(t *testing.T) {
	fsys := course(nil)
	for file, content := range course(map[string]string{"brief.md": "", "hints/1.md": ""}) {
		fsys[strings.Replace(file, slug, "broken", 1)] = content
	}
	fsys["Bad Name/exercise.yaml"] = &fstest.MapFile{Data: []byte("x")}
	fsys["README.md"] = &fstest.MapFile{Data: []byte("no exercise")}
	c, err := exercises.Load(fsys)
	for _, want := range []string{"broken/brief.md", "broken/hints", "Bad Name"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no fault about %s in:\n%v", want, err)
		}
	}
	if len(c.Exercises) != 1 || c.Exercise(slug) == nil {
		t.Errorf("the sound exercise is not in the catalog: %+v", c.Exercises)
	}
}

func TestLoadFollowsNoSymbolicLinks(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("not for courses"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{"starter/stolen", "brief.md", "exercise.yaml", "hints/1.md", "variants/stolen", "starter"} {
		t.Run(link, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, course(map[string]string{link: ""})); err != nil {
				t.Fatal(err)
			}
			at := filepath.Join(dir, slug, link)
			if err := os.RemoveAll(at); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(secret, at); err != nil {
				t.Fatal(err)
			}
			c, err := exercises.Load(os.DirFS(dir))
			if err == nil || len(c.Exercises) > 0 {
				t.Errorf("a link to %s was accepted", secret)
			}
			if err != nil && strings.Contains(err.Error(), "not for courses") {
				t.Errorf("the linked file was read: %v", err)
			}
		})
	}
	t.Run("an exercise's own folder", func(t *testing.T) {
		dir, elsewhere := t.TempDir(), t.TempDir()
		if err := os.CopyFS(elsewhere, course(nil)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(elsewhere, slug), filepath.Join(dir, slug)); err != nil {
			t.Fatal(err)
		}
		if c, err := exercises.Load(os.DirFS(dir)); err == nil || len(c.Exercises) > 0 {
			t.Error("a linked exercise was accepted")
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(soundYAML), []byte("about: x\nverdict: passed\nremove: [a]\n"), "a/b")
	f.Add([]byte("checks: [{id: a, needs: [b]}, {id: b, needs: [a]}]"), []byte("fails: {}"), "go.mod.embed")
	f.Add([]byte("nonce: {file: ../../etc/passwd, template: '{{value}}'}"), []byte("remove: ['']"), ".shipshape/x")
	f.Fuzz(func(t *testing.T, exerciseYAML, variantYAML []byte, name string) {
		if !fs.ValidPath(slug + "/starter/" + name) {
			t.Skip("no file system has a file of that name, and MapFS loops over it")
		}
		fsys := course(nil)
		fsys[slug+"/exercise.yaml"].Data = exerciseYAML
		fsys[slug+"/variants/good-1/variant.yaml"].Data = variantYAML
		fsys[slug+"/starter/"+name] = &fstest.MapFile{Data: []byte("x")}
		c, err := exercises.Load(fsys)
		if c == nil {
			t.Fatal("no catalog")
		}
		exercises.Lint(c)
		if e := c.Exercise(slug); e != nil && err == nil {
			dir := t.TempDir()
			// The name may be one that this system doesn't take; what must
			// not happen is a file outside.
			_ = e.Start(filepath.Join(dir, "inside"))
			if entries, _ := os.ReadDir(dir); len(entries) > 1 {
				t.Errorf("files outside the workspace: %v", entries)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := exercises.Load(exercises.Embedded()); err != nil {
			b.Fatal(err)
		}
	}
}
