package ui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// inputLimit is the longest text that an Input takes, in runes.
const inputLimit = 200

// Input is a line of text being typed. (The bubbles' own text input links a
// clipboard module, which searches PATH for helpers whenever a program that
// has it starts.)
type Input struct {
	runes  []rune
	cursor int
}

// Value is the text.
func (in *Input) Value() string { return string(in.runes) }

// Press handles an editing key or a typed character.
func (in *Input) Press(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "left", "ctrl+b":
		in.cursor = max(in.cursor-1, 0)
	case "right", "ctrl+f":
		in.cursor = min(in.cursor+1, len(in.runes))
	case "home", "ctrl+a":
		in.cursor = 0
	case "end", "ctrl+e":
		in.cursor = len(in.runes)
	case "backspace", "ctrl+h":
		if in.cursor > 0 {
			in.cut(in.cursor-1, in.cursor)
		}
	case "delete", "ctrl+d":
		in.cut(in.cursor, min(in.cursor+1, len(in.runes)))
	case "ctrl+u":
		in.cut(0, len(in.runes))
	case "ctrl+k":
		in.cut(in.cursor, len(in.runes))
	case "ctrl+w", "alt+backspace":
		in.cut(in.wordStart(), in.cursor)
	default:
		in.Insert(msg.Text)
	}
}

// Insert puts text at the cursor, without its control characters. A line break
// becomes a space; in what is pasted, terminals send it as a carriage return.
func (in *Input) Insert(text string) {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\n', r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	add := []rune(text)
	add = add[:min(len(add), inputLimit-len(in.runes))]
	in.runes = slices.Insert(in.runes, in.cursor, add...)
	in.cursor += len(add)
}

func (in *Input) cut(from, to int) {
	in.runes = slices.Delete(in.runes, from, to)
	in.cursor = from
}

func (in *Input) wordStart() int {
	at := in.cursor
	for at > 0 && unicode.IsSpace(in.runes[at-1]) {
		at--
	}
	for at > 0 && !unicode.IsSpace(in.runes[at-1]) {
		at--
	}
	return at
}

// View draws the text with its cursor in width cells: where it is longer, the
// part that ends at the cursor.
func (in *Input) View(t *Theme, width int) string {
	before := string(in.runes[:in.cursor])
	at, after := " ", ""
	if in.cursor < len(in.runes) {
		at, after = string(in.runes[in.cursor]), string(in.runes[in.cursor+1:])
	}
	if over := ansi.StringWidth(before) + 1 - width; over > 0 {
		before = ansi.TruncateLeft(before, over+1, "…")
	}
	return Clip(before+t.Text.Reverse(true).Render(at)+after, width)
}
