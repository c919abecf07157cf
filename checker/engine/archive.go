package engine

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"shipshape/checker"
)

// Archive implements [checker.Engine]. It returns no archive, and no error,
// when visit ends it with [checker.SkipAll].
//
// The engine's answer is a tar in one of three layouts: that of engines before
// 25 (a folder with a layer.tar for each layer, some of them links to others),
// that of an OCI image (blobs named by their digests), and that of the
// containerd store (the same, with packed layers, attestations and other
// platforms' images among the blobs). In all of them what tells which blob is
// what may come last, so that a layer is known by its content.
func (r *Run) Archive(ctx context.Context, ref string, visit func(layer string, hdr *tar.Header, r io.Reader) error) (*checker.Archive, error) {
	ctx, done := r.begin(ctx)
	defer done()
	c := r.client
	doing := "read the layers of " + ref
	image, err := c.api.ImageInspect(ctx, ref)
	if err := given(image.ID, err); err != nil {
		return nil, c.fault(ctx, doing, noImage(ref, err))
	}
	if len(image.RootFS.Layers) == 0 {
		return c.bareArchive(ctx, ref, image.InspectResponse)
	}
	answer, err := c.unhurried.ImageSave(silentFor(ctx, preparing*c.patience), []string{ref})
	if err != nil {
		return nil, c.fault(ctx, doing, noImage(ref, err))
	}
	defer answer.Close()
	u := newUnpacking(visit)
	if err := u.run(answer); err != nil {
		return nil, c.fault(ctx, doing, err)
	}
	switch {
	case errors.Is(u.stopped, checker.SkipAll):
		return nil, nil //nolint:nilnil // there is nothing to tell of an archive that was not read to its end
	case u.stopped != nil:
		return nil, u.stopped
	}
	archive, err := u.describe(image.RootFS.Layers)
	return archive, c.fault(ctx, doing, err)
}

const (
	// documentsLimit bounds the JSON texts that are kept, all of them together,
	// in bytes: a Dockerfile, most of which stands in its image's history, has
	// at most 1 MiB.
	documentsLimit = 8 << 20
	// entriesLimit bounds the entries of the outer tar. The engine allows 127
	// layers, each of three files and a folder in the oldest layout.
	entriesLimit = 10_000
)

// unpacking reads a saved image.
type unpacking struct {
	visit func(layer string, hdr *tar.Header, r io.Reader) error
	// stopped is what visit returned to end it.
	stopped error
	// documents are the JSON texts, by name.
	documents map[string][]byte
	// room is how much more of documents may be kept, in bytes.
	room int64
	// links are symbolic links between entries.
	links map[string]string
	// layers are the layers that were visited, by name.
	layers map[string]bool
}

func newUnpacking(visit func(string, *tar.Header, io.Reader) error) *unpacking {
	return &unpacking{
		visit: visit, room: documentsLimit,
		documents: make(map[string][]byte), links: make(map[string]string), layers: make(map[string]bool),
	}
}

// run reads the outer tar to its end, or until visit ends it.
func (u *unpacking) run(r io.Reader) error {
	outer := tar.NewReader(r)
	for range entriesLimit {
		hdr, err := outer.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean(hdr.Name)
		switch hdr.Typeflag {
		case tar.TypeReg:
			if err := u.entry(name, hdr.Size, outer); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		case tar.TypeSymlink:
			u.links[name] = path.Join(path.Dir(name), hdr.Linkname)
		case tar.TypeLink:
			u.links[name] = path.Clean(hdr.Linkname)
		}
		if u.stopped != nil {
			return nil
		}
	}
	return fmt.Errorf("it has more than %d entries", entriesLimit)
}

// entry takes one file: a layer, a document, or one of no interest.
func (u *unpacking) entry(name string, size int64, r io.Reader) error {
	content := bufio.NewReaderSize(r, blockSize)
	switch sniff(content) {
	case aDocument:
		if size > u.room {
			return nil // should it be needed after all, its absence is told
		}
		u.room -= size
		text, err := io.ReadAll(content)
		u.documents[name] = text
		return err
	case aLayer, aGzip, aZstd:
		if u.layers[name] {
			return nil
		}
		return u.layer(name, content)
	}
	return nil
}

// layer visits the entries of a layer.
func (u *unpacking) layer(name string, packed *bufio.Reader) error {
	unpacked, err := unpack(packed)
	if err != nil {
		return err
	}
	defer unpacked.Close()
	files := tar.NewReader(unpacked)
	for first := true; ; first = false {
		hdr, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			u.layers[name] = true
			return nil
		case first && errors.Is(err, tar.ErrHeader):
			return nil // no tar after all
		case err != nil:
			return err
		}
		content := &readFault{r: files}
		if u.stopped = u.visit(name, hdr, content); content.err != nil {
			return content.err // which is why visit stopped, if it did
		}
		if u.stopped != nil {
			return nil
		}
	}
}
