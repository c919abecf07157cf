package cli

import (
	"os"
	"strings"
	"testing"
)

func TestTheReadmesTableNamesEveryCommand(t *testing.T) {
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := make(map[string]bool)
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(strings.Split(line, "|")[1], -1) {
			named[strings.Fields(m[1])[0]] = true
		}
	}
	for _, c := range newRootCommand(newApp(&IO{}, "")).Commands() {
		if c.Name() != "help" && !named[c.Name()] {
			t.Errorf("README.md has no row for %s", c.Name())
		}
	}
}
