package inert

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Misfit is a character that has no place in a text which somebody wrote to be
// read in a terminal.
type Misfit struct {
	// Line and Column count from 1, the latter in characters.
	Line, Column int
	Message      string
}

// Written reads a file that somebody wrote: its line ends become "\n", and a
// byte order mark at its beginning is left out. The misfit is nil where the text
// is fit to be shown as it is.
func Written(src []byte) (text string, misfit *Misfit) {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	text = string(bytes.TrimPrefix(src, []byte("\ufeff")))
	line, column := 1, 1
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return "", &Misfit{line, column, "this is not UTF-8 text"}
			}
		}
		if misplaced(r) {
			return "", &Misfit{line, column, fmt.Sprintf("the control character U+%04X does not belong in a course", r)}
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return text, nil
}

// Escaped says what is wrong with a value in which an escape stands for a
// control character, where [Written] can't see it; empty for nothing.
func Escaped(value string) string {
	for _, r := range value {
		if misplaced(r) {
			return fmt.Sprintf("an escape here stands for the control character U+%04X, which does not belong in a course", r)
		}
	}
	return ""
}

// JSON escapes, in a JSON document, the characters that could steer a terminal: they
// stand in its strings alone, where \u and four digits mean the same.
func JSON(document []byte) []byte {
	if !bytes.ContainsFunc(document, misplaced) {
		return document
	}
	var out bytes.Buffer
	for _, r := range string(document) {
		if misplaced(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.Bytes()
}

func misplaced(r rune) bool { return r != '\n' && r != '\t' && steers(r) }

// steers reports whether a character can move the cursor, change colours, break
// a line, or turn text around. One that merely does not show is none: some
// scripts are written with them.
func steers(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}
