package engine

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// linkHops bounds how many links are followed to a file.
const linkHops = 16

var errTooManyLinks = fmt.Errorf("%w: too many links", checker.ErrNotRegular)

// ReadFile implements [checker.Container]. It reads stopped containers too.
func (r *running) ReadFile(ctx context.Context, path string, limit int64) ([]byte, error) {
	var content bytes.Buffer
	err := r.client.copyFile(ctx, r.id, path, &content, limit)
	return content.Bytes(), err
}

// copyFile copies a regular file of a container, following links.
func (c *Client) copyFile(ctx context.Context, id, path string, w io.Writer, limit int64) error {
	for range linkHops {
		got, err := c.api.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: path})
		if err != nil {
			return c.fileFault(ctx, path, err)
		}
		// The engine resolves a link within the container's own root.
		if got.Stat.Mode&fs.ModeSymlink != 0 {
			_ = got.Content.Close()
			path = got.Stat.LinkTarget
			continue
		}
		err = c.copyEntry(ctx, w, path, limit, got)
		_ = got.Content.Close()
		return err
	}
	return &fs.PathError{Op: "open", Path: path, Err: errTooManyLinks}
}

// copyEntry copies the one file that an answer holds.
func (c *Client) copyEntry(ctx context.Context, w io.Writer, path string, limit int64, got client.CopyFromContainerResult) error {
	if !got.Stat.Mode.IsRegular() {
		return &fs.PathError{Op: "read", Path: path, Err: checker.ErrNotRegular}
	}
	if got.Stat.Size > limit {
		return &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it has %d bytes, more than %d", got.Stat.Size, limit)}
	}
	archive := tar.NewReader(got.Content)
	if _, err := archive.Next(); err != nil {
		return c.fileFault(ctx, path, err)
	}
	from := &readFault{r: io.LimitReader(archive, limit)}
	if _, err := io.Copy(w, from); err != nil && from.err == nil {
		return fmt.Errorf("keep %s of the container: %w", path, err)
	}
	return c.fault(ctx, "read "+path+" in the container", from.err)
}

func (c *Client) fileFault(ctx context.Context, path string, err error) error {
	switch {
	case ctx.Err() != nil:
	case errdefs.IsNotFound(err) && !containsAny(err.Error(), "No such container"),
		containsAny(err.Error(), "not a directory"):
		return &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	case containsAny(err.Error(), "too many links"):
		return &fs.PathError{Op: "open", Path: path, Err: errTooManyLinks}
	}
	return c.fault(ctx, "read "+path+" in the container", err)
}

// view is a container, never started, through which an image is read. It is
// made once for an image: creating one costs more than reading a file.
type view struct {
	mu sync.Mutex
	id string
}

// view returns the id of the image's view.
func (r *Run) view(ctx context.Context, ref string) (string, error) {
	r.mu.Lock()
	v := r.views[ref]
	if v == nil {
		v = &view{}
		r.views[ref] = v
	}
	r.mu.Unlock()

	v.mu.Lock()
	defer v.mu.Unlock()
	if v.id != "" {
		return v.id, nil
	}
	var err error
	v.id, err = r.create(ctx, client.ContainerCreateOptions{
		// A command is demanded, though it never runs, also of images that
		// have none.
		Config:     &container.Config{Image: ref, Entrypoint: []string{"none"}, Labels: r.containerLabels()},
		HostConfig: &container.HostConfig{NetworkMode: "none"},
	})
	return v.id, err
}

// CopyFile implements [checker.Engine].
func (r *Run) CopyFile(ctx context.Context, ref, path string, w io.Writer, limit int64) error {
	ctx, done := r.begin(ctx)
	defer done()
	id, err := r.view(ctx, ref)
	if err != nil {
		return err
	}
	return r.client.copyFile(ctx, id, path, w, limit)
}

// Walk implements [checker.Engine]. Beside the image's own files it visits the
// few empty ones that the engine puts into every container, such as
// etc/hostname and .dockerenv.
func (r *Run) Walk(ctx context.Context, ref string, visit func(*tar.Header, io.Reader) error) error {
	ctx, done := r.begin(ctx)
	defer done()
	id, err := r.view(ctx, ref)
	if err != nil {
		return err
	}
	export, err := r.client.api.ContainerExport(ctx, id, client.ContainerExportOptions{})
	if err != nil {
		return r.client.fault(ctx, "read the files of "+ref, err)
	}
	defer export.Close()
	read := &counting{r: export}
	archive := tar.NewReader(read)
	for {
		// What the visit left unread is none of the end's mark.
		if _, err := io.Copy(io.Discard, archive); err != nil {
			return r.client.fault(ctx, "read the files of "+ref, err)
		}
		before := read.n
		hdr, err := archive.Next()
		if errors.Is(err, io.EOF) && read.n-before >= tarEnd {
			return nil
		}
		if err != nil {
			return r.client.fault(ctx, "read the files of "+ref, err)
		}
		content := &readFault{r: archive}
		err = visit(hdr, content)
		switch {
		case content.err != nil: // which is why visit failed, if it did
			return r.client.fault(ctx, "read the files of "+ref, content.err)
		case errors.Is(err, checker.SkipAll):
			return nil
		case err != nil:
			return err
		}
	}
}

// tarEnd is the size of the mark at a tar's end, in bytes. An engine that breaks
// off between two files ends its answer as if that were all.
const tarEnd = 2 * blockSize

// counting counts the bytes that are read.
type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
