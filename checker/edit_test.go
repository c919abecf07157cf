package checker

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAnEditVariesOneTextInTheCopyThatIsSent(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "package.json", `{"version": "1.0.0"}`)
	got, err := Edit{File: "package.json", Replace: "1.0.0", With: "1.0.0-{{value}}"}.overlay(dir, "x7")
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"version": "1.0.0-x7"}`; string(got["package.json"]) != want {
		t.Errorf("overlay = %s, want %s", got["package.json"], want)
	}
	if kept, _ := os.ReadFile(filepath.Join(dir, "package.json")); string(kept) != `{"version": "1.0.0"}` {
		t.Errorf("the file on disk was changed to %s", kept)
	}
}

func TestAnEditThatDoesNotFitSaysSo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "twice.txt", "a a")
	for name, e := range map[string]Edit{
		"not there":    {File: "twice.txt", Replace: "b", With: "c"},
		"there twice":  {File: "twice.txt", Replace: "a", With: "c"},
		"no such file": {File: "none.txt", Replace: "a", With: "c"},
	} {
		if _, err := e.overlay(dir, "x"); !errors.Is(err, errEdit) {
			t.Errorf("%s: %v, want errEdit", name, err)
		}
	}
}

func TestNothingOutsideTheWorkspaceIsRead(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "secret", "s")
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "../" + filepath.Base(outside) + "/secret"} {
		if got, err := ReadIn(dir, name, 10); err == nil {
			t.Errorf("%s was read: %q", name, got)
		}
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
