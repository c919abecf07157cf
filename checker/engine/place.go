package engine

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// prepare creates the container of a request with the networks and the files
// that it asks for.
func (r *Run) prepare(ctx context.Context, req checker.RunRequest, f *facts) (string, error) {
	opened, err := r.openFolders(ctx, req)
	if err != nil {
		return "", err
	}
	req.Files = append(opened, req.Files...)
	if req.ReadOnly && len(req.Files) > 0 {
		image, err := r.bake(ctx, req, f)
		if err != nil {
			return "", err
		}
		req.Image, req.Files = image, nil
	}
	id, err := r.create(ctx, r.containerOptions(req, f))
	if err != nil {
		return "", err
	}
	err = r.join(ctx, id, req.Networks)
	if err == nil {
		err = r.place(ctx, id, req.Files)
	}
	if err != nil {
		return "", joinFirst(err, r.client.remove(ctx, id))
	}
	return id, nil
}

// place writes files into a container that has not started.
func (r *Run) place(ctx context.Context, id string, files []checker.File) error {
	if len(files) == 0 {
		return nil
	}
	var content bytes.Buffer
	w := tar.NewWriter(&content)
	made := make(map[string]bool)
	for _, f := range files {
		missing, err := r.missingFolders(ctx, id, path.Dir(path.Clean("/"+f.Path)), made)
		if err != nil {
			return err
		}
		for _, folder := range missing {
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: folder[1:] + "/", Mode: 0o755, ModTime: time.Unix(0, 0)}); err != nil {
				return err
			}
		}
		hdr := &tar.Header{
			Typeflag: tar.TypeReg, Name: path.Clean("/" + f.Path)[1:], Mode: int64(f.Mode.Perm()),
			Size: int64(len(f.Content)), ModTime: time.Unix(0, 0),
		}
		if f.Mode.IsDir() {
			hdr.Typeflag, hdr.Name, hdr.Size = tar.TypeDir, hdr.Name+"/", 0
			made[path.Clean("/"+f.Path)] = true
		}
		if err := w.WriteHeader(hdr); err != nil {
			return err
		}
		if _, err := w.Write(f.Content[:hdr.Size]); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, err := r.client.api.CopyToContainer(ctx, id, client.CopyToContainerOptions{DestinationPath: "/", Content: &content})
	if err == nil {
		err = r.placed(ctx, id, files[len(files)-1])
	}
	return r.client.fault(ctx, "write files into a container", err)
}

// placed looks whether the last of the files is there: the engine's answer has
// nothing in it to tell by, and what is missing would look like a fault of the
// image's.
func (r *Run) placed(ctx context.Context, id string, last checker.File) error {
	got, err := r.client.api.ContainerStatPath(ctx, id, client.ContainerStatPathOptions{Path: last.Path})
	if err == nil && !last.Mode.IsDir() && got.Stat.Size != int64(len(last.Content)) {
		err = fmt.Errorf("of %s there are %d bytes, not %d", last.Path, got.Stat.Size, len(last.Content))
	}
	return err
}

// missingFolders lists the folders on the way to dir, and itself, that are not
// there, outermost first. Those that are there must not be sent: the engine
// would change their owners and modes.
func (r *Run) missingFolders(ctx context.Context, id, dir string, made map[string]bool) ([]string, error) {
	if dir == "/" || made[dir] {
		return nil, nil
	}
	made[dir] = true
	_, err := r.client.api.ContainerStatPath(ctx, id, client.ContainerStatPathOptions{Path: dir})
	if err == nil {
		return nil, nil
	}
	if fault := r.client.fileFault(ctx, dir, err); !errdefs.IsNotFound(err) || !errors.Is(fault, fs.ErrNotExist) {
		return nil, fault
	}
	above, err := r.missingFolders(ctx, id, path.Dir(dir), made)
	return append(above, dir), err
}
