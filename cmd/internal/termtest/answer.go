package termtest

import (
	"regexp"
	"strings"
)

// question matches what programs ask a terminal: for its colours (OSC 10 to
// 12), for a mode (DECRQM), for the keyboard protocol, for its kind (DA1,
// XTVERSION), for the cursor's place.
func question() *regexp.Regexp {
	return regexp.MustCompile(`\x1b\](1[012]);\?(?:\x07|\x1b\\)|\x1b\[\?(\d+)\$p|\x1b\[\?u|\x1b\[0?c|\x1b\[>0?q|\x1b\[6n`)
}

// answer is what a dark terminal replies to the questions in its input, and how
// much of the input it has dealt with.
func answer(input []byte) (reply string, used int) {
	var b strings.Builder
	for _, at := range question().FindAllSubmatchIndex(input, -1) {
		used = at[1]
		asked := string(input[at[0]:at[1]])
		switch {
		case at[2] >= 0:
			colour := "rgb:1e1e/1e1e/1e1e"
			if code := string(input[at[2]:at[3]]); code != "11" {
				colour = "rgb:e0e0/e0e0/e0e0"
			}
			b.WriteString("\x1b]" + string(input[at[2]:at[3]]) + ";" + colour + "\x1b\\")
		case at[4] >= 0:
			b.WriteString("\x1b[?" + string(input[at[4]:at[5]]) + ";2$y")
		case strings.HasSuffix(asked, "u"):
			b.WriteString("\x1b[?0u")
		case strings.HasSuffix(asked, "c"):
			b.WriteString("\x1b[?62;22c")
		case strings.HasSuffix(asked, "q"):
			b.WriteString("\x1bP>|termtest\x1b\\")
		default:
			b.WriteString("\x1b[1;1R")
		}
	}
	return b.String(), used
}
