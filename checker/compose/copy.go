package compose

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

const (
	// copyLimit is how many bytes of mounted folders are copied: a project's
	// source, and not what its package manager brought.
	copyLimit = 8 << 20
	// copyFiles is how many files and folders of them.
	copyFiles = 2000
)

// copied reads a folder of the project, for a container to see it as its own. An
// absent folder is an empty one.
func (p *planning) copied(name string) ([]File, error) {
	content := []File{{Path: ".", Mode: fs.ModeDir | 0o777}}
	tree, err := p.root.OpenRoot(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, escaped(err)
	}
	if err == nil {
		defer tree.Close()
		if content, err = p.walk(tree, name); err != nil {
			return nil, err
		}
	}
	for file, text := range p.overlay {
		below, ok := strings.CutPrefix(file, name+"/")
		if name == "." {
			below, ok = file, true
		}
		if !ok {
			continue
		}
		i := slices.IndexFunc(content, func(f File) bool { return f.Path == below })
		if i < 0 {
			content = append(content, File{Path: below, Mode: 0o666, Content: text})
			continue
		}
		content[i].Content = text
	}
	return content, nil
}

// walk reads all folders and files below a root. Links are followed within the
// project, and what leads out of it is left out, as are sockets and devices.
func (p *planning) walk(tree *os.Root, name string) ([]File, error) {
	var content []File
	err := fs.WalkDir(tree.FS(), ".", func(below string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("%s can't be read: %s", path.Join(name, below), reason(err))
		}
		info, err := p.root.Stat(path.Join(name, below))
		if err != nil {
			return nil // a link that leads nowhere, or out of the project
		}
		if p.copiedFiles++; p.copiedFiles > copyFiles {
			return fmt.Errorf("%w: more than %d files", errTooMuch, copyFiles)
		}
		switch {
		case info.IsDir() && entry.IsDir():
			content = append(content, File{Path: below, Mode: fs.ModeDir | 0o777})
		case info.Mode().IsRegular():
			if p.copiedBytes += int(min(info.Size(), copyLimit+1)); p.copiedBytes > copyLimit {
				return fmt.Errorf("%w: more than %d MiB", errTooMuch, copyLimit>>20)
			}
			text, err := p.root.ReadFile(path.Join(name, below))
			if err != nil {
				return fmt.Errorf("%s can't be read: %s", path.Join(name, below), reason(err))
			}
			content = append(content, File{Path: below, Mode: widened(info.Mode()), Content: text})
		}
		return nil
	})
	return content, err
}

// errTooMuch says that a mounted folder is too large to copy.
var errTooMuch = errors.New("a mounted folder is too large")
