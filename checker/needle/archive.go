package needle

import (
	"archive/tar"
	"encoding/binary"
	"fmt"
	"io"
)

// tarBlock is the length of a tar header.
const tarBlock = 512

// looksLikeTar reports whether a stream begins with a tar header.
func looksLikeTar(head []byte) bool {
	const at = 257
	return len(head) == tarBlock && string(head[at:at+5]) == "ustar"
}

// tar searches the members of a tar, each by itself. Their bytes pass by as
// those of the tar as well, so that no gap between them is left out.
func (x *Search) tar(lv *level) {
	lv.hold()
	r := tar.NewReader(lv.stream)
	for first := true; ; first = false {
		hdr, err := r.Next()
		if err != nil && first {
			lv.rewind(0)
		}
		if err != nil {
			return
		}
		if hdr.Typeflag != tar.TypeReg {
			continue
		}
		if x.descend("tar: "+hdr.Name, r) != nil {
			return
		}
	}
}

const (
	// zipMagic begins each member of a zip. The directory at the zip's end is
	// not needed, which a stream shows too late.
	zipMagic = "PK\x03\x04"
	// zipHeader is the length of a member's header without its name.
	zipHeader = 30
	// zipName is the longest name of a member that is read, in bytes.
	zipName = 4 << 10
)

// zip searches a member of a zip that is deflated, or stored with its size
// before it. One packed in another way is found by its own first bytes.
func (x *Search) zip(lv *level) error {
	head := lv.peek(zipHeader)
	if len(head) < zipHeader {
		return io.ErrUnexpectedEOF
	}
	const encrypted, sizeBehind = 1 << 0, 1 << 3
	flags := binary.LittleEndian.Uint16(head[6:])
	method := binary.LittleEndian.Uint16(head[8:])
	size := binary.LittleEndian.Uint32(head[18:])
	nameLen := int(binary.LittleEndian.Uint16(head[26:]))
	extraLen := int(binary.LittleEndian.Uint16(head[28:]))
	if flags&encrypted != 0 || nameLen > zipName {
		return io.ErrUnexpectedEOF
	}
	head = lv.peek(zipHeader + nameLen)
	if len(head) < zipHeader+nameLen {
		return io.ErrUnexpectedEOF
	}
	step := "zip: " + string(head[zipHeader:])
	const stored, deflated = 0, 8
	switch {
	case method == deflated:
		lv.skip(len(head))
		if _, err := io.CopyN(io.Discard, lv.stream, int64(extraLen)); err != nil {
			return err
		}
		return x.descend(step, lv.inflated())
	case method == stored && flags&sizeBehind == 0:
		lv.skip(len(head))
		return x.descend(step, io.LimitReader(lv.stream, int64(extraLen)+int64(size)))
	}
	return fmt.Errorf("a member of method %d, or whose size is not known before its end", method)
}
