package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"shipshape/tui/ui"
)

func TestLists(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"later lines stand below the first", "Before.\n\n- one that is long enough\n- two\n\nAfter.\n", `
Before.

• one that is long
  enough
• two

After.`},
		{"lines that the author broke are joined", "1. one,\n   broken\n2. two\nlazily\n", `
1. one, broken
2. two lazily`},
		{"blanks between items are kept", "- one\n\n- two\n", `
• one

• two`},
		{"lists in lists", "1. one\n   - inner that is long\n   - more\n2. two\n", `
1. one
   • inner that is
     long
   • more
2. two`},
		{"a list below its sentence", "All of these:\n- one\n- two\n", `
All of these:
• one
• two`},
		{"code in an item", "- build:\n\n  ~~~\n  - not an item\n  ~~~\n- next\n", `
• build:

    - not an item
• next`},
		{"code is no list", "~~~\n- a\n- b\n~~~\n", `
  - a
  - b`},
		{"a rule is no list", "one\n\n---\n\ntwo\n", `
one

────

two`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, err := ui.Markdown(tc.in, true, 20)
			if err != nil {
				t.Fatal(err)
			}
			if got := "\n" + ansi.Strip(strings.Join(lines, "\n")); got != tc.want {
				t.Errorf("got%s\nwant%s", got, tc.want)
			}
		})
	}
}
