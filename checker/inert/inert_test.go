package inert_test

import (
	"testing"

	"shipshape/checker/inert"
)

func TestText(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain text stays":       {"npm ci\n\tok ✓ 日本", "npm ci\n\tok ✓ 日本"},
		"colours":                {"\x1b[31mred\x1b[0m", "␛[31mred␛[0m"},
		"window title":           {"\x1b]0;owned\a", "␛]0;owned␇"},
		"carriage return":        {"10%\r20%", "10%␍20%"},
		"delete":                 {"a\x7fb", "a␡b"},
		"C1 introducer":          {"\u009b2J", "<U+009B>2J"},
		"C1 as a bare byte":      {"\x9b2J", "\uFFFD2J"},
		"right-to-left override": {"a\u202etxt.exe", "a<U+202E>txt.exe"},
		"isolate":                {"\u2066x\u2069", "<U+2066>x<U+2069>"},
		"zero width":             {"ad\u200bmin", "ad<U+200B>min"},
		"nul":                    {"\x00", "␀"},
		"a real U+FFFD stays":    {"\uFFFD", "\uFFFD"},
		"joined emoji stay":      {"👩\u200d💻", "👩\u200d💻"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := inert.Text(tt.in)
			if got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if again := inert.Text(got); again != got {
				t.Errorf("a second Text changes %q to %q", got, again)
			}
		})
	}
}

func TestLine(t *testing.T) {
	got, want := inert.Line("a\n\tb\x1b[2J"), "a⏎ b␛[2J"
	if got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

// FuzzText holds that nothing that a terminal would act on comes through.
func FuzzText(f *testing.F) {
	f.Add("\x1b]8;;http://example.com\x07link")
	f.Add("\u009b31m\xff\x9b")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range inert.Text(s) {
			if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f {
				t.Fatalf("Text(%q) lets %U through", s, r)
			}
		}
	})
}
