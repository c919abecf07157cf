package tuitest

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Key is the press of a key by the name that Bubble Tea gives it, such as "a",
// "enter" or "ctrl+c".
func Key(name string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "delete": tea.KeyDelete,
	}
	var k tea.KeyPressMsg
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		name, k.Mod = rest, tea.ModCtrl
	} else if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		name, k.Mod = rest, tea.ModShift
	}
	switch code, ok := named[name]; {
	case ok:
		k.Code = code
	case name == "space":
		k.Code, k.Text = tea.KeySpace, " "
	default:
		k.Code = []rune(name)[0]
		if k.Mod == 0 {
			k.Text = name
		}
	}
	return k
}

// Updater is a screen.
type Updater interface{ Update(tea.Msg) tea.Cmd }

// Press presses keys one after another and returns the messages that the
// screen sends in answer, without handing them back to it.
func Press(s Updater, names ...string) []tea.Msg {
	var out []tea.Msg
	for _, n := range names {
		out = append(out, Run(s.Update(Key(n)))...)
	}
	return out
}

// Run runs a command, and all those of a batch, and returns their messages.
func Run(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var out []tea.Msg
		for _, c := range msg {
			out = append(out, Run(c)...)
		}
		return out
	default:
		return []tea.Msg{msg}
	}
}

// Feed runs a command and hands its messages to the screen.
func Feed(s Updater, cmd tea.Cmd) []tea.Msg {
	var out []tea.Msg
	for _, msg := range Run(cmd) {
		out = append(out, Run(s.Update(msg))...)
	}
	return out
}

// Plain is a view without styles and without blanks at the ends of lines.
func Plain(view string) string {
	lines := strings.Split(ansi.Strip(view), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// Widest is the width of a view's widest line, in cells.
func Widest(view string) int {
	w := 0
	for l := range strings.SplitSeq(view, "\n") {
		w = max(w, ansi.StringWidth(l))
	}
	return w
}
