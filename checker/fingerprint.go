package checker

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"shipshape/checker/dockerfile"
)

// Fingerprint is a digest, in hexadecimal, of all of a submission that its
// verdict follows from: the project's files with their modes, the starter that
// it is measured against, and the assignment. Two submissions with one
// fingerprint get one verdict on one engine. Sockets, devices and pipes are no
// part of it, since they are no part of a build.
//
// It returns the error of a file that can't be read.
func (s Submission) Fingerprint() (string, error) {
	digest := sha256.New()
	assignment, err := json.Marshal(s.Assignment)
	if err != nil {
		return "", fmt.Errorf("describe the assignment: %w", err)
	}
	part(digest, s.Exercise, string(assignment))
	for _, dir := range []string{s.Dir, s.StarterDir} {
		if dir == "" {
			continue
		}
		if err := digestTree(digest, dir); err != nil {
			return "", err
		}
		part(digest, "") // so that a file can't wander from one tree to the other
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// part adds texts to a digest in such a way that no two lists of texts add the
// same bytes.
func part(digest hash.Hash, texts ...string) {
	for _, t := range texts {
		fmt.Fprintf(digest, "%d:%s", len(t), t)
	}
}

// digestTree adds the names, modes and contents below dir, in lexical order.
func digestTree(digest hash.Hash, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		native := filepath.FromSlash(name)
		switch mode := info.Mode(); {
		case mode.IsDir():
			part(digest, name, mode.String())
		case mode.IsRegular():
			part(digest, name, mode.String(), fmt.Sprint(info.Size()))
			return digestFile(digest, root, native)
		case mode&fs.ModeSymlink != 0:
			target, err := root.Readlink(native)
			if err != nil {
				return err
			}
			part(digest, name, mode.String(), target)
		}
		return nil
	})
}

func digestFile(digest hash.Hash, root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(digest, f)
	return err
}

// BaseImages are the images outside of the submission that its verdict may
// follow from: those that the assignment and its Dockerfile name. A Dockerfile
// that can't be read names none.
func (s Submission) BaseImages() []string {
	images := slices.Clone(s.Assignment.Bases)
	src, err := readIn(s.Dir, cmp.Or(s.Assignment.Dockerfile, "Dockerfile"), dockerfileLimit)
	if err != nil {
		return images
	}
	if file, err := dockerfile.Parse(src); err == nil {
		images = append(images, file.BaseImages()...)
	}
	slices.Sort(images)
	return slices.Compact(images)
}
