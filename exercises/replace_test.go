package exercises_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shipshape/exercises"
)

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

func TestResetPutsModesBack(t *testing.T) {
	e, dir := started(t)
	modes := func() map[string]fs.FileMode {
		found := map[string]fs.FileMode{}
		for name := range read(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			found[name] = info.Mode()
		}
		return found
	}
	fresh := modes()
	changed := map[string]fs.FileMode{"run.sh": 0o444, "Dockerfile": 0o400}
	for name, mode := range changed {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	backup, err := e.Reset(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := modes(); !maps.Equal(got, fresh) {
		t.Errorf("the modes are %v, want %v", got, fresh)
	}
	if kept := read(t, backup); len(kept) != len(changed) {
		t.Errorf("the backup holds %v, want what had another mode", kept)
	}
	entries, err := os.ReadDir(filepath.Join(dir, ".shipshape"))
	if err != nil || len(entries) != 2 {
		t.Errorf("beside the marker and the backup: %v %v", entries, err)
	}
}

func TestAFailureTellsWhereTheFilesWent(t *testing.T) {
	_, dir := started(t)
	e := unwritable(t)
	for name, replace := range map[string]func(string) (string, error){"reset": e.Reset, "solution": e.WriteSolution} {
		write(t, dir, "Dockerfile", "FROM mine\n")
		backup, err := replace(dir)
		if err == nil || backup == "" || !strings.Contains(err.Error(), backup) {
			t.Fatalf("%s: the backup is %q, and the error %v", name, backup, err)
		}
		if kept := read(t, backup); kept["Dockerfile"] != "FROM mine\n" {
			t.Errorf("%s: the backup holds %v", name, kept)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, "Dockerfile")); err != nil {
		t.Fatal(err)
	}
	if backup, err := e.WriteSolution(dir); err == nil || backup != "" || strings.Contains(err.Error(), "backup") {
		t.Errorf("nothing was moved, and the backup is %q, the error %v", backup, err)
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
	if found, err := exercises.FindWorkspace(dir); err != nil || found.Exercise != slug {
		t.Errorf("it has no marker: %+v %v", found, err)
	}
}

func TestAWorkspaceFollowsItsExerciseToANewName(t *testing.T) {
	_, dir := started(t)
	write(t, dir, ".shipshape/workspace.yaml", "exercise: once\n")
	e := exercise(t, edited(t, "stack: node", "stack: node\nformerly: [once]"))
	write(t, dir, "Dockerfile", "FROM mine\n")
	if backup, err := e.Reset(dir); err != nil || backup == "" {
		t.Errorf("reset: %q %v", backup, err)
	}
	if backup, err := e.WriteSolution(dir); err != nil || backup == "" {
		t.Errorf("solution: %q %v", backup, err)
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
