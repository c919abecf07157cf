package checker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"shipshape/checker/compose"
	"shipshape/checker/dockerfile"
)

// Fingerprint is a digest, in hexadecimal, of all of a submission that its
// verdict follows from: the project's files with their modes, the starter that
// it is measured against, the assignment, and the build arguments and secrets
// that it is given. Two submissions with one
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
	given, err := json.Marshal([]any{s.BuildArgs, s.BuildSecrets})
	if err != nil {
		return "", fmt.Errorf("describe what the build is given: %w", err)
	}
	part(digest, s.Exercise, string(assignment), string(given))
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
// follow from: those that the assignment, its Dockerfile, and the services of its
// Compose file name. A file that can't be read names none.
func (s Submission) BaseImages(ctx context.Context) []string {
	images := append(slices.Clone(s.Assignment.Bases), basesIn(s.Dir, s.Assignment.DockerfileName())...)
	if s.Assignment.Compose != nil {
		images = append(images, s.composeImages(ctx)...)
	}
	slices.Sort(images)
	return slices.Compact(images)
}

// basesIn are the base images that a Dockerfile below dir names.
func basesIn(dir, name string) []string {
	src, err := ReadIn(dir, name, dockerfileLimit)
	if err != nil {
		return nil
	}
	return basesOf(src)
}

func basesOf(src []byte) []string {
	file, err := dockerfile.Parse(src)
	if err != nil {
		return nil
	}
	return file.BaseImages()
}

// composeImages are the images that services run, and those that others are
// built on.
func (s Submission) composeImages(ctx context.Context) []string {
	settings := s.Assignment.Compose
	project, err := compose.Load(ctx, s.Dir, compose.Options{
		Files: settings.Files, Profiles: settings.Profiles,
		Overlay: newPlants(s.Assignment.Checks).files, // which the file may name
	})
	if err != nil {
		return nil
	}
	var images []string
	for _, service := range project.Services {
		switch b := service.Build; {
		case b == nil:
			images = append(images, service.Image)
		case b.Inline != nil:
			images = append(images, basesOf(b.Inline)...)
		default:
			images = append(images, basesIn(s.Dir, path.Join(b.Context, b.Dockerfile))...)
		}
	}
	return images
}
