package exercises_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"shipshape/exercises"
)

// stacked is the sound course with its exercise in two stacks, node and go,
// with some files replaced as in course.
func stacked(replaced map[string]string) fstest.MapFS {
	described := strings.Replace(soundYAML, "stack: node", "stacks: [node, go]", 1)
	files := map[string]string{
		"exercise.yaml": described,
		"brief.md":      "# Do it\n", "hints/1.md": "A nudge.\n", "hints/2.md": "A direction.\n", "hints/3.md": "Nearly it.\n",
		"stacks/node/stack.yaml": "{}\n",
		"stacks/go/stack.yaml": "bases: [golang:1.26]\nservice: {port: 8080}\nnonce: {file: release.go, template: 'package main // {{value}}'}\n" +
			"manifest: {file: go.mod, replace: module m, with: 'module m{{value}}'}\n",
		"stacks/go/hints/1.md": "A nudge in Go.\n", "stacks/go/hints/2.md": "More.\n", "stacks/go/hints/3.md": "Most.\n",
		"stacks/node/starter/package.json":      `{"description": "x"}`,
		"stacks/node/starter/release.js":        "module.exports = \"dev\";\n",
		"stacks/go/starter/go.mod.embed":        "module m\n",
		"stacks/go/starter/release.go.embed":    "package main\n",
		"stacks/go/solution/main_test.go":       "",
		"stacks/node/starter/Dockerfile":        "FROM node:24-slim\n",
		"stacks/go/starter/Dockerfile":          "FROM golang:1.26\n",
		"stacks/node/solution/Dockerfile":       "FROM node:24-slim\n# solved\n",
		"stacks/go/solution/Dockerfile":         "FROM golang:1.26\n# solved\n",
		"stacks/go/variants/bad-3/Dockerfile":   "FROM golang:1.26\n# bad-3\n",
		"stacks/go/variants/bad-3/variant.yaml": "about: x\nverdict: failed\nfails: [builds]\n",
	}
	for _, stack := range []string{"node", "go"} {
		for name, fails := range map[string]string{"good-1": "", "good-2": "small", "bad-1": "serves", "bad-2": "cached"} {
			verdict := map[bool]string{true: "passed", false: "failed"}[strings.HasPrefix(name, "good")]
			files["stacks/"+stack+"/variants/"+name+"/variant.yaml"] = "about: x\nverdict: " + verdict + "\nfails: [" + fails + "]\n"
			files["stacks/"+stack+"/variants/"+name+"/Dockerfile"] = "FROM scratch\n# " + name + "\n"
		}
	}
	maps.Copy(files, replaced)
	fsys := fstest.MapFS{}
	for name, content := range files {
		if content != "" {
			fsys[slug+"/"+name] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
		}
	}
	return fsys
}

func TestAnExerciseInSeveralStacks(t *testing.T) {
	c := load(t, stacked(nil))
	for _, fault := range exercises.Lint(c) {
		t.Error(fault)
	}
	e := c.Exercise(slug)
	inGo := e.In("go")
	if e.Stack != "node" || e.In("") != e || e.In("node") != e || inGo.In("") != e || e.In("rust") != nil {
		t.Errorf("it is in %q by default", e.Stack)
	}
	if names := e.StackNames(); !slices.Equal(names, []string{"node", "go"}) {
		t.Errorf("stacks %v", names)
	}
	if e.Service.Port != 3000 || inGo.Service.Port != 8080 || inGo.Nonce.File != "release.go" || len(inGo.Checks) != 4 {
		t.Errorf("stack.yaml does not take the place of exercise.yaml: %+v", inGo.Assignment)
	}
	if bases := inGo.AllBases(); !slices.Equal(bases, []string{"golang:1.26", "node:24-slim"}) {
		t.Errorf("bases %v", bases)
	}
	if e.Hints[0] != "A nudge.\n" || inGo.Hints[0] != "A nudge in Go.\n" || inGo.Brief != e.Brief || inGo.Slug != slug {
		t.Errorf("texts: %q %q", e.Hints, inGo.Hints)
	}
	if e.Variant("bad-3") != nil || inGo.Variant("bad-3") == nil {
		t.Error("the stacks share variants")
	}
}

func TestAKeyOfAStackTakesThePlaceOfTheWholeKey(t *testing.T) {
	described := strings.NewReplacer("stack: node", "stacks: [node, go]", "{port: 3000}", "{port: 3000, env: [A=b]}").Replace(soundYAML)
	e := load(t, stacked(map[string]string{"exercise.yaml": described})).Exercise(slug)
	if len(e.Service.Env) != 1 || len(e.In("go").Service.Env) != 0 {
		t.Errorf("%v and %v", e.Service.Env, e.In("go").Service.Env)
	}
}

func TestAWorkspaceRemembersItsStack(t *testing.T) {
	inGo := load(t, stacked(nil)).Exercise(slug).In("go")
	dir := filepath.Join(t.TempDir(), "w")
	if err := inGo.Start(dir); err != nil {
		t.Fatal(err)
	}
	w, err := exercises.FindWorkspace(dir)
	if err != nil || w.Exercise != slug || w.Stack != "go" {
		t.Fatalf("%+v %v", w, err)
	}
	if _, err := inGo.WriteSolution(dir); err != nil {
		t.Fatal(err)
	}
	if got := read(t, dir); got["Dockerfile"] != "FROM golang:1.26\n# solved\n" || got["go.mod"] == "" {
		t.Errorf("%v", got)
	}
	if _, err := inGo.In("node").Reset(dir); err == nil || !strings.Contains(err.Error(), "not in node") {
		t.Errorf("a workspace in go was reset to node: %v", err)
	}
	if _, err := inGo.Reset(dir); err != nil {
		t.Error(err)
	}
}

func TestAWorkspaceWithoutAStackIsOfTheDefaultOne(t *testing.T) {
	e, dir := started(t)
	if _, err := e.Reset(dir); err != nil {
		t.Fatal(err)
	}
	e = load(t, stacked(nil)).Exercise(slug)
	if _, err := e.Reset(dir); err != nil {
		t.Errorf("in the default stack: %v", err)
	}
	if _, err := e.In("go").Reset(dir); err == nil {
		t.Error("it was taken for one in go")
	}
}

func TestAFolderWithoutAMarkerIsOfTheStackThatItLooksLike(t *testing.T) {
	e := load(t, stacked(nil)).Exercise(slug)
	for _, in := range e.Stacks {
		dir := t.TempDir()
		if got := e.Like(dir); got != e {
			t.Errorf("an empty folder looks like %s", got.Stack)
		}
		if err := in.WriteStarter(dir); err != nil {
			t.Fatal(err)
		}
		if got := e.Like(dir); got != in {
			t.Errorf("%s looks like %s", in.Stack, got.Stack)
		}
	}
}

func TestFaultsOfStacksAreSaidOnceAndInTheirPlace(t *testing.T) {
	for name, tc := range map[string]struct{ file, content, want string }{
		"no stack.yaml":               {"stacks/go/stack.yaml", "", "stacks/go/stack.yaml: is missing"},
		"a key that is not a stack's": {"stacks/go/stack.yaml", "title: x\n", `stacks/go/stack.yaml:1:1: unknown key "title"`},
		"a port in a stack":           {"stacks/go/stack.yaml", "service: {port: 70000}\n", "stacks/go/stack.yaml:1:11: service.port"},
		"no starter":                  {"stacks/go/starter", "x", "stacks/go/starter: is not a folder"},
		"a stack that is not named":   {"stacks/rust/stack.yaml", "{}", "stacks/rust: exercise.yaml names no such stack"},
		"a starter for no stack":      {"starter/Dockerfile", "FROM x", "an-exercise/starter: an exercise with stacks"},
		"a stack beside them":         {"exercise.yaml", strings.Replace(soundYAML, "stack: node", "stack: node\nstacks: [node, go]", 1), "exercise.yaml:4:1: stack stands beside"},
		"no stacks":                   {"exercise.yaml", strings.Replace(soundYAML, "stack: node", "stacks: []", 1), "exercise.yaml:4:1: stacks is empty"},
		"a stack twice":               {"exercise.yaml", strings.Replace(soundYAML, "stack: node", "stacks: [node, go, go]", 1), `exercise.yaml:4:1: stacks names "go"`},
		"a path":                      {"exercise.yaml", strings.Replace(soundYAML, "stack: node", "stacks: [../node]", 1), "exercise.yaml:4:1: stacks names"},
		"a fault of both":             {"exercise.yaml", strings.NewReplacer("stack: node", "stacks: [node, go]", "title: A title", "title: ''").Replace(soundYAML), "exercise.yaml:1:1: title is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := stacked(map[string]string{tc.file: tc.content})
			if tc.file == "stacks/go/starter" {
				maps.DeleteFunc(fsys, func(name string, _ *fstest.MapFile) bool { return strings.Contains(name, "/go/starter/") })
			}
			refused(t, fsys, tc.want)
			if _, err := exercises.Load(fsys); strings.Count(err.Error(), tc.want) != 1 {
				t.Errorf("not told once:\n%v", err)
			}
		})
	}
}

func TestLintLooksAtEveryStack(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"one style in a stack":  {map[string]string{"stacks/go/variants/good-2/variant.yaml": "", "stacks/go/variants/good-2/Dockerfile": ""}, "stacks/go/stack.yaml:1:1: 1 variants that pass"},
		"too few in all":        {map[string]string{"stacks/go/variants/bad-3/variant.yaml": "", "stacks/go/variants/bad-3/Dockerfile": ""}, "an-exercise/exercise.yaml:1:1: 4 variants that fail"},
		"nothing fails a check": {map[string]string{"stacks/go/variants/bad-3/variant.yaml": "about: x\nverdict: failed\nfails: [cached]\n", "stacks/go/stack.yaml": "{}"}, "nothing fails builds"},
		"hints of a stack":      {map[string]string{"stacks/go/hints/3.md": ""}, "stacks/go/stack.yaml:1:1: 2 hints"},
		"a base of a stack":     {map[string]string{"stacks/go/stack.yaml": "bases: []\n"}, "stacks/go/stack.yaml:1:1: bases"},
	} {
		t.Run(name, func(t *testing.T) {
			var all []string
			for _, fault := range exercises.Lint(load(t, stacked(tc.files))) {
				all = append(all, fault.Error())
			}
			if got := strings.Join(all, "\n"); strings.Count(got, tc.want) != 1 {
				t.Errorf("no %q, or not once, in:\n%s", tc.want, got)
			}
		})
	}
}
