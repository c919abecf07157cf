package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"shipshape/tui/internal/tuitest"
	"shipshape/tui/ui"
)

func TestMarkdown(t *testing.T) {
	text := tuitest.Course().Lessons[1].Sections[0].Markdown
	for _, tc := range []struct {
		name string
		dark bool
	}{{"dark", true}, {"light", false}} {
		t.Run(tc.name, func(t *testing.T) {
			lines, err := ui.Markdown(text, tc.dark, 60)
			if err != nil {
				t.Fatal(err)
			}
			golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
		})
	}
}

// The second theme must not be drawn in the first one's colours, in whichever
// order they are used.
func TestMarkdownFollowsTheBackground(t *testing.T) {
	code := "```dockerfile\nRUN echo \"a\"\n```\n"
	light, err := ui.Markdown(code, false, 60)
	if err != nil {
		t.Fatal(err)
	}
	dark, err := ui.Markdown(code, true, 60)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(light, "") == strings.Join(dark, "") {
		t.Errorf("code looks the same on both backgrounds: %q", dark)
	}
}

func TestMarkdownKeepsToItsWidth(t *testing.T) {
	text := tuitest.Course().Lessons[1].Sections[0].Markdown
	for width := 40; width <= ui.Measure; width++ {
		lines, err := ui.Markdown(text, true, width)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if w := ansi.StringWidth(l); w > width {
				t.Errorf("width %d: a line of %d cells: %q", width, w, ansi.Strip(l))
			}
		}
	}
}

func TestMarkdownBreaksCodeVisibly(t *testing.T) {
	lines, err := ui.Markdown("```\n"+strings.Repeat("word ", 20)+"\n```\n", true, 50)
	if err != nil {
		t.Fatal(err)
	}
	got := ansi.Strip(strings.Join(lines, "\n"))
	if strings.Count(got, "word") < 18 || !strings.Contains(got, "\n    ↪ ") {
		t.Errorf("a broken line of code does not show that it is one:\n%s", got)
	}
}

// glamour needs minutes for a hundred quotations in one another.
func TestQuotationsStandNotTooDeep(t *testing.T) {
	for _, text := range []string{strings.Repeat(">", 5000) + " deep", strings.Repeat("> - ", 500) + "deep", strings.Repeat(">", 40) + "\tdeep"} {
		lines, err := ui.Markdown(text, true, 60)
		if err != nil || !strings.Contains(ansi.Strip(strings.Join(lines, "\n")), "deep") {
			t.Errorf("%.12s…: %q, %v", text, lines, err)
		}
	}
}
