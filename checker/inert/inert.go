// Package inert makes text from elsewhere safe to show in a terminal.
//
// A build's output, a container's log and a file of somebody's project may hold
// escape sequences that move the cursor, change the window's title or ask the
// terminal to answer, and Unicode controls that reorder what is read. They are
// made visible here instead of being dropped, so that what is seen is what was
// there.
package inert

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text replaces every control character but newline and tab by a visible
// stand-in: C0 and DEL by their control pictures (ESC is ␛), C1 and the
// characters that direct bidirectional or invisible text by their code point,
// such as "<U+202E>", and bytes that are not UTF-8 by U+FFFD. Applying it twice
// changes nothing more.
func Text(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for _, r := range s {
		writeRune(&b, r)
	}
	return b.String()
}

// Line does as Text does, and writes newlines as "⏎" and tabs as spaces, so
// that the result takes one line.
func Line(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(Text(s), "\n", "⏎"), "\t", " ")
}

// clean tells whether Text would change nothing, so that the usual text costs
// no copy.
func clean(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
		if isControl(r) {
			return false
		}
	}
	return true
}

func writeRune(b *strings.Builder, r rune) {
	switch {
	case !isControl(r):
		b.WriteRune(r)
	case r < 0x20:
		b.WriteRune('\u2400' + r) // the block of control pictures follows C0's order
	case r == 0x7f:
		b.WriteRune('\u2421')
	default:
		fmt.Fprintf(b, "<U+%04X>", r)
	}
}

func isControl(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r == 0x061c, r >= 0x200b && r <= 0x200f: // zero width, and marks of direction
		return r != 0x200d // the joiner that emoji are made with
	case r >= 0x2028 && r <= 0x202e: // line and paragraph separators, embeddings, overrides
		return true
	case r >= 0x2060 && r <= 0x206f: // invisible operators, isolates
		return true
	case r == 0xfeff, r >= 0xfff9 && r <= 0xfffb: // byte order mark, annotations
		return true
	case r >= 0xe0000 && r <= 0xe007f: // tags
		return true
	}
	return false
}
