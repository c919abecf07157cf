package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"shipshape/tui/ui"
)

func TestWordsThatAreTypedAreNotBroken(t *testing.T) {
	words := []string{"node-cache-order", "server.js", ".dockerignore", "--chown", "python:3.13-slim", "1,000"}
	text := "Say " + strings.Join(words, " or ") + " and no more."
	for width := 24; width <= 60; width++ {
		markdown, err := ui.Markdown("- "+text+"\n\n> `"+strings.Join(words, "` `")+"`\n", true, width)
		if err != nil {
			t.Fatal(err)
		}
		for how, lines := range map[string][]string{"Wrap": ui.Wrap(text, width), "Markdown": markdown} {
			got := ansi.Strip(strings.Join(lines, "\n"))
			for _, w := range words {
				if !strings.Contains(got, w) {
					t.Errorf("%s to %d cells breaks %s:\n%s", how, width, w, got)
				}
			}
		}
	}
}
