package engine

import (
	"unicode/utf8"

	"shipshape/checker/inert"
)

// tail keeps the last limit bytes of what is written to it.
type tail struct {
	limit int
	buf   []byte
}

// Write never fails. It holds at most twice the limit, so that the rest is
// moved only once in a while.
func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if len(p) >= t.limit {
		t.buf = append(t.buf[:0], p[len(p)-t.limit:]...)
		return n, nil
	}
	if len(t.buf)+len(p) > 2*t.limit {
		keep := t.limit - len(p)
		t.buf = append(t.buf[:0], t.buf[len(t.buf)-keep:]...)
	}
	t.buf = append(t.buf, p...)
	return n, nil
}

// Text returns the end, made inert, in at most limit bytes.
func (t *tail) Text() string {
	end := t.buf
	if len(end) > t.limit {
		end = end[len(end)-t.limit:]
	}
	return lastBytes(inert.Text(string(wholeRunes(end))), t.limit)
}

// head keeps the first limit bytes of what is written to it, and takes the
// rest without keeping it.
type head struct {
	limit int
	buf   []byte
}

// Write never fails.
func (h *head) Write(p []byte) (int, error) {
	h.buf = append(h.buf, p[:min(len(p), h.limit-len(h.buf))]...)
	return len(p), nil
}

// Text returns the beginning, made inert, in at most limit bytes.
func (h *head) Text() string {
	text := inert.Text(string(h.buf))
	if len(text) <= h.limit {
		return text
	}
	cut := h.limit
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// wholeRunes drops the rest of a character that was cut in two.
func wholeRunes(b []byte) []byte {
	for i := 0; i < len(b) && i < utf8.UTFMax; i++ {
		if utf8.RuneStart(b[i]) {
			return b[i:]
		}
	}
	return b
}

func lastBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s = s[len(s)-limit:]
	for i := 0; i < len(s); i++ {
		if utf8.RuneStart(s[i]) {
			return s[i:]
		}
	}
	return ""
}
