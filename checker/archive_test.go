package checker

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// layered is an engine whose image has the layers that a test gives it.
type layered struct {
	*fakeEngine
	// base has the layers of the submission's base image, own those above.
	base, own [][]entry
	// history are the entries of own in the image's history; by default those
	// of the Dockerfile's instructions.
	history []string
	// unknownBase makes the engine not know the base image by its name.
	unknownBase bool
	// archives counts the passes.
	archives int
}

// entry is one entry of a layer.
type entry struct {
	hdr     tar.Header
	content string
}

func fileEntry(name, content string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}, content}
}

func program(name, content string) entry {
	e := fileEntry(name, content)
	e.hdr.Mode = 0o755
	return e
}

func folderEntry(name string) entry {
	return entry{hdr: tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755}}
}

func linkEntry(name, target string) entry {
	return entry{hdr: tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777}}
}

// baseHistory is that of a base image of any number of layers.
func (l *layered) baseHistory() []string {
	return slices.Repeat([]string{"ADD rootfs.tar / # buildkit"}, len(l.base))
}

func (l *layered) names() []string {
	var names []string
	for i := range len(l.base) + len(l.own) {
		names = append(names, fmt.Sprintf("layer%d", i))
	}
	return names
}

func (l *layered) Image(_ context.Context, ref string) (*Image, error) {
	image := l.image
	image.ID = cmp.Or(image.ID, ref)
	image.RootFS = l.names()
	if !strings.HasPrefix(ref, "sha256:") {
		if l.unknownBase {
			return nil, ErrNoImage
		}
		image.RootFS = image.RootFS[:len(l.base)]
	}
	return &image, nil
}

func (l *layered) Archive(_ context.Context, _ string, visit func(string, *tar.Header, io.Reader) error) (*Archive, error) {
	l.archives++
	names := l.names()
	// The order must not matter: the last one comes first.
	for i, layer := range slices.Backward(slices.Concat(l.base, l.own)) {
		for _, e := range layer {
			hdr := e.hdr
			if err := visit(names[i], &hdr, inPieces(e.content)); err != nil {
				return nil, err
			}
		}
	}
	type step struct {
		CreatedBy string `json:"created_by"`
	}
	var config struct {
		History []step `json:"history"`
	}
	for _, text := range slices.Concat(l.baseHistory(), l.history) {
		config.History = append(config.History, step{text})
	}
	raw, err := json.Marshal(config)
	return &Archive{Layers: names, Config: raw}, err
}

// CopyFile finds a file in the layers as they are laid over one another.
func (l *layered) CopyFile(_ context.Context, _, name string, w io.Writer, _ int64) error {
	for _, layer := range slices.Backward(slices.Concat(l.base, l.own)) {
		for _, e := range layer {
			if "/"+e.hdr.Name != name {
				continue
			}
			if e.hdr.Typeflag == tar.TypeSymlink {
				return l.CopyFile(context.Background(), "", e.hdr.Linkname, w, 0)
			}
			if e.hdr.Typeflag == tar.TypeDir {
				return &fs.PathError{Op: "read", Path: name, Err: ErrNotRegular}
			}
			_, err := io.WriteString(w, e.content)
			return err
		}
	}
	return fs.ErrNotExist
}

// inPieces gives a content in pieces of three bytes, so that what is looked
// for in it does not come in one.
func inPieces(content string) io.Reader {
	return &trickle{rest: []byte(content)}
}

type trickle struct{ rest []byte }

func (r *trickle) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(3, len(p))], r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// listener is a watcher that keeps what it is given.
type listener struct {
	got    bytes.Buffer
	closed int
	// most is after how many bytes it has had enough; 0 for never.
	most int
	err  error
}

func (l *listener) file(layer string, hdr *tar.Header) (io.WriteCloser, error) {
	fmt.Fprintf(&l.got, "|%s:%s=", layer, hdr.Name)
	return l, nil
}

func (l *listener) Write(p []byte) (int, error) {
	l.got.Write(p)
	if l.most > 0 && l.got.Len() >= l.most {
		return len(p), errEnough
	}
	return len(p), l.err
}

func (l *listener) Close() error {
	l.closed++
	return nil
}

func TestOnePassServesAllWatchers(t *testing.T) {
	eng := &layered{fakeEngine: &fakeEngine{}, own: [][]entry{{fileEntry("a", "12345678"), fileEntry("b", "1")}}}
	all, some := &listener{}, &listener{most: len("|layer0:a=123")}
	if _, err := passBy(t.Context(), eng, "i", all, some); err != nil {
		t.Fatal(err)
	}
	if got, want := all.got.String(), "|layer0:a=12345678|layer0:b=1"; got != want || all.closed != 2 {
		t.Errorf("it was given %q, want %q, and closed %d times, want 2", got, want, all.closed)
	}
	if got, want := some.got.String(), "|layer0:a=123|layer0:b=1"; got != want || some.closed != 2 {
		t.Errorf("the one that had enough was given %q, want %q, and closed %d times, want 2", got, want, some.closed)
	}
}

func TestAWatchersErrorEndsThePass(t *testing.T) {
	eng := &layered{fakeEngine: &fakeEngine{}, own: [][]entry{{fileEntry("a", "12"), fileEntry("b", "1")}}}
	broken, other := &listener{err: errSilent}, &listener{}
	_, err := passBy(t.Context(), eng, "i", other, broken)
	if !errors.Is(err, errSilent) {
		t.Errorf("got %v, want the watcher's error", err)
	}
	if broken.closed != 1 || other.closed != 1 {
		t.Errorf("closed %d and %d times, want once each", broken.closed, other.closed)
	}
}
