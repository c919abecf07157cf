package exercises

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// backupDir holds what Reset and WriteSolution took out of the way.
const backupDir = stateDir + "/backup"

// Reset puts a workspace back to the starter. Every file that is not the
// starter's, changed or added, is moved to a folder below dir/.shipshape/backup;
// backup is its path, empty when nothing had to move. A .git folder stays.
func (e *Exercise) Reset(dir string) (backup string, err error) {
	starter, err := e.readTree("starter")
	if err != nil {
		return "", err
	}
	return e.replace(dir, starter, true)
}

// WriteSolution lays the reference files over a workspace, or starts one with
// them where dir is empty or not there. What they replace is moved to a folder
// below dir/.shipshape/backup; backup is its path, empty when nothing had to
// move.
func (e *Exercise) WriteSolution(dir string) (backup string, err error) {
	if entries, err := os.ReadDir(dir); errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return "", e.create(dir, true, "starter", "solution")
	}
	solution, err := e.readTree("solution")
	if err != nil {
		return "", err
	}
	return e.replace(dir, solution, false)
}

// replace makes the workspace's files those of want; with only, its only ones.
func (e *Exercise) replace(dir string, want project, only bool) (string, error) {
	found, err := readMarker(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s: %w", dir, ErrNoWorkspace)
	case err != nil:
		return "", err
	case !e.Called(found.Exercise):
		return "", fmt.Errorf("%s is a workspace of %s, not of %s: nothing was changed", dir, found, e.Slug)
	case e.In(found.Stack) != e:
		return "", fmt.Errorf("%s is a workspace of %s, not in %s: nothing was changed", dir, found, e.Stack)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", fmt.Errorf("%s can't be opened: %w", dir, err)
	}
	defer root.Close()
	w := &replacement{root: root, want: want}
	if err := w.clear(".", only); err != nil {
		return "", err
	}
	for name, content := range want {
		if same, err := sameFile(root, filepath.FromSlash(name), content); err == nil && same {
			continue
		}
		if err := writeNew(root, name, content); err != nil {
			return "", err
		}
	}
	if w.backup == "" {
		return "", nil
	}
	return filepath.Join(dir, filepath.FromSlash(w.backup)), nil
}

// replacement moves files out of the way.
type replacement struct {
	root *os.Root
	want project
	// backup is the folder for what was moved, made with the first move.
	backup string
}

// clear moves away what stands in a folder in the place of wanted files and,
// with only, all else; files that are as wanted stay. Links are moved, never
// followed.
func (r *replacement) clear(dir string, only bool) error {
	f, err := r.root.Open(filepath.FromSlash(dir))
	if err != nil {
		return fmt.Errorf("%s can't be read: %w", dir, err)
	}
	entries, err := f.ReadDir(-1)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s can't be read: %w", dir, err)
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if name == stateDir || name == ".git" {
			continue
		}
		content, wanted := r.want[name]
		if wanted {
			if same, err := sameFile(r.root, filepath.FromSlash(name), content); err != nil {
				return fmt.Errorf("%s can't be read: %w", name, err)
			} else if same {
				continue
			}
		}
		switch {
		case !wanted && entry.IsDir() && r.holdsWanted(name):
			err = r.clear(name, only)
		case wanted || only || r.holdsWanted(name):
			err = r.move(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// holdsWanted says whether a wanted file lies below a folder of that name.
func (r *replacement) holdsWanted(dir string) bool {
	for name := range r.want {
		if strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

func (r *replacement) move(name string) error {
	if r.backup == "" {
		if err := r.makeBackup(); err != nil {
			return err
		}
	}
	to := filepath.FromSlash(path.Join(r.backup, name))
	if err := r.root.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("the backup of %s can't be made: %w", name, err)
	}
	if err := r.root.Rename(filepath.FromSlash(name), to); err != nil {
		return fmt.Errorf("the backup of %s can't be made: %w", name, err)
	}
	return nil
}

// makeBackup makes a folder named by the time, and by a number as well where
// two backups fall into one second.
func (r *replacement) makeBackup() error {
	if err := r.root.MkdirAll(filepath.FromSlash(backupDir), 0o755); err != nil {
		return fmt.Errorf("the backup folder can't be made: %w", err)
	}
	stamp := time.Now().Format("2006-01-02T15-04-05")
	for n := 1; ; n++ {
		name := path.Join(backupDir, stamp)
		if n > 1 {
			name = fmt.Sprintf("%s-%d", name, n)
		}
		err := r.root.Mkdir(filepath.FromSlash(name), 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("the backup folder can't be made: %w", err)
		}
		r.backup = name
		return nil
	}
}

// sameFile says whether the regular file at name holds just this content.
func sameFile(root *os.Root, name string, content []byte) (bool, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false, nil
	}
	data, err := root.ReadFile(name)
	return bytes.Equal(data, content), err
}
