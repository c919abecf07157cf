package engine

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTail(t *testing.T) {
	tests := map[string]struct {
		writes []string
		want   string
	}{
		"short":              {[]string{"ab", "c"}, "abc"},
		"long":               {[]string{"0123456789", "abcdefgh"}, "abcdefgh"},
		"many":               {strings.Split("the quick brown fox jumps", ""), "ox jumps"},
		"one huge write":     {[]string{strings.Repeat("-", 100) + "12345678"}, "12345678"},
		"a character halved": {[]string{"€€€€"}, "€€"},
		"inert":              {[]string{"123\x1b[1mX"}, "3␛[1mX"}, // the stand-in for ESC takes three bytes
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			end := &tail{limit: 8}
			for _, w := range tt.writes {
				if n, err := end.Write([]byte(w)); n != len(w) || err != nil {
					t.Fatalf("Write(%q) = %d, %v", w, n, err)
				}
			}
			if got := end.Text(); got != tt.want || !utf8.ValidString(got) {
				t.Errorf("Text = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHead(t *testing.T) {
	begin := &head{limit: 5}
	for _, w := range []string{"ab\x1b", "cdef", "gh"} {
		if n, err := begin.Write([]byte(w)); n != len(w) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", w, n, err)
		}
	}
	if got := begin.Text(); got != "ab␛" {
		t.Errorf("Text = %q, want %q", got, "ab␛")
	}
}

func TestLines(t *testing.T) {
	var got []string
	l := &lines{log: func(s string) { got = append(got, s) }}
	if _, err := bytes.NewBufferString("one\r\ntw").WriteTo(l); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write([]byte("o\x1b[0m\nthree")); err != nil {
		t.Fatal(err)
	}
	l.flush()
	if want := "one|two␛[0m|three"; strings.Join(got, "|") != want {
		t.Errorf("lines = %q, want %s", got, want)
	}
}
