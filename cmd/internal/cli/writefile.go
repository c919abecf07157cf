package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile writes a file whole or not at all. One that is there keeps its mode,
// and a link goes on leading to it; a new one gets that mode, less the umask.
// What is no regular file, such as a device or a pipe, is written to as it is.
func writeFile(name string, mode fs.FileMode, write func(io.Writer) error) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replaceFile(name, mode, false, write)
	case err != nil:
		return err
	case isOpenAs(os.Stdout, info):
		return write(os.Stdout)
	case info.Mode().IsRegular():
		return replaceFile(name, info.Mode().Perm(), true, write)
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// isOpenAs tells that a name such as /dev/stdout leads to what is open already.
// Where that is a file, opened anew it would lose what others wrote to it.
func isOpenAs(f *os.File, info fs.FileInfo) bool {
	own, err := f.Stat()
	return err == nil && os.SameFile(own, info)
}

// replaceFile writes a file beside the one that a name leads to, and puts it in
// its place. The mode is exact, or less the umask.
func replaceFile(name string, mode fs.FileMode, exact bool, write func(io.Writer) error) error {
	name, err := followLinks(name)
	if err != nil {
		return err
	}
	dir, _ := filepath.Split(name)
	// Not os.CreateTemp, which knows no mode: only the creation of a file heeds
	// the umask.
	f, err := os.OpenFile(dir+".shipshape-"+rand.Text(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if exact {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = write(f)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// mostLinks is how many links Linux follows.
const mostLinks = 40

// followLinks is where a name leads, which need not exist. Nothing is cleaned
// from it: behind a link to a folder, `..` is not what it looks like.
func followLinks(name string) (string, error) {
	for range mostLinks {
		info, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		link, err := os.Readlink(name)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(link) {
			dir, _ := filepath.Split(name)
			link = dir + link
		}
		name = link
	}
	return "", fmt.Errorf("%s leads through too many links", name)
}
