package cli

import (
	"image/color"
	"testing"
)

func TestBackgroundIn(t *testing.T) {
	white, black := color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}, color.RGBA{A: 0xff}
	for _, test := range []struct {
		name, answers string
		want          color.Color
		all           bool
	}{
		{"nothing yet", "", nil, false},
		{"light", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c", white, true},
		{"dark, ended by a bell", "\x1b]11;rgb:0000/0000/0000\x07\x1b[?62c", black, true},
		{"no answer to the first question", "\x1b[?62;22c", nil, true},
		{"the second answer is due", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", white, false},
		{"half of the first", "\x1b]11;rgb:ffff/ff", nil, false},
		{"half of the second", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62", white, false},
		{"keys typed meanwhile", "q\x1b[A\x1b]11;rgb:ffff/ffff/ffff\x07ls\r\x1b[?62c", white, true},
		{"no colour", "\x1b]11;what\x07\x1b[?62c", nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, all := backgroundIn([]byte(test.answers))
			if all != test.all || !sameColor(got, test.want) {
				t.Errorf("backgroundIn(%q) = %v, %v, want %v, %v", test.answers, got, all, test.want, test.all)
			}
		})
	}
}

func sameColor(a, b color.Color) bool {
	if a == nil || b == nil {
		return a == b
	}
	return color.RGBAModel.Convert(a) == color.RGBAModel.Convert(b)
}
