package cli

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// inWords joins names as a sentence does.
func inWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// shellWord is a text as it is typed in a shell, quoted where it must be.
func shellWord(text string) string {
	quoted, err := syntax.Quote(text, syntax.LangBash)
	if err != nil {
		return text // no shell could be given it
	}
	return quoted
}

// count is a number with its noun: "1 image", "2 images".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// size is a number of bytes as docker writes it.
func size(bytes int64) string {
	const kilo = 1000.0
	value, units := float64(bytes), []string{"B", "kB", "MB", "GB", "TB"}
	for value >= kilo && len(units) > 1 {
		value, units = value/kilo, units[1:]
	}
	if units[0] == "B" || value >= 100 {
		return fmt.Sprintf("%.0f %s", value, units[0])
	}
	return fmt.Sprintf("%.1f %s", value, units[0])
}
