package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words such as server.js, --chown and node-cache-order are what a learner
// types, so they must not be broken over two lines. The libraries that wrap
// text break behind punctuation, and cannot be told not to: they are given
// stand-ins from Unicode's private use area, one cell wide, which are taken out
// again afterwards.
const (
	punctuation = "-.,;+"
	firstGlue   = '\uE000'
)

// glue puts stand-ins for the punctuation, of those characters, that stands
// before a letter or digit.
func glue(s, chars string) string {
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune(chars, r) && beforeWord(s[i+1:]) {
			r = firstGlue + rune(strings.IndexRune(punctuation, r))
		}
		b.WriteRune(r)
	}
	return b.String()
}

// beforeWord says whether s goes on with a word, be it behind more dashes.
func beforeWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "-"))
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// unglue undoes glue.
func unglue(s string) string {
	return strings.Map(func(r rune) rune {
		if at := int(r - firstGlue); at >= 0 && at < len(punctuation) {
			return rune(punctuation[at])
		}
		return r
	}, s)
}
