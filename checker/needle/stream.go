package needle

import (
	"errors"
	"io"
)

const (
	// streamBytes is a stream's buffer: how far an attempt to unpack
	// something can be taken back.
	streamBytes = 64 << 10
	// behind is how many bytes before the next are kept in any case, for
	// unpackers that read past their end.
	behind = 16
)

// stream is a reader that can look ahead and be taken back. Each byte passes by
// the scanner once, however often it is read.
type stream struct {
	src  io.Reader
	pass func([]byte)
	buf  []byte
	// at is the next byte to read, end the end of what there is.
	at, end int
	// held is the byte to return to; -1 for none, or when it is out of reach.
	held int
	// pos counts the bytes of the source before the next one to read.
	pos int64
	// err is the source's: io.EOF at its end.
	err error
}

func newStream(pass func([]byte)) *stream {
	return &stream{pass: pass, buf: make([]byte, streamBytes)}
}

// reset begins another stream.
func (s *stream) reset(src io.Reader) {
	s.src, s.at, s.end, s.held, s.pos, s.err = src, 0, 0, -1, 0, nil
}

// fill gets more bytes; false at the end of the source.
func (s *stream) fill() bool {
	if s.err != nil {
		return false
	}
	if s.end == len(s.buf) {
		s.slide()
	}
	// A reader may return nothing a few times, but not for ever.
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.pass(s.buf[s.end : s.end+n])
		s.end += n
		s.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// slide makes room at the buffer's end.
func (s *stream) slide() {
	from := max(s.at-behind, 0)
	if s.held >= 0 && s.held < from {
		if s.held > 0 {
			from = s.held
		} else {
			s.held = -1 // the buffer is full of it: there is no way back
		}
	}
	copy(s.buf, s.buf[from:s.end])
	s.at -= from
	s.end -= from
	if s.held >= 0 {
		s.held -= from
	}
}

// peek returns the next n bytes, which are not read by that; fewer at the end
// of the stream. More than half of the buffer cannot be asked for.
func (s *stream) peek(n int) []byte {
	for s.end-s.at < n && s.fill() {
	}
	return s.buf[s.at:min(s.at+n, s.end)]
}

// skip reads n bytes that were peeked at.
func (s *stream) skip(n int) {
	s.at += n
	s.pos += int64(n)
}

// back takes back the last n bytes read, which are at most behind.
func (s *stream) back(n int) { s.skip(-min(n, s.at)) }

// hold remembers the place, so that rewind may return to it.
func (s *stream) hold() { s.held = s.at }

// rewind returns to n bytes behind the place that hold remembered. It reports
// whether that is still in reach.
func (s *stream) rewind(n int) bool {
	if s.held < 0 {
		return false
	}
	s.skip(min(s.held+n, s.end) - s.at)
	return true
}

// Read implements [io.Reader].
func (s *stream) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if s.at == s.end && !s.fill() {
		return 0, s.err
	}
	n := copy(p, s.buf[s.at:s.end])
	s.skip(n)
	return n, nil
}

// ReadByte implements [io.ByteReader]: unpackers that find it read no further
// than their format goes.
func (s *stream) ReadByte() (byte, error) {
	if s.at == s.end && !s.fill() {
		return 0, s.err
	}
	b := s.buf[s.at]
	s.skip(1)
	return b, nil
}

// drain reads to the end.
func (s *stream) drain() {
	s.skip(s.end - s.at)
	for s.fill() {
		s.skip(s.end - s.at)
	}
}

// fault is the error that ended the stream, nil for its end.
func (s *stream) fault() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}
