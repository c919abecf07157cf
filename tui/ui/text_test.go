package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestRowKeepsToItsWidth(t *testing.T) {
	for _, tc := range []struct {
		left, right string
		width       int
		want        string
	}{
		{"left", "right", 20, "left           right"},
		{"a left side that is too long", "right", 24, "a left side that…  right"},
		{"a left side that is too long", "a right side", 20, "a left side that is…"},
		{"left", "", 20, "left"},
	} {
		if got := Row(tc.left, tc.right, tc.width); got != tc.want {
			t.Errorf("Row(%q, %q, %d) = %q, want %q", tc.left, tc.right, tc.width, got, tc.want)
		}
	}
}

func TestHangAlignsLaterLines(t *testing.T) {
	got := strings.Join(Hang("why  ", "the step above it changed", 18), "\n")
	if want := "why  the step\n     above it\n     changed"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWindowFollows(t *testing.T) {
	lines := strings.Split("0123456789", "")
	for _, tc := range []struct {
		first, last, height int
		want                string
	}{
		{0, 0, 3, "012"},
		{2, 2, 3, "012"},
		{5, 5, 3, "345"},
		{9, 9, 3, "789"},
		{4, 8, 3, "456"}, // too much to show: its beginning
		{0, 0, 20, "0123456789"},
	} {
		if got := strings.Join(Window(lines, tc.first, tc.last, tc.height), ""); got != tc.want {
			t.Errorf("Window(%d, %d, %d) = %q, want %q", tc.first, tc.last, tc.height, got, tc.want)
		}
	}
}

func TestInlineStylesWhatIsClosed(t *testing.T) {
	theme := NewTheme(true)
	for in, want := range map[string]string{
		"run `npm ci` first": "run " + theme.Code.Render("npm ci") + " first",
		"it is **not** so":   "it is " + theme.Strong.Render("not") + " so",
		"a ` alone":          "a ` alone",
		"2 * 3 ** 4":         "2 * 3 ** 4",
		"``":                 "``",
		"COPY --chown=1 * .": "COPY --chown=1 * .",
		"(**no**)":           "(" + theme.Strong.Render("no") + ")",

		"Write **/node_modules, **/*.log here.": "Write **/node_modules, **/*.log here.",
		"**/cache/** and dist/**, not web/**":   "**/cache/** and dist/**, not web/**",
	} {
		if got := theme.Inline(in); got != want {
			t.Errorf("Inline(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestForeignTextIsHarmless(t *testing.T) {
	const evil = "a\x1b]0;owned\x07b\x1b[2Jc"
	theme := NewTheme(true)
	markdown, err := Markdown(evil, true, 60)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"Line":     Line(evil),
		"Inline":   theme.Inline("`" + evil + "`"),
		"Listing":  strings.Join(theme.Listing(evil, 1, 0, 60)[0], "\n"),
		"Markdown": strings.Join(markdown, "\n"),
	} {
		if strings.Contains(got, "\x1b]") || strings.Contains(got, "\x1b[2J") || strings.Contains(got, "\x07") {
			t.Errorf("%s lets control sequences through: %q", name, got)
		}
		if !strings.Contains(ansi.Strip(got), "owned") {
			t.Errorf("%s hides the text of a control sequence: %q", name, got)
		}
	}
}

func TestAListingLosesNothing(t *testing.T) {
	src := "FROM debian\nCMD wget -q -O /dev/null http://127.0.0.1/health || true\n"
	got := NewTheme(true).Listing(src, 1, 2, 41)
	want := [][]string{
		{"  1 │ FROM debian"},
		{"▸ 2 │ CMD wget -q -O /dev/null", "    │   ↪ http://127.0.0.1/health || true"},
	}
	for i := range got {
		for j, l := range got[i] {
			got[i][j] = strings.TrimRight(ansi.Strip(l), " ")
		}
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestExcerpt(t *testing.T) {
	theme := NewTheme(true)
	src := "one\ntwo\nthree\nfour\nfive\n"
	got := ansi.Strip(strings.Join(theme.Excerpt(src, 4, 1, 40), "\n"))
	if want := "  3 │ three\n▸ 4 │ four\n  5 │ five"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, line := range []int{0, 6} {
		if got := theme.Excerpt(src, line, 1, 40); got != nil {
			t.Errorf("an excerpt around line %d, which is not there: %q", line, got)
		}
	}
}
