package layers

import (
	"archive/tar"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"path"
	"strings"
)

// MaxBytes is the memory that an index and its stack may take: half of what a
// grade may use. It is enough for some 300,000 entries, at about 110 bytes each.
// A Debian image with compilers has 25,000, and a large node_modules 100,000.
const MaxBytes = 32 << 20

// What one entry and one part of a path cost, in bytes, those of the stack
// included; the table of names is at least three eighths full.
const (
	entryBytes = 40 + 16
	nameBytes  = 20 + 4*8/3 + 8
)

// longestName bounds a part of a path, in bytes: what Linux can store.
const longestName = 255

// ErrTooMany says that an index of the image would take more than MaxBytes.
var ErrTooMany = errors.New("the image has too many files")

// ErrMalformed says that a layer holds an entry that no file system could.
var ErrMalformed = errors.New("a layer is malformed")

// Kind says what an entry is.
type Kind uint8

// The kinds of entries. A HardLink is a further name of a file of its own or a
// lower layer; Other is a device, a pipe or a socket.
const (
	File Kind = iota + 1
	Dir
	Symlink
	HardLink
	Other
	// whiteout and opaque delete what lower layers hold.
	whiteout
	opaque
)

// The names by which the OCI specification marks deletions, and that of other
// notes of a union file system, which are no files either.
const (
	whiteoutPrefix = ".wh."
	opaqueName     = ".wh..wh..opq"
	notePrefix     = ".wh..wh."
)

// Index records the entries of an image's layers. It is for use by one
// goroutine.
type Index struct {
	names   *names
	entries list[entry]
	// spans tell which entries a layer consists of: usually one span, since a
	// layer's entries come one behind the other.
	spans   map[string][]span
	current string
	// targets holds the targets of symbolic links.
	targets []byte
	content contentHash
}

// entry is one entry of a layer, kept small: there may be very many.
type entry struct {
	size int64
	// hash is that of a file's content.
	hash uint64
	name node
	// link is a hard link's target as a node; a symbolic link's target
	// stands in targets from here, linkLength bytes.
	link       uint32
	uid, gid   uint32
	linkLength uint16
	mode       uint16
	kind       Kind
}

// span are the entries from first up to, but not with, end.
type span struct{ first, end uint32 }

// NewIndex returns an index of no layers.
func NewIndex() *Index {
	return &Index{names: newNames(), spans: make(map[string][]span)}
}

// Add notes one entry of a layer. Where the entry has content, it returns what
// that has to be written to, and that has to be closed before the next Add; nil
// where it has none. It returns an error that matches ErrTooMany or
// ErrMalformed.
func (x *Index) Add(layer string, hdr *tar.Header) (io.WriteCloser, error) {
	if x.bytes() > MaxBytes {
		return nil, x.tooMany()
	}
	clean := cleanPath(hdr.Name)
	e := entry{
		size: 0, kind: kindOf(hdr.Typeflag), mode: permissions(hdr),
		uid: uint32(hdr.Uid), gid: uint32(hdr.Gid),
	}
	dir, base := path.Split(clean)
	switch {
	case base == opaqueName:
		e.kind, clean = opaque, path.Clean(dir)
	case strings.HasPrefix(base, notePrefix):
		return nil, nil
	case strings.HasPrefix(base, whiteoutPrefix):
		e.kind, clean = whiteout, path.Join(dir, strings.TrimPrefix(base, whiteoutPrefix))
	}
	if err := plausible(clean, hdr); err != nil {
		return nil, err
	}
	e.name = x.names.add(clean)
	switch e.kind {
	case Symlink:
		e.link, e.linkLength = uint32(len(x.targets)), uint16(len(hdr.Linkname))
		x.targets = append(x.targets, hdr.Linkname...)
	case HardLink:
		e.link = uint32(x.names.add(cleanPath(hdr.Linkname)))
	case File:
		e.size = hdr.Size
	}
	at := x.entries.add(e)
	x.note(layer, at)
	if e.kind != File || e.size == 0 {
		return nil, nil
	}
	x.content.begin(x.entries.at(at))
	return &x.content, nil
}

func (x *Index) tooMany() error {
	return fmt.Errorf("%w: %d entries take more than the %d MB that shipshape keeps for them",
		ErrTooMany, x.entries.n, MaxBytes>>20)
}

// note adds an entry to its layer's spans.
func (x *Index) note(layer string, at uint32) {
	spans := x.spans[layer]
	if layer != x.current || len(spans) == 0 {
		spans = append(spans, span{at, at})
		x.current = layer
	}
	spans[len(spans)-1].end = at + 1
	x.spans[layer] = spans
}

// bytes estimates the memory that the index and its stack take.
func (x *Index) bytes() int {
	return x.entries.n*entryBytes + x.names.count()*nameBytes + len(x.names.text) + len(x.targets)
}

// target is where a symbolic link points to, as written.
func (x *Index) target(e *entry) string {
	return string(x.targets[e.link : e.link+uint32(e.linkLength)])
}

// plausible refuses names that no Linux file system could hold.
func plausible(clean string, hdr *tar.Header) error {
	const longestPath = 4096
	if len(clean) > longestPath || len(hdr.Linkname) > longestPath {
		return fmt.Errorf("%w: a path of %d bytes", ErrMalformed, max(len(clean), len(hdr.Linkname)))
	}
	for part := range strings.SplitSeq(clean, "/") {
		if len(part) > longestName {
			return fmt.Errorf("%w: a name of %d bytes", ErrMalformed, len(part))
		}
	}
	return nil
}

// kindOf reads a tar header's type.
func kindOf(flag byte) Kind {
	switch flag {
	case tar.TypeReg, tar.TypeGNUSparse:
		return File
	case tar.TypeDir:
		return Dir
	case tar.TypeSymlink:
		return Symlink
	case tar.TypeLink:
		return HardLink
	}
	return Other
}

// permissions are the twelve bits of chmod.
func permissions(hdr *tar.Header) uint16 { return uint16(hdr.Mode & 0o7777) }

// contentHash computes the hash of one file's content after the other.
type contentHash struct {
	hash maphash.Hash
	of   *entry
}

func (c *contentHash) begin(of *entry) {
	c.hash.Reset()
	c.of = of
}

// Write takes a piece of the content. It does not fail.
func (c *contentHash) Write(p []byte) (int, error) { return c.hash.Write(p) }

// Close ends the file.
func (c *contentHash) Close() error {
	c.of.hash = c.hash.Sum64()
	return nil
}
