package needle_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"shipshape/checker/needle"
)

// canary is as those of a grade: rand.Text, fixed so that a failure can be
// looked into.
const canary = "K7QXN3ZV5TBWGA2LDJ4YHRMC6P"

func set(t testing.TB, values ...string) *needle.Set {
	t.Helper()
	if len(values) == 0 {
		values = []string{canary}
	}
	s, err := needle.NewSet(values...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// search returns what a stream holds.
func search(t testing.TB, content []byte) needle.Result {
	t.Helper()
	result, err := set(t).NewSearch().Stream(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestATextIsFoundInEveryUsualEncoding(t *testing.T) {
	utf16le := func(s string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(s)) {
			b.WriteByte(byte(u))
			b.WriteByte(byte(u >> 8))
		}
		return b.String()
	}
	numbers := func(format, s string) string {
		var b strings.Builder
		for i := range len(s) {
			fmt.Fprintf(&b, format, s[i])
		}
		return b.String()
	}
	wrapped := func(s string, width int) string {
		var lines []string
		for line := range slices.Chunk([]byte(s), width) {
			lines = append(lines, string(line))
		}
		return strings.Join(lines, "\r\n")
	}
	percent := strings.ReplaceAll(url.PathEscape(strings.Repeat("/", len(canary))), "%2F", "%%%02X")
	every := []any{}
	for i := range len(canary) {
		every = append(every, canary[i])
	}
	backwards := []byte(canary)
	slices.Reverse(backwards)

	for name, tc := range map[string]struct{ text, encoding string }{
		"as it is":              {canary, ""},
		"within letters":        {"abc" + canary + "def", ""},
		"as UTF-16":             {utf16le("key=" + canary), ""},
		"broken into lines":     {wrapped(canary, 7), ""},
		"backwards":             {string(backwards), "written backwards"},
		"in lower case":         {strings.ToLower(canary), "in another case"},
		"rot13":                 {"X7DKA3MI5GOJTN2YQW4LUEZP6C", "in ROT13"},
		"base64":                {base64.StdEncoding.EncodeToString([]byte(canary)), "in base64"},
		"base64, one byte on":   {base64.StdEncoding.EncodeToString([]byte("=" + canary + "\n")), "in base64"},
		"base64, two bytes on":  {base64.URLEncoding.EncodeToString([]byte("ÿ" + canary + "þ")), "in base64"},
		"base64 in short lines": {wrapped(base64.StdEncoding.EncodeToString([]byte("k:"+canary)), 9), "in base64"},
		"base32":                {base32.StdEncoding.EncodeToString([]byte("abc" + canary)), "in base32"},
		"hex":                   {hex.EncodeToString([]byte(canary)), "in hexadecimal"},
		"hex in upper case":     {strings.ToUpper(hex.EncodeToString([]byte(canary))), "in hexadecimal"},
		"percent-encoded":       {fmt.Sprintf(percent, every...), "in hexadecimal"},
		"escaped as in C":       {numbers(`\x%02x`, canary), "in hexadecimal"},
		"as C's array":          {numbers("0x%02x, ", canary), "in hexadecimal"},
		"escaped as in JSON":    {numbers(`\u%04x`, canary), "in hexadecimal"},
		"as a list of numbers":  {numbers("%d,", canary), "in decimal bytes"},
		"as HTML's entities":    {numbers("&#%d;", canary), "in decimal bytes"},
		"escaped in octal":      {numbers(`\%03o`, canary), "in octal bytes"},
	} {
		got := search(t, []byte("{"+tc.text+"}")).Hits
		if len(got) != 1 || got[0].Encoding != tc.encoding {
			t.Errorf("%s: %+v, want one hit %q in %q", name, got, tc.encoding, tc.text[:min(len(tc.text), 80)])
		}
	}
}

func TestAStreamThatIsAllTextOfOneAlphabetIsDecoded(t *testing.T) {
	b64, b32 := base64.StdEncoding.EncodeToString, base32.StdEncoding.EncodeToString
	words := func(n int) string { return strings.Repeat("the quick brown fox ", n) }
	for name, tc := range map[string]struct {
		text  string
		trail []string
	}{
		"twice base64":        {b64([]byte(b64([]byte(canary)))), []string{"base64", "base64"}},
		"hex of base32":       {hex.EncodeToString([]byte(b32([]byte(canary)))), []string{"hexadecimal", "base32"}},
		"base64 of hex, long": {b64([]byte(words(10_000) + hex.EncodeToString([]byte(canary)))), []string{"base64"}},
		"base64 of one byte":  {b64([]byte(strings.Repeat("A", 2000) + b32([]byte(canary)))), []string{"base64", "base32"}},
		"then something else": {b64([]byte(words(100)+b32([]byte(canary)))) + "\n# end", []string{"base64"}},
	} {
		got := search(t, []byte(tc.text))
		if len(got.Hits) != 1 || !slices.Equal(got.Hits[0].Trail, tc.trail) {
			t.Errorf("%s: %+v, want a hit by %q", name, got, tc.trail)
		}
	}
}

func TestNothingIsFoundWhereTheTextIsNot(t *testing.T) {
	var random [1 << 20]byte
	source := mathrand.NewChaCha8([32]byte{1})
	_, _ = source.Read(random[:])
	for name, content := range map[string][]byte{
		"nothing":          nil,
		"random bytes":     random[:],
		"base64":           []byte(base64.StdEncoding.EncodeToString(random[:])),
		"all but one":      []byte(canary[:len(canary)-1] + "Q"),
		"its two halves":   []byte(canary[13:] + canary[:13]),
		"another one":      []byte(rand.Text()),
		"its hash, if any": []byte(strings.Repeat("0123456789abcdef", 4000)),
	} {
		if got := search(t, content); len(got.Hits) > 0 || got.Unread != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestEachOfSeveralIsTold(t *testing.T) {
	values := []string{rand.Text(), rand.Text(), rand.Text()}
	x := set(t, values...).NewSearch()
	for name, tc := range map[string]struct {
		text string
		want []int
	}{
		"two":           {values[2] + " and " + values[0] + values[0], []int{0, 2}},
		"after another": {values[1], []int{1}},
		"none":          {"nothing", nil},
	} {
		result, err := x.Stream(strings.NewReader(tc.text))
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, h := range result.Hits {
			got = append(got, h.Needle)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestItIsFoundWhereverAPieceOfTheStreamEnds(t *testing.T) {
	for _, before := range []int{0, 1, 100, 32<<10 - 13, 32<<10 + 5, 64<<10 - 20, 200_000} {
		content := strings.Repeat("x", before) + canary + strings.Repeat("y", 300)
		for name, r := range map[string]io.Reader{
			"whole":         strings.NewReader(content),
			"byte by byte":  iotest.OneByteReader(strings.NewReader(content)),
			"in halves":     iotest.HalfReader(strings.NewReader(content)),
			"end with data": iotest.DataErrReader(strings.NewReader(content)),
		} {
			result, err := set(t).NewSearch().Stream(r)
			if err != nil || len(result.Hits) != 1 {
				t.Errorf("%s, behind %d bytes: %+v, %v", name, before, result, err)
			}
		}
	}
}

func TestAFaultOfTheStreamIsReturned(t *testing.T) {
	fault := errors.New("the line was cut")
	r := io.MultiReader(strings.NewReader(canary), iotest.ErrReader(fault))
	result, err := set(t).NewSearch().Stream(r)
	if !errors.Is(err, fault) || len(result.Hits) != 1 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestANeedleMustBeLongAndPlain(t *testing.T) {
	for _, value := range []string{"", "short", strings.Repeat("a", 129), canary + "-", canary + "é"} {
		if _, err := needle.NewSet(value); err == nil {
			t.Errorf("%q was taken", value)
		}
	}
}
