package needle

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// encoding is a way in which a text may be written.
type encoding struct {
	// name tells the way, as in "found in base64"; empty for the text itself.
	name string
	// texts are the value so written. Where it depends on what stands before
	// the value, there is one for each case, without the characters that
	// depend on its neighbours.
	texts func(value string) []string
}

// encodings are the ways that are looked for. Only letters and digits of them
// are compared: base64 stands for its URL variant as well, and hexadecimal for
// percent-encoding, the number of HTML's entities and dumps with spaces.
func encodings() []encoding {
	return []encoding{
		{"", func(v string) []string { return []string{v} }},
		{"written backwards", func(v string) []string { return []string{backwards(v)} }},
		{"in another case", func(v string) []string { return []string{strings.ToLower(v), strings.ToUpper(v)} }},
		{"in ROT13", func(v string) []string { return []string{strings.Map(rot13, v)} }},
		{"in base64", func(v string) []string { return shifted(v, 6, base64.RawStdEncoding.EncodeToString) }},
		{"in base32", func(v string) []string { return shifted(v, 5, base32.StdEncoding.EncodeToString) }},
		{"in hexadecimal", func(v string) []string {
			return slices.Concat(
				each(v, "%02x", "%02X"),
				each(v, "x%02x", "x%02X"), // "\x41", "&#x41;"
				each(v, "0x%02x", "0x%02X"),
				each(v, "u00%02x", "u00%02X"), // "\u0041"
			)
		}},
		{"in decimal bytes", func(v string) []string { return each(v, "%d") }},
		{"in octal bytes", func(v string) []string { return each(v, "%03o", "0o%o") }},
	}
}

func backwards(v string) string {
	b := []byte(v)
	slices.Reverse(b)
	return string(b)
}

func rot13(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return 'a' + (r-'a'+13)%26
	case r >= 'A' && r <= 'Z':
		return 'A' + (r-'A'+13)%26
	}
	return r
}

// each writes every byte of a value in each of some formats.
func each(v string, formats ...string) []string {
	var texts []string
	for _, format := range formats {
		var b strings.Builder
		for i := range len(v) {
			fmt.Fprintf(&b, format, v[i])
		}
		texts = append(texts, b.String())
	}
	return texts
}

// shifted encodes a value, at so many bits a character, behind 0, 1, 2 … bytes
// that are not known, until the places of the characters repeat. Characters
// that hold bits of a neighbour are left out.
func shifted(v string, bits int, encode func([]byte) string) []string {
	var texts []string
	for before := range bits {
		if before > 0 && 8*before%bits == 0 {
			break
		}
		all := encode(append(make([]byte, before), v...))
		from := (8*before + bits - 1) / bits
		to := 8 * (before + len(v)) / bits
		texts = append(texts, all[from:to])
	}
	return texts
}
