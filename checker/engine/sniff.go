package engine

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// content is what the beginning of a file says that it holds.
type content int

const (
	unknown content = iota
	aDocument
	aLayer
	aGzip
	aZstd
)

const (
	// blockSize is the size of a tar's blocks.
	blockSize = 512
	// windowLimit bounds the memory of unpacking zstd, in bytes: four times
	// what the format asks readers to allow.
	windowLimit = 32 << 20
)

// sniff tells what a file holds by its first block. A header of a tar has zero
// bytes at its end at least; a JSON text has none, whatever else a name or a
// label in it makes it look like.
func sniff(r *bufio.Reader) content {
	begin, _ := r.Peek(blockSize) // a shorter file is told by what there is
	switch {
	case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
		return aGzip
	case bytes.HasPrefix(begin, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return aZstd
	case len(begin) == blockSize && bytes.IndexByte(begin, 0) >= 0:
		return aLayer
	case bytes.HasPrefix(bytes.TrimSpace(begin), []byte("{")), bytes.HasPrefix(bytes.TrimSpace(begin), []byte("[")):
		return aDocument
	}
	return unknown
}

// unpack returns a layer's tar.
func unpack(packed *bufio.Reader) (io.ReadCloser, error) {
	switch sniff(packed) {
	case aGzip:
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("unpack gzip: %w", err)
		}
		return unpacked, nil
	case aZstd:
		unpacked, err := zstd.NewReader(packed,
			zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(windowLimit))
		if err != nil {
			return nil, fmt.Errorf("unpack zstd: %w", err)
		}
		return unpacked.IOReadCloser(), nil
	}
	return io.NopCloser(packed), nil
}
