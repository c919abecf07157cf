package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// entries are the names in a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func TestWriteFileFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "real", "deeper"), 0o700))
	file := filepath.Join(dir, "real", "file")
	for link, to := range map[string]string{
		filepath.Join(dir, "link"):                 filepath.Join("real", "second"),
		filepath.Join(dir, "real", "second"):       file,
		filepath.Join(dir, "folder"):               filepath.Join("real", "deeper"),
		filepath.Join(dir, "real", "deeper", "up"): filepath.Join("..", "file"),
	} {
		if err := os.Symlink(to, link); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	for _, name := range []string{"link", filepath.Join("folder", "up")} {
		// The first time the links lead nowhere yet.
		for _, text := range []string{"one", "two"} {
			must(t, writeFile(filepath.Join(dir, name), 0o600, says(text)))
			if got := read(t, file); got != text {
				t.Errorf("by %s the file holds %q, want %q", name, got, text)
			}
		}
		info, err := os.Lstat(filepath.Join(dir, name))
		must(t, err)
		if info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is no link any more", name)
		}
		must(t, os.Remove(file))
	}
	round := filepath.Join(dir, "round")
	must(t, os.Symlink("round", round))
	if err := writeFile(round, 0o600, says("x")); err == nil {
		t.Error("a link to itself was written")
	}
}

func TestWriteFileIsWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, []byte("before"), 0o600))
	cause := errors.New("no more")
	for _, name := range []string{file, filepath.Join(dir, "new")} {
		err := writeFile(name, 0o600, func(w io.Writer) error { return errors.Join(says("half")(w), cause) })
		if !errors.Is(err, cause) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := entries(t, dir); len(got) != 1 || read(t, file) != "before" {
		t.Errorf("there are %q, and the file holds %q", got, read(t, file))
	}
	if err := writeFile(dir, 0o600, says("x")); err == nil {
		t.Error("a folder was written")
	}
}
