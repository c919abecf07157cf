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

func TestFindWorkspaceWalksUp(t *testing.T) {
	_, dir := started(t)
	for _, at := range []string{dir, filepath.Join(dir, "lib")} {
		root, got, err := exercises.FindWorkspace(at)
		if err != nil || root != dir || got != slug {
			t.Errorf("from %s: %q %q %v", at, root, got, err)
		}
	}
	if _, _, err := exercises.FindWorkspace(filepath.Dir(dir)); !errors.Is(err, exercises.ErrNoWorkspace) {
		t.Errorf("above the workspace: %v", err)
	}
}

func TestAMarkerThatMakesNoSenseIsSaid(t *testing.T) {
	for name, marker := range map[string]string{
		"not YAML":       "exercise: [",
		"no exercise":    "{}",
		"a path":         "exercise: ../../etc",
		"an unknown key": "exercise: x\ncolour: red\n",
		"an escape":      "exercise: \"\\e[31m\"",
		"much too large": "exercise: " + strings.Repeat("x", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			_, dir := started(t)
			write(t, dir, ".shipshape/workspace.yaml", marker)
			_, _, err := exercises.FindWorkspace(dir)
			if fault, ok := errors.AsType[*exercises.Fault](err); !ok || !strings.HasSuffix(fault.File, "workspace.yaml") {
				t.Errorf("got %v, want a Fault about workspace.yaml", err)
			}
		})
	}
}

func TestResetKeepsWhatItReplaces(t *testing.T) {
	e, dir := started(t)
	fresh := read(t, dir)
	write(t, dir, "Dockerfile", "FROM mine\n")
	write(t, dir, "notes/deep/idea.txt", "an idea")
	write(t, dir, ".git/HEAD", "ref: refs/heads/main\n")
	if err := os.Remove(filepath.Join(dir, "release.js")); err != nil {
		t.Fatal(err)
	}

	backup, err := e.Reset(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, dir)
	if got[".git/HEAD"] == "" {
		t.Error("the learner's repository was moved")
	}
	delete(got, ".git/HEAD")
	if !maps.Equal(got, fresh) {
		t.Errorf("the workspace holds %v, want the starter", got)
	}
	kept := read(t, backup)
	if want := map[string]string{"Dockerfile": "FROM mine\n", "notes/deep/idea.txt": "an idea"}; !maps.Equal(kept, want) {
		t.Errorf("the backup holds %v, want %v", kept, want)
	}
	if filepath.Dir(backup) != filepath.Join(dir, ".shipshape", "backup") {
		t.Errorf("the backup is %s", backup)
	}
	if again, err := e.Reset(dir); err != nil || again != "" {
		t.Errorf("a second reset: %q %v", again, err)
	}
}

func TestEachBackupHasAFolderOfItsOwn(t *testing.T) {
	e, dir := started(t)
	seen := map[string]bool{}
	for range 3 {
		write(t, dir, "Dockerfile", "FROM mine\n")
		backup, err := e.Reset(dir)
		if err != nil {
			t.Fatal(err)
		}
		seen[backup] = true
	}
	if len(seen) != 3 {
		t.Errorf("three backups went to %v", seen)
	}
}

func TestAFileInTheWayOfAFolderMovesToo(t *testing.T) {
	e, dir := started(t)
	if err := os.RemoveAll(filepath.Join(dir, "lib")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "lib", "a file")
	if err := os.Remove(filepath.Join(dir, "Dockerfile")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "Dockerfile/notes", "a folder")
	backup, err := e.Reset(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, dir); got["lib/go.mod"] != "module m\n" || !strings.HasPrefix(got["Dockerfile"], "FROM") {
		t.Errorf("the workspace holds %v", got)
	}
	if got := read(t, backup); got["lib"] != "a file" || got["Dockerfile/notes"] != "a folder" {
		t.Errorf("the backup holds %v", got)
	}
}

func TestNothingIsWrittenThroughLinks(t *testing.T) {
	e, dir := started(t)
	outside := t.TempDir()
	write(t, outside, "go.mod", "theirs")
	write(t, outside, "victim", "theirs")
	if err := os.RemoveAll(filepath.Join(dir, "lib")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "Dockerfile")); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"lib": outside, "Dockerfile": filepath.Join(outside, "victim")} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Reset(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := e.WriteSolution(dir); err != nil {
		t.Fatal(err)
	}
	if got := read(t, outside); got["go.mod"] != "theirs" || got["victim"] != "theirs" || len(got) != 2 {
		t.Errorf("what the links led to was changed: %v", got)
	}
	if info, err := os.Lstat(filepath.Join(dir, "Dockerfile")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the Dockerfile is still a link: %v", err)
	}
}

func TestTheStateFolderIsNoWayOut(t *testing.T) {
	e, dir := started(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, ".shipshape", "backup")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "Dockerfile", "FROM mine\n")
	if _, err := e.Reset(dir); err == nil {
		t.Error("a backup was made through a link")
	}
	if got := read(t, outside); len(got) > 0 {
		t.Errorf("files outside: %v", got)
	}
	if got := read(t, dir); got["Dockerfile"] != "FROM mine\n" {
		t.Error("the learner's Dockerfile was replaced without a backup")
	}
}

func TestSolutionGoesOverAWorkspace(t *testing.T) {
	e, dir := started(t)
	write(t, dir, "Dockerfile", "FROM mine\n")
	write(t, dir, "release.js", "mine\n")
	backup, err := e.WriteSolution(dir)
	if err != nil {
		t.Fatal(err)
	}
	solution, err := e.SolutionFiles()
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, dir)
	if got["Dockerfile"] != string(solution["Dockerfile"]) || got["release.js"] != "mine\n" {
		t.Errorf("the workspace holds %v", got)
	}
	if kept := read(t, backup); len(kept) != 1 || kept["Dockerfile"] != "FROM mine\n" {
		t.Errorf("the backup holds %v", kept)
	}
}

func TestSolutionStartsAWorkspaceWhereThereIsNone(t *testing.T) {
	e := exercise(t, nil)
	dir := filepath.Join(t.TempDir(), "new")
	if backup, err := e.WriteSolution(dir); err != nil || backup != "" {
		t.Fatalf("%q %v", backup, err)
	}
	got := read(t, dir)
	if !strings.Contains(got["Dockerfile"], "package.json") || got["release.js"] == "" {
		t.Errorf("the workspace holds %v", got)
	}
	if _, found, err := exercises.FindWorkspace(dir); err != nil || found != slug {
		t.Errorf("it has no marker: %q %v", found, err)
	}
}

func TestOnlyAWorkspaceOfTheExerciseIsReplaced(t *testing.T) {
	e, dir := started(t)
	plain := t.TempDir()
	write(t, plain, "Dockerfile", "FROM mine\n")
	if _, err := e.WriteSolution(plain); !errors.Is(err, exercises.ErrNoWorkspace) {
		t.Errorf("a folder without a marker: %v", err)
	}
	write(t, dir, ".shipshape/workspace.yaml", "exercise: another\n")
	if _, err := e.Reset(dir); err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("another exercise's workspace: %v", err)
	}
	if got := read(t, plain); got["Dockerfile"] != "FROM mine\n" {
		t.Error("a folder that is no workspace was written to")
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

func TestDiffShowsWhatTheLearnerChanged(t *testing.T) {
	e, dir := started(t)
	if diff, err := e.Diff(dir); err != nil || diff != "" {
		t.Fatalf("nothing was changed: %q %v", diff, err)
	}
	write(t, dir, "Dockerfile", "FROM node:24-slim\nUSER node\nCOPY . .\n")
	write(t, dir, "new.txt", "new\n")
	write(t, dir, "core", "\x00\x01")
	write(t, dir, "huge", strings.Repeat("x", 300<<10))
	write(t, dir, "node_modules/a/index.js", "theirs")
	if err := os.Remove(filepath.Join(dir, "release.js")); err != nil {
		t.Fatal(err)
	}
	diff, err := e.Diff(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--- starter/Dockerfile\n+++ yours/Dockerfile\n", "+USER node\n",
		"--- /dev/null\n+++ yours/new.txt\n", "+++ /dev/null\n", "core: binary files differ\n", "huge: larger than 256 KiB",
	} {
		if !strings.Contains(diff, want) {
			t.Errorf("no %q in:\n%s", want, diff)
		}
	}
	for _, not := range []string{"node_modules", "workspace.yaml", "package.json"} {
		if strings.Contains(diff, not) {
			t.Errorf("%s is in:\n%s", not, diff)
		}
	}
}
