package engine

import (
	"context"
	"io/fs"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// openFolders are the folders of the image that a tmpfs is mounted over, with a
// mode by which everybody may write there: a tmpfs takes on the mode of the
// folder below it, and is root's, so that without this the container's user
// could often not write.
func (r *Run) openFolders(ctx context.Context, req checker.RunRequest) ([]checker.File, error) {
	var open []checker.File
	for _, path := range req.Tmpfs {
		id, err := r.view(ctx, req.Image)
		if err != nil {
			return nil, err
		}
		folder, stat, err := r.client.resolve(ctx, id, path)
		switch {
		case errdefs.IsNotFound(err): // one that the engine makes is open
		case err != nil:
			return nil, r.client.fault(ctx, "look at "+path+" in the image", err)
		case stat.Mode.IsDir() && stat.Mode&0o002 == 0:
			open = append(open, checker.File{Path: folder, Mode: fs.ModeDir | 0o777})
		}
	}
	return open, nil
}

// resolve finds and describes what a path of a container leads to.
func (c *Client) resolve(ctx context.Context, id, path string) (string, container.PathStat, error) {
	for range linkHops {
		got, err := c.api.ContainerStatPath(ctx, id, client.ContainerStatPathOptions{Path: path})
		if err != nil || got.Stat.Mode&fs.ModeSymlink == 0 {
			return path, got.Stat, err
		}
		path = got.Stat.LinkTarget
	}
	return path, container.PathStat{}, &fs.PathError{Op: "open", Path: path, Err: errTooManyLinks}
}
