package exercises

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
)

const (
	// embedSuffix ends the name of a file that Go's tooling must not see.
	embedSuffix = ".embed"
	// variantFile describes a variant; it is no part of the project.
	variantFile = "variant.yaml"
	// stateDir is the folder in a workspace that is shipshape's own.
	stateDir = ".shipshape"
)

// projectFile is one file of a starter, a solution or a variant.
type projectFile struct {
	// name is its path in the project, without the .embed suffix.
	name string
	// stored is its path in the exercise.
	stored string
}

// listTree lists the files below a folder of an exercise, sorted by name, and
// refuses what can't be written safely. A folder that isn't there has none.
func listTree(fsys fs.FS, dir string) ([]projectFile, error) {
	// WalkDir follows a link at its root, though none below.
	switch info, err := fs.Lstat(fsys, dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("can't be read: %w", err)
	case !info.IsDir():
		return nil, errors.New("is not a folder")
	}
	var files []projectFile
	total := int64(0)
	err := fs.WalkDir(fsys, dir, func(stored string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("can't be read: %w", err)
		}
		switch {
		case entry.Type()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s is a symbolic link: a course consists of plain files and folders", stored)
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is not a regular file", stored)
		}
		relative := strings.TrimPrefix(stored, dir+"/")
		if relative == variantFile && path.Dir(dir) == "variants" {
			return nil
		}
		name := strings.TrimSuffix(relative, embedSuffix)
		if err := checkName(name); err != nil {
			return fmt.Errorf("%s: %w", stored, err)
		}
		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("can't be read: %w", err)
		}
		total += info.Size()
		switch {
		case info.Size() > maxFile:
			return fmt.Errorf("%s is larger than %d MiB", stored, maxFile>>20)
		case total > maxTree:
			return fmt.Errorf("holds more than %d MiB", maxTree>>20)
		case len(files) == maxFiles:
			return fmt.Errorf("holds more than %d files", maxFiles)
		}
		files = append(files, projectFile{name: name, stored: stored})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b projectFile) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(files); i++ {
		if files[i].name == files[i-1].name {
			return nil, fmt.Errorf("%s and %s are the same file of the project", files[i-1].stored, files[i].stored)
		}
	}
	return files, nil
}

// checkName refuses paths that don't stay in the project, that would be taken
// for shipshape's own, or that a terminal or another system would misread.
func checkName(name string) error {
	if !fs.ValidPath(name) || name == "." {
		return fmt.Errorf("%q is not a path inside the project: it is relative, with slashes, and without dot segments", name)
	}
	for _, part := range strings.Split(name, "/") {
		if strings.EqualFold(part, stateDir) || strings.EqualFold(part, ".git") {
			return fmt.Errorf("%q: a project holds no folder of the name %s", name, part)
		}
		if strings.ContainsAny(part, `\:`) || strings.ContainsFunc(part, unicode.IsControl) {
			return fmt.Errorf("%q: backslashes, colons and control characters are not portable in names", name)
		}
	}
	return nil
}

// project is the content of files by their path in the project.
type project map[string][]byte

// readTree reads the files below a folder of the exercise.
func (e *Exercise) readTree(dir string) (project, error) {
	files, err := listTree(e.files, dir)
	if err != nil {
		return nil, fmt.Errorf("%s/%s %w", e.folder, dir, err)
	}
	p := make(project, len(files))
	for _, f := range files {
		data, err := readBounded(e.files, f.stored, maxFile)
		if err != nil {
			return nil, fmt.Errorf("%s/%s %w", e.folder, f.stored, err)
		}
		p[f.name] = data
	}
	return p, nil
}

// mode is the permission of a project's file: scripts are executable.
func mode(content []byte) fs.FileMode {
	if bytes.HasPrefix(content, []byte("#!")) {
		return 0o755
	}
	return 0o644
}

// SolutionFiles are the reference files by their path in the project.
func (e *Exercise) SolutionFiles() (map[string][]byte, error) {
	return e.readTree("solution")
}

// overlay reads layers of the exercise, such as "starter" and "solution", each
// laid over those before it.
func (e *Exercise) overlay(layers ...string) (project, error) {
	files := project{}
	for _, layer := range layers {
		upper, err := e.readTree(layer)
		if err != nil {
			return nil, err
		}
		if name, ok := strings.CutPrefix(layer, "variants/"); ok {
			for _, gone := range e.Variant(name).Remove {
				delete(files, gone)
			}
		}
		maps.Copy(files, upper)
	}
	return files, nil
}
