package cli

import (
	"strings"
	"testing"
)

func TestNamesOfOtherMachinesReachNoTerminalAsTheyAre(t *testing.T) {
	got := leftAlone([]string{"lighthouse-00c0ffee", "\x1b]0;ha\x07\nRemoved everything."})
	if strings.ContainsAny(got, "\x1b\x07") || strings.Count(got, "\n") != 2 || !strings.Contains(got, "lighthouse-00c0ffee") {
		t.Errorf("it says %q", got)
	}
}
