package compose

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// fileLimit is the largest Compose, .env, secret or config file that is read, in
// bytes: a hundred times what people write.
const fileLimit = 256 << 10

// errOutside says that a path leads out of the project.
var errOutside = errors.New("it leads out of the project's folder")

// folder is a project on disk, under files of the grader's own.
type folder struct {
	dir     string
	root    *os.Root
	overlay map[string][]byte
}

func openFolder(dir string, overlay map[string][]byte) (*folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{dir: dir, root: root, overlay: overlay}, nil
}

func (f *folder) close() { f.root.Close() }

// inside returns a path as one within the project: relative, slash-separated and
// clean. It goes by the text alone; the root sees to links.
func (f *folder) inside(name string) (string, error) {
	if below, ok := strings.CutPrefix(name, f.dir); ok && (below == "" || below[0] == '/') {
		name = "." + below
	}
	if strings.HasPrefix(name, "~") || strings.Contains(name, "\\") || strings.Contains(name, "://") {
		return "", errOutside
	}
	name = path.Clean(name)
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", errOutside
	}
	return name, nil
}

// stat describes what is at a path, links followed within the project.
func (f *folder) stat(name string) (fs.FileInfo, error) {
	info, err := f.root.Stat(filepath.FromSlash(name))
	return info, escaped(err)
}

// read reads a regular file of the project.
func (f *folder) read(name string) ([]byte, error) {
	if content, ok := f.overlay[name]; ok {
		return append([]byte{}, content...), nil
	}
	// Looked at before it is opened: opening a named pipe would wait for ever.
	info, err := f.stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	file, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, escaped(err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, fileLimit+1))
	if err == nil && len(content) > fileLimit {
		err = fmt.Errorf("it is larger than %d KiB", fileLimit>>10)
	}
	return content, err
}

// exists reports whether there is a file of that name, whatever it is.
func (f *folder) exists(name string) bool {
	if _, ok := f.overlay[name]; ok {
		return true
	}
	_, err := f.root.Lstat(filepath.FromSlash(name))
	return err == nil
}

// escaped names the error of a link that leads out of the root, which os keeps
// to itself.
func escaped(err error) error {
	if err != nil && strings.Contains(err.Error(), "path escapes from parent") {
		return errOutside
	}
	return err
}

// reason is an error's text without the paths of this machine.
func reason(err error) string {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.As(err, &at):
		return at.Err.Error()
	}
	return err.Error()
}
