package exercises

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Bounds on what Diff compares: beyond them a file is named, not shown.
const (
	maxDiffFile  = 256 << 10
	maxDiffFiles = 500
)

// notCompared says which folders tools fill: nobody wrote what is in them.
func notCompared(folder string) bool {
	return slices.Contains([]string{".git", stateDir, "node_modules", ".venv", "venv", "__pycache__"}, folder)
}

// Diff is what a workspace changed in the starter, as a unified diff; empty for
// nothing. Binary files and very large ones are named only, and folders such
// as node_modules are left out.
func (e *Exercise) Diff(dir string) (string, error) {
	starter, err := e.readTree("starter")
	if err != nil {
		return "", err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", fmt.Errorf("the workspace can't be opened: %w", err)
	}
	defer root.Close()
	names, err := workspaceFiles(root)
	if err != nil {
		return "", fmt.Errorf("%s can't be read: %w", dir, err)
	}
	for name := range starter {
		names[name] = true
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, known := starter[name]
		after, present, note := readForDiff(root, name)
		oldName, newName := "starter/"+name, "yours/"+name
		if !known {
			oldName = os.DevNull
		}
		if !present {
			newName = os.DevNull
		}
		switch {
		case bytes.Equal(before, after) && known == present && note == "":
		case note != "":
			fmt.Fprintf(&out, "%s: %s\n", name, note)
		case isBinary(before) || isBinary(after):
			fmt.Fprintf(&out, "%s: binary files differ\n", name)
		default:
			out.WriteString(udiff.Unified(oldName, newName, string(before), string(after)))
		}
	}
	return out.String(), nil
}

// workspaceFiles names the regular files of a workspace, slash-separated.
func workspaceFiles(root *os.Root) (map[string]bool, error) {
	names := map[string]bool{}
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && notCompared(entry.Name()):
			return fs.SkipDir
		case entry.Type().IsRegular() && len(names) == maxDiffFiles:
			return fmt.Errorf("more than %d files: too many to compare", maxDiffFiles)
		case entry.Type().IsRegular():
			names[name] = true
		}
		return nil
	})
	return names, err
}

// readForDiff reads a workspace's file; note says why its content is not there
// to be compared.
func readForDiff(root *os.Root, name string) (content []byte, present bool, note string) {
	info, err := root.Lstat(filepath.FromSlash(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, ""
	case err != nil:
		return nil, true, "can't be read"
	case !info.Mode().IsRegular():
		return nil, true, "no longer a regular file"
	case info.Size() > maxDiffFile:
		return nil, true, fmt.Sprintf("larger than %d KiB, not compared", maxDiffFile>>10)
	}
	content, err = root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return nil, true, "can't be read"
	}
	return content, true, ""
}

// isBinary guesses as git does: text has no zero byte near its beginning.
func isBinary(content []byte) bool {
	return bytes.IndexByte(content[:min(len(content), 8000)], 0) >= 0
}
