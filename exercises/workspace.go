package exercises

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"shipshape/exercises/internal/strictyaml"
)

// markerFile, in a workspace, tells which exercise it is of.
const markerFile = stateDir + "/workspace.yaml"

// ErrNoWorkspace says that a folder is not in a workspace.
var ErrNoWorkspace = errors.New("not in a workspace: no .shipshape/workspace.yaml here or above; `shipshape start EXERCISE` makes one")

// NotEmptyError says that files would go where there are some already.
type NotEmptyError struct{ Dir string }

func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("%s is not empty, and nothing in it is overwritten: choose another folder, or use `shipshape reset` in a workspace", e.Dir)
}

// Start makes a workspace of the exercise in dir, which must be empty or not
// there yet: otherwise it is a [*NotEmptyError].
func (e *Exercise) Start(dir string) error {
	return e.create(dir, true, "starter")
}

// WriteStarter writes the starter project alone, without a workspace's marker,
// into a dir that is empty or not there yet.
func (e *Exercise) WriteStarter(dir string) error {
	return e.create(dir, false, "starter")
}

// WriteVariant writes the starter with a variant laid over it into a dir that
// is empty or not there yet.
func (e *Exercise) WriteVariant(dir, name string) error {
	v := e.Variant(name)
	if v == nil {
		return fmt.Errorf("%s has no variant %q", e.Slug, name)
	}
	return e.create(dir, false, "starter", "variants/"+v.Name)
}

// create writes layers of the exercise over each other into an empty dir, or
// leaves all as it was: half a project could neither be started again nor reset.
func (e *Exercise) create(dir string, mark bool, layers ...string) error {
	files, err := e.overlay(layers...)
	if err != nil {
		return err
	}
	if mark {
		files[markerFile] = e.marker()
	}
	above := missing(dir)
	if err := fill(dir, files); err != nil {
		for _, folder := range above {
			_ = os.Remove(folder) // what is not empty has something of somebody else's
		}
		return err
	}
	return nil
}

// missing are the folders of a path that are not there, the deepest first.
func missing(dir string) []string {
	var folders []string
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		if _, err := os.Lstat(at); !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			return folders
		}
		folders = append(folders, at)
	}
}

// fill writes files into a dir that must be empty or not there yet. When it
// can't, it removes those that it wrote.
func fill(dir string, files project) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder can't be made: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s can't be read: %w", dir, err)
	}
	if len(entries) > 0 {
		return &NotEmptyError{Dir: dir}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("%s can't be opened: %w", dir, err)
	}
	defer root.Close()
	var written []string
	for name, content := range files {
		if err := writeNew(root, name, content); err != nil {
			err = errors.Join(err, unwrite(root, written))
			removeEmpty(root, name)
			return err
		}
		written = append(written, name)
	}
	return nil
}

// unwrite removes files, and the folders above them that hold nothing else.
func unwrite(root *os.Root, names []string) error {
	var faults []error
	for _, name := range names {
		if err := root.Remove(filepath.FromSlash(name)); err != nil {
			faults = append(faults, fmt.Errorf("%s can't be removed again: %w", name, err))
		}
		removeEmpty(root, name)
	}
	return errors.Join(faults...)
}

// removeEmpty removes the folders above a file that hold nothing.
func removeEmpty(root *os.Root, name string) {
	for at := path.Dir(name); at != "."; at = path.Dir(at) {
		if info, err := root.Lstat(filepath.FromSlash(at)); err == nil && info.IsDir() {
			_ = root.Remove(filepath.FromSlash(at)) // refused where it holds something
		}
	}
}

// writeNew writes a file that must not be there yet, and the folders above it,
// or leaves no file. The root keeps it inside, whatever links the folders hold.
func writeNew(root *os.Root, name string, content []byte) error {
	name = filepath.FromSlash(name)
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("a folder for %s can't be made: %w", name, err)
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode(content))
	if err != nil {
		return fmt.Errorf("%s can't be written: %w", name, err)
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		_ = root.Remove(name)
		return fmt.Errorf("%s can't be written: %w", name, err)
	}
	return nil
}

// Workspace is a folder that a learner does an exercise in.
type Workspace struct {
	// Dir is its absolute path.
	Dir string `yaml:"-"`
	// Exercise is the exercise's slug.
	Exercise string `yaml:"exercise"`
	// Stack is the one that was chosen; empty for the default.
	Stack string `yaml:"stack"`
}

// String names the exercise and, where one was chosen, the stack.
func (w Workspace) String() string {
	if w.Stack == "" {
		return w.Exercise
	}
	return w.Exercise + " in " + w.Stack
}

// marker is the content of a new workspace's markerFile.
func (e *Exercise) marker() []byte {
	text := "# shipshape finds this workspace's exercise by this file.\nexercise: " + e.Slug + "\n"
	if len(e.Stacks) > 1 {
		text += "stack: " + e.Stack + "\n"
	}
	return []byte(text)
}

// FindWorkspace walks up from dir to the workspace that holds it. It returns
// [ErrNoWorkspace] when there is none, and a [*Fault] for a marker that can't
// be understood.
func FindWorkspace(dir string) (Workspace, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return Workspace{}, fmt.Errorf("the folder's place is unknown: %w", err)
	}
	for {
		w, err := readMarker(root)
		if !errors.Is(err, fs.ErrNotExist) {
			w.Dir = root
			return w, err
		}
		parent := filepath.Dir(root)
		if parent == root {
			return Workspace{}, ErrNoWorkspace
		}
		root = parent
	}
}

// FindWorkspace looks for a workspace of the exercise where a learner may mean
// one: at or around dir, and in dir's folders of the exercise's names. Its errors
// are those of the function of that name.
func (e *Exercise) FindWorkspace(dir string) (Workspace, error) {
	places := []string{dir, filepath.Join(dir, e.Slug)}
	for _, slug := range e.Formerly {
		places = append(places, filepath.Join(dir, slug))
	}
	for _, place := range places {
		w, err := FindWorkspace(place)
		if err == nil && !e.Called(w.Exercise) || errors.Is(err, ErrNoWorkspace) {
			continue
		}
		return w, err
	}
	return Workspace{}, ErrNoWorkspace
}

// readMarker reads dir's marker; fs.ErrNotExist where it has none.
func readMarker(dir string) (Workspace, error) {
	file := filepath.Join(dir, filepath.FromSlash(markerFile))
	info, err := os.Lstat(file)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return Workspace{}, fs.ErrNotExist
		}
		return Workspace{}, fmt.Errorf("the workspace's marker can't be read: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxText {
		return Workspace{}, &Fault{File: file, Message: "is not the small text file that `shipshape start` writes"}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return Workspace{}, fmt.Errorf("the workspace's marker can't be read: %w", err)
	}
	var w Workspace
	_, faults := strictyaml.Decode(data, &w)
	for _, f := range faults {
		return Workspace{}, &Fault{File: file, Line: f.Line, Column: f.Column, Message: f.Message}
	}
	switch {
	case !isSlug(w.Exercise):
		return Workspace{}, &Fault{File: file, Line: 1, Column: 1, Message: fmt.Sprintf("names no exercise (%q)", w.Exercise)}
	case w.Stack != "" && !isSlug(w.Stack):
		return Workspace{}, &Fault{File: file, Line: 1, Column: 1, Message: fmt.Sprintf("names no stack (%q)", w.Stack)}
	}
	return w, nil
}
