package exercises_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shipshape/exercises"
)

// read returns the regular files below dir by their slash-separated path,
// without shipshape's own folder.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if name == ".shipshape" {
				return fs.SkipDir
			}
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	at := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// started is a new workspace of the sound exercise.
func started(t *testing.T) (*exercises.Exercise, string) {
	t.Helper()
	e := exercise(t, nil)
	dir := filepath.Join(t.TempDir(), "work", "space")
	if err := e.Start(dir); err != nil {
		t.Fatal(err)
	}
	return e, dir
}

func TestStartWritesTheStarter(t *testing.T) {
	_, dir := started(t)
	got := read(t, dir)
	want := []string{".dockerignore", "Dockerfile", "lib/go.mod", "package.json", "release.js", "run.sh"}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	if got["lib/go.mod"] != "module m\n" {
		t.Errorf("lib/go.mod holds %q", got["lib/go.mod"])
	}
	for name, executable := range map[string]bool{"run.sh": true, "Dockerfile": false} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if (info.Mode()&0o100 != 0) != executable {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func TestStartNeverOverwrites(t *testing.T) {
	e := exercise(t, nil)
	dir := t.TempDir()
	write(t, dir, "mine.txt", "mine")
	err := e.Start(dir)
	if notEmpty, ok := errors.AsType[*exercises.NotEmptyError](err); !ok || notEmpty.Dir != dir {
		t.Errorf("got %v, want a NotEmptyError", err)
	}
	if got := read(t, dir); len(got) != 1 || got["mine.txt"] != "mine" {
		t.Errorf("the folder was changed: %v", got)
	}
	if err := e.Start(filepath.Join(dir, "mine.txt")); err == nil {
		t.Error("a workspace was started in a file")
	}
	if err := e.Start(filepath.Join(dir, "mine.txt", "below")); err == nil {
		t.Error("a workspace was started below a file")
	}
}

// unwritable is the sound exercise with a file in its starter and its solution
// whose name no file system takes, so that writing fails in the middle.
func unwritable(t *testing.T) *exercises.Exercise {
	t.Helper()
	name := "deep/below/" + strings.Repeat("x", 300)
	return exercise(t, map[string]string{"starter/" + name: "x", "solution/" + name: "x"})
}

func TestAStartThatFailsLeavesNothing(t *testing.T) {
	e, at := unwritable(t), t.TempDir()
	write(t, at, "mine.txt", "mine")
	empty := filepath.Join(at, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(at, "new", "er", "work")
	for name, err := range map[string]error{
		"an empty folder": e.Start(empty), "a new one": e.Start(deep), "the starter alone": e.WriteStarter(deep), "a solution": func() error {
			_, err := e.WriteSolution(deep)
			return err
		}(),
	} {
		if err == nil {
			t.Errorf("%s: it was written", name)
		}
	}
	if _, err := os.Stat(filepath.Join(at, "new")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder is left: %v", err)
	}
	if entries, err := os.ReadDir(empty); err != nil || len(entries) > 0 {
		t.Errorf("the empty folder, which was there before, holds %v: %v", entries, err)
	}
	if got := read(t, at); len(got) != 1 {
		t.Errorf("the folder above holds %v", got)
	}
	if err := exercise(t, nil).Start(empty); err != nil {
		t.Errorf("it can't be started again: %v", err)
	}
}

func TestFindWorkspaceWalksUp(t *testing.T) {
	_, dir := started(t)
	for _, at := range []string{dir, filepath.Join(dir, "lib")} {
		w, err := exercises.FindWorkspace(at)
		if err != nil || w.Dir != dir || w.Exercise != slug || w.Stack != "" {
			t.Errorf("from %s: %+v %v", at, w, err)
		}
	}
	if _, err := exercises.FindWorkspace(filepath.Dir(dir)); !errors.Is(err, exercises.ErrNoWorkspace) {
		t.Errorf("above the workspace: %v", err)
	}
}

func TestAnExercisesWorkspaceIsFoundFromAFolder(t *testing.T) {
	e, dir := started(t)
	e.Formerly = []string{"once"}
	above := t.TempDir()
	write(t, above, "once/.shipshape/workspace.yaml", "exercise: once\n")
	write(t, dir, e.Slug+"/.shipshape/workspace.yaml", "exercise: another\n")
	for from, want := range map[string]string{
		dir:                           dir,
		filepath.Join(dir, "vendor"):  dir,
		filepath.Join(dir, e.Slug):    "", // the one around it is another exercise's
		above:                         filepath.Join(above, "once"),
		filepath.Join(above, "other"): "",
		filepath.Dir(dir):             "",
	} {
		w, err := e.FindWorkspace(from)
		if w.Dir != want || (want == "") != errors.Is(err, exercises.ErrNoWorkspace) {
			t.Errorf("from %s: %q, %v; want %q", from, w.Dir, err, want)
		}
	}
	byName := filepath.Join(filepath.Dir(dir), e.Slug)
	if err := os.Rename(dir, byName); err != nil {
		t.Fatal(err)
	}
	if w, err := e.FindWorkspace(filepath.Dir(dir)); err != nil || w.Dir != byName {
		t.Errorf("beside its folder: %q, %v", w.Dir, err)
	}
	write(t, byName, ".shipshape/workspace.yaml", "exercise: .\n")
	var fault *exercises.Fault
	if _, err := e.FindWorkspace(byName); !errors.As(err, &fault) {
		t.Errorf("a damaged marker is told as %v", err)
	}
}

func TestAMarkerThatMakesNoSenseIsSaid(t *testing.T) {
	for name, marker := range map[string]string{
		"not YAML":       "exercise: [",
		"no exercise":    "{}",
		"no stack":       "exercise: x\nstack: ../x\n",
		"a path":         "exercise: ../../etc",
		"an unknown key": "exercise: x\ncolour: red\n",
		"an escape":      "exercise: \"\\e[31m\"",
		"much too large": "exercise: " + strings.Repeat("x", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			_, dir := started(t)
			write(t, dir, ".shipshape/workspace.yaml", marker)
			_, err := exercises.FindWorkspace(dir)
			if fault, ok := errors.AsType[*exercises.Fault](err); !ok || !strings.HasSuffix(fault.File, "workspace.yaml") {
				t.Errorf("got %v, want a Fault about workspace.yaml", err)
			}
		})
	}
}

func TestVariantLiesOverTheStarterWithoutWhatItRemoves(t *testing.T) {
	e := exercise(t, map[string]string{
		"variants/bad-1/variant.yaml": "about: x\nverdict: failed\nfails: [builds]\nremove: [.dockerignore]\n",
		"variants/bad-1/extra.embed":  "more",
	})
	dir := filepath.Join(t.TempDir(), "v")
	if err := e.WriteVariant(dir, "bad-1"); err != nil {
		t.Fatal(err)
	}
	got := read(t, dir)
	if got["Dockerfile"] != "FROM node:24-slim\n# bad-1\n" || got["extra"] != "more" || got["release.js"] == "" {
		t.Errorf("the variant is %v", got)
	}
	for _, absent := range []string{".dockerignore", "variant.yaml"} {
		if _, there := got[absent]; there {
			t.Errorf("%s is in it", absent)
		}
	}
	if err := e.WriteVariant(dir, "bad-1"); err == nil {
		t.Error("a variant was written over another")
	}
	if err := e.WriteVariant(filepath.Join(t.TempDir(), "w"), "nobody"); err == nil {
		t.Error("a variant that isn't there was written")
	}
}
