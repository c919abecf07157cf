package needle

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/therootcompany/xz"
)

// windowLimit is the largest window, in bytes, that is kept to unpack xz and
// zstd: enough for all but their highest levels.
const windowLimit = 16 << 20

// format is a kind of packed data that is known by its first bytes.
type format struct {
	magic string
	// cost is what an attempt costs of what may be unpacked.
	cost int64
	// unpack searches what is packed in the level's stream, which stands at
	// the magic. It returns an error where the data was not whole, or was none
	// of this format: then the search goes on behind its first byte, and
	// otherwise behind its end.
	unpack func(x *Search, lv *level) error
}

// longestMagic is the length of the longest magic.
const longestMagic = 8

// formats are what is looked for at every place of a stream, by the first two
// bytes of the magic. In base64, a magic stands without the last character,
// which holds bits of what follows.
func formats() map[uint16][]format {
	all := []format{
		{"\x1f\x8b\x08", tablesCost, (*Search).gzip},
		{"BZh", tablesCost, (*Search).bzip2},
		{"\xfd7zXZ\x00", tablesCost, (*Search).xz},
		{"\x28\xb5\x2f\xfd", tablesCost, (*Search).zstd},
		{zipMagic, attemptCost, (*Search).zip},
	}
	// In base64: gzip without and with a file's name, bzip2 of any level, xz,
	// zstd, zip.
	for _, magic := range []string{"H4sIA", "H4sIC", "QlpoM", "QlpoN", "QlpoO", "/Td6WFoA", "KLUv/", "UEsDB"} {
		all = append(all, format{magic, attemptCost, (*Search).base64})
	}
	// The second byte of zlib's header says how hard it tried: 0 to 3.
	for _, level := range []string{"\x01", "\x5e", "\x9c", "\xda"} {
		all = append(all, format{"\x78" + level, attemptCost, (*Search).zlib})
	}
	byMagic := make(map[uint16][]format)
	for _, f := range all {
		two := binary.BigEndian.Uint16([]byte(f.magic))
		byMagic[two] = append(byMagic[two], f)
	}
	return byMagic
}

// unpack searches all that is packed in a stream, as far as may be.
func (x *Search) unpack(lv *level) {
	if looksLikeTar(lv.peek(tarBlock)) {
		x.tar(lv)
	} else {
		x.wholeText(lv)
	}
	for {
		f := x.nextPacked(lv)
		if f == nil || x.spent() {
			return
		}
		lv.hold()
		from := lv.pos
		err := f.unpack(x, lv)
		x.left -= f.cost + lv.pos - from
		if err != nil {
			lv.rewind(1)
		}
	}
}

// nextPacked skips to where one of the formats begins, or to the stream's end:
// then it returns nil.
func (x *Search) nextPacked(lv *level) *format {
	const ahead = streamBytes / 4
	for {
		window := lv.peek(ahead)
		var two uint16
		for i, b := range window {
			if two = two<<8 | uint16(b); !x.set.begins[two] || i == 0 {
				continue
			}
			for n, f := range x.set.formats[two] {
				if bytes.HasPrefix(window[i-1:], []byte(f.magic)) {
					lv.skip(i - 1)
					return &x.set.formats[two][n]
				}
			}
		}
		if len(window) < ahead {
			lv.skip(len(window))
			return nil
		}
		// The beginning of a magic may stand at the window's end.
		lv.skip(ahead - longestMagic + 1)
	}
}

func (x *Search) gzip(lv *level) error {
	r, err := gzip.NewReader(lv.stream)
	if err != nil {
		return err
	}
	// What follows is looked at by itself: it may be another member, or not.
	r.Multistream(false)
	return x.descend("gzip", r)
}

func (x *Search) zlib(lv *level) error {
	const header = 2
	lv.skip(header)
	return x.descend("zlib", lv.inflated())
}

// inflated reads deflate data from the level's stream, up to its end.
func (lv *level) inflated() io.Reader {
	if r, ok := lv.inflate.(flate.Resetter); ok && r.Reset(lv.stream, nil) == nil {
		return lv.inflate
	}
	lv.inflate = flate.NewReader(lv.stream)
	return lv.inflate
}

func (x *Search) bzip2(lv *level) error {
	return x.descend("bzip2", bzip2.NewReader(lv.stream))
}

func (x *Search) xz(lv *level) error {
	// An xz stream is a multiple of four bytes long. Read by fours, at most the
	// four that tell its end are read too far.
	pieces := &inPieces{r: lv.stream, size: 4}
	r, err := xz.NewReader(pieces, windowLimit)
	if err != nil {
		return err
	}
	r.Multistream(false)
	err = x.descend("xz", r)
	if err == nil {
		lv.back(pieces.last)
	}
	if errors.Is(err, xz.ErrMemlimit) {
		x.missWindow()
	}
	return err
}

// inPieces reads at most size bytes at once.
type inPieces struct {
	r    io.Reader
	size int
	// last is how many the last Read read.
	last int
}

// Read implements [io.Reader].
func (p *inPieces) Read(b []byte) (n int, err error) {
	n, err = p.r.Read(b[:min(len(b), p.size)])
	p.last = n
	return n, err
}

func (x *Search) zstd(lv *level) error {
	start := lv.pos == 0
	r, err := zstd.NewReader(lv.stream, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(windowLimit))
	if err != nil {
		return err
	}
	defer r.Close()
	err = x.descend("zstd", r)
	if errors.Is(err, zstd.ErrMagicMismatch) {
		// The frames are over, and four bytes of what follows were read.
		const magic = 4
		lv.back(magic)
		return nil
	}
	// Elsewhere these four bytes are often a program's constant.
	if start && errors.Is(err, zstd.ErrWindowSizeExceeded) {
		x.missWindow()
	}
	return err
}

func (x *Search) missWindow() {
	x.miss(fmt.Sprintf("unpacking it takes a window of more than %d MiB", windowLimit>>20))
}
