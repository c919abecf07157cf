package images

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Parts are what a build context is made of beside the recipe's own files.
type Parts struct {
	// Recipe is the folder of the recipe.
	Recipe string
	// About says what the stand-in really is.
	About string
	// Args are build arguments.
	Args map[string]string
	// Files are files of this machine by their name in the context.
	Files map[string]string
	// Trees are folders of this machine by their name in the context.
	Trees map[string]Tree

	cleanups []func() error
}

// Tree is a folder of this machine, links followed.
type Tree struct {
	Dir string
	// Skip, when set, tells what to leave out, by its slash-separated path in
	// Dir.
	Skip func(name string, dir bool) bool
}

// OnClose adds something to do when the parts are no longer needed.
func (p *Parts) OnClose(f func() error) { p.cleanups = append(p.cleanups, f) }

// Close gives back what the parts hold, such as temporary files.
func (p *Parts) Close() error {
	var faults []error
	for _, f := range p.cleanups {
		faults = append(faults, f())
	}
	return errors.Join(faults...)
}

// writeContext writes a build context as a tar. Its times are all the same, so
// that equal content is equal to the builder's cache.
func writeContext(w io.Writer, recipes fs.FS, parts *Parts) error {
	tw := tar.NewWriter(w)
	if err := writeRecipe(tw, recipes, parts.Recipe); err != nil {
		return err
	}
	for name, file := range parts.Files {
		if err := writeFile(tw, name, file); err != nil {
			return err
		}
	}
	for name, tree := range parts.Trees {
		if err := writeTree(tw, name, tree, "."); err != nil {
			return err
		}
	}
	return tw.Close()
}

// writeRecipe writes the embedded files; scripts become executable.
func writeRecipe(tw *tar.Writer, recipes fs.FS, recipe string) error {
	return fs.WalkDir(recipes, recipe, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(recipes, name)
		if err != nil {
			return err
		}
		hdr := header(strings.TrimPrefix(name, recipe+"/"), 0o644, int64(len(content)))
		if bytes.HasPrefix(content, []byte("#!")) {
			hdr.Mode = 0o755
		}
		if err := tw.WriteHeader(hdr); err != nil {
			return err
		}
		_, err = tw.Write(content)
		return err
	})
}

// writeTree writes a folder. A link is written as what it points to: Debian's
// Go is a folder of links to other folders.
func writeTree(tw *tar.Writer, prefix string, tree Tree, below string) error {
	entries, err := os.ReadDir(filepath.Join(tree.Dir, filepath.FromSlash(below)))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(below, e.Name())
		file := filepath.Join(tree.Dir, filepath.FromSlash(name))
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		switch {
		case tree.Skip != nil && tree.Skip(name, info.IsDir()):
		case info.IsDir():
			err = writeTree(tw, prefix, tree, name)
		case info.Mode().IsRegular():
			err = writeFile(tw, path.Join(prefix, name), file)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func writeFile(tw *tar.Writer, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	if err := tw.WriteHeader(header(name, mode, info.Size())); err != nil {
		return err
	}
	if _, err := io.Copy(tw, f); err != nil {
		return fmt.Errorf("send %s: %w", file, err)
	}
	return nil
}

func header(name string, mode, size int64) *tar.Header {
	return &tar.Header{Name: name, Mode: mode, Size: size, ModTime: time.Unix(0, 0), Format: tar.FormatPAX}
}
