package exercises

import (
	"bytes"
	"crypto/rand"
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
// starter's, in its content or its mode, is moved to a folder below
// dir/.shipshape/backup; backup is its path, empty when nothing had to move, also
// with an error, which names it. A .git folder stays.
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
// move, also with an error, which names it.
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
	w := &replacement{root: root, want: want, modes: map[fs.FileMode]fs.FileMode{}}
	err = w.replace(only)
	if !w.moved {
		return "", err
	}
	backup := filepath.Join(dir, filepath.FromSlash(w.backup))
	if err != nil {
		return backup, fmt.Errorf("%w; what was moved out of the way before is in %s", err, backup)
	}
	return backup, nil
}

// replacement moves files out of the way.
type replacement struct {
	root *os.Root
	want project
	// modes are what becomes here of the modes that files are written with.
	modes map[fs.FileMode]fs.FileMode
	// backup is the folder for what is moved, made before the first move.
	backup string
	moved  bool
}

func (r *replacement) replace(only bool) error {
	if err := r.measure(); err != nil {
		return err
	}
	if err := r.clear(".", only); err != nil {
		return err
	}
	for name, content := range r.want {
		if same, err := r.same(name); err == nil && same {
			continue
		}
		if err := writeNew(r.root, name, content); err != nil {
			return err
		}
	}
	return nil
}

// measure writes a file of each mode that a project's files have, to see what
// becomes of it: the umask takes bits away, and other systems know other bits.
func (r *replacement) measure() error {
	for _, content := range []string{"", "#!"} {
		name := path.Join(stateDir, "mode-"+rand.Text())
		if err := writeNew(r.root, name, []byte(content)); err != nil {
			return err
		}
		info, err := r.root.Lstat(filepath.FromSlash(name))
		if err := errors.Join(err, r.root.Remove(filepath.FromSlash(name))); err != nil {
			return fmt.Errorf("the mode of new files can't be seen: %w", err)
		}
		r.modes[mode([]byte(content))] = info.Mode()
	}
	return nil
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
		_, wanted := r.want[name]
		if wanted {
			if same, err := r.same(name); err != nil {
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
	r.moved = true
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

// same says whether the file at a wanted name is just as it is wanted.
func (r *replacement) same(name string) (bool, error) {
	content := r.want[name]
	name = filepath.FromSlash(name)
	info, err := r.root.Lstat(name)
	if err != nil {
		return false, err
	}
	if info.Mode() != r.modes[mode(content)] || info.Size() != int64(len(content)) {
		return false, nil
	}
	data, err := r.root.ReadFile(name)
	return bytes.Equal(data, content), err
}
