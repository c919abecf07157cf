package engine

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/moby/go-archive"

	"shipshape/checker"
)

// writeTar writes the build context. The walk is not go-archive's
// TarWithOptions, because that one logs what it can't read to the terminal and
// goes on without it: here a file that can't be read is an error. Headers are
// made as the docker command makes them, with root as the owner: a COPY keeps the
// owner of the context, and what an image holds must not depend on who builds it.
func (s *source) writeTar(ctx context.Context, w io.Writer) error {
	tw := &contextWriter{Writer: tar.NewWriter(w)}
	defer func() { s.sent = tw.files }()
	left := maps.Clone(s.overlay)
	err := filepath.WalkDir(s.dir, func(file string, entry fs.DirEntry, err error) error {
		if stopped := ctx.Err(); stopped != nil {
			return stopped
		}
		rel, relErr := filepath.Rel(s.dir, file)
		if relErr != nil {
			return relErr
		}
		if rel == "." {
			return wrapUnreadable(file, err)
		}
		name := filepath.ToSlash(rel)
		excluded, matchErr := s.ignore.excludes(name)
		switch {
		case matchErr != nil:
			return matchErr
		case excluded && entry.IsDir() && s.ignore.prunes(name):
			return filepath.SkipDir
		case excluded:
			return nil
		case err != nil:
			return wrapUnreadable(file, err)
		}
		content, replaced := left[name]
		delete(left, name)
		if replaced {
			return writeContent(tw, name, entry, content)
		}
		return writeFile(tw, file, name, entry)
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		excluded, err := s.ignore.excludes(name)
		if err != nil {
			return err
		}
		if excluded {
			continue
		}
		if err := writeContent(tw, name, nil, left[name]); err != nil {
			return err
		}
	}
	return tw.Close()
}

// contextWriter is a tar that notes the regular files in it.
type contextWriter struct {
	*tar.Writer
	files []checker.ContextFile
}

func (w *contextWriter) WriteHeader(hdr *tar.Header) error {
	if hdr.Typeflag == tar.TypeReg {
		w.files = append(w.files, checker.ContextFile{Path: hdr.Name, SizeBytes: hdr.Size})
	}
	return w.Writer.WriteHeader(hdr)
}

// wrapUnreadable passes over what vanished during the walk: editors and
// package managers come and go.
func wrapUnreadable(file string, err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return unreadable(file, err)
}

// writeContent writes a file of the overlay; entry is the one on disk that it
// replaces, or nil.
func writeContent(tw *contextWriter, name string, entry fs.DirEntry, content []byte) error {
	hdr := &tar.Header{
		Typeflag: tar.TypeReg, Format: tar.FormatPAX, Name: name, Mode: 0o644,
		// As an editor leaves it. A zip archive can't hold a file of 1970, and make
		// or a cache of compiled Python would take two edits for one. A part of a
		// second would need a header of its own, and a builder does not take what
		// begins with one for an archive.
		Size: int64(len(content)), ModTime: time.Now().Truncate(time.Second),
	}
	if entry != nil && entry.Type().IsRegular() {
		if info, err := entry.Info(); err == nil {
			// The mode is a part of the builder's cache key.
			hdr.Mode = int64(info.Mode().Perm())
		}
	}
	if err := tw.WriteHeader(hdr); err != nil {
		return err
	}
	_, err := tw.Write(content)
	return err
}

// writeFile writes one entry of the folder. Sockets and devices are passed
// over, as the docker command does: a layer can't hold a listening socket.
func writeFile(tw *contextWriter, file, name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return wrapUnreadable(file, err)
	}
	if info.Mode()&(fs.ModeSocket|fs.ModeDevice) != 0 {
		return nil
	}
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if link, err = os.Readlink(file); err != nil {
			return wrapUnreadable(file, err)
		}
	}
	hdr, err := archive.FileInfoHeader(name, info, link)
	if err != nil {
		return fmt.Errorf("describe %s: %w", file, err)
	}
	hdr.Uid, hdr.Gid = 0, 0
	if !info.Mode().IsRegular() {
		return tw.WriteHeader(hdr)
	}
	content, err := os.Open(file)
	if err != nil {
		return wrapUnreadable(file, err)
	}
	defer content.Close()
	if err := tw.WriteHeader(hdr); err != nil {
		return err
	}
	written, err := io.Copy(tw, io.LimitReader(content, hdr.Size))
	if err == nil && written < hdr.Size {
		return unreadable(file, errors.New("it changed while it was read"))
	}
	return err
}
