package ui

import (
	"fmt"
	"strings"

	"charm.land/glamour/v2"
	"github.com/charmbracelet/x/ansi"

	"shipshape/checker/inert"
)

// Markdown renders a text for a background and a width in cells, as lines. It
// takes milliseconds, so it is called in commands, never in Update or View.
func Markdown(text string, dark bool, width int) ([]string, error) {
	p := printer{dark: dark, byWidth: map[int]*glamour.TermRenderer{}}
	return p.print(inert.Text(text), min(width, Measure))
}

// printer renders markdown, with a renderer of glamour's for each width that a
// text and the lists in it need.
type printer struct {
	dark    bool
	byWidth map[int]*glamour.TermRenderer
}

// print renders blocks one below the other.
func (p printer) print(text string, width int) ([]string, error) {
	var lines []string
	for _, b := range split(text) {
		if len(lines) > 0 && (b.apart || b.marker == "") {
			lines = append(lines, "")
		}
		own, err := p.block(b, width)
		if err != nil {
			return nil, err
		}
		lines = append(lines, own...)
	}
	return lines, nil
}

func (p printer) block(b block, width int) ([]string, error) {
	if b.marker == "" {
		return p.prose(b.text, width)
	}
	lead := b.marker + " "
	if strings.ContainsAny(b.marker, "-*+") {
		lead = "• "
	}
	lines, err := p.print(b.text, max(width-ansi.StringWidth(lead), 1))
	if err != nil || len(lines) == 0 {
		return []string{lead}, err
	}
	indented := Inset(lines, ansi.StringWidth(lead))
	indented[0] = lead + lines[0]
	return indented, nil
}

// prose renders text without lists.
func (p printer) prose(text string, width int) ([]string, error) {
	r := p.byWidth[width]
	if r == nil {
		var err error
		r, err = glamour.NewTermRenderer(
			glamour.WithStyles(markdownStyle(p.dark)),
			glamour.WithWordWrap(width),
			glamour.WithChromaFormatter("terminal16m"),
		)
		if err != nil {
			return nil, fmt.Errorf("set up the markdown renderer: %w", err)
		}
		p.byWidth[width] = r
	}
	out, err := r.Render(prepare(text, width-codeMargin))
	if err != nil {
		return nil, fmt.Errorf("render markdown: %w", err)
	}
	var lines []string
	for line := range strings.Lines(unglue(strings.ReplaceAll(out, quoteToken+quoteToken, "│ "))) {
		line = tidy(strings.TrimRight(line, "\n"))
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines, nil
}

// prepare does to a text what glamour cannot be told: prose keeps its words
// whole, and fenced code that is wider than width is broken in a way that shows
// that the break is not the author's.
func prepare(text string, width int) string {
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		after := fenceAfter(fence, strings.TrimSpace(line))
		switch {
		case fence == "" && after == "":
			line = glue(shallow(line), punctuation)
		case fence == "" && strings.TrimSpace(line) == after:
			// Unnamed, the language would be guessed.
			line = strings.TrimRight(line, "\n") + "text\n"
		case fence == after:
			line = breakCode(strings.TrimRight(line, "\n"), width) + "\n"
		}
		fence = after
		b.WriteString(line)
	}
	return b.String()
}

// deepest is how deep quotations, and lists in them, stand in one another here: what
// glamour needs for each more is several times what it needed before, minutes for a
// line of a hundred.
const deepest = 4

// shallow drops from a line that is quoted the marks that stand too deep.
func shallow(line string) string {
	text := strings.TrimLeft(line, "> \t-*+")
	marks := line[:len(line)-len(text)]
	if !strings.Contains(marks, ">") {
		return line
	}
	var kept strings.Builder
	quotes, items := 0, 0
	for _, mark := range marks {
		switch mark {
		case '>':
			quotes++
		case '-', '*', '+':
			items++
		}
		if quotes <= deepest && items <= deepest {
			kept.WriteRune(mark)
		}
	}
	if kept.Len() == len(marks) {
		return line
	}
	return kept.String() + " " + text
}

// breakCode breaks a line of code, at a blank where there is one in its second
// half.
func breakCode(line string, width int) string {
	const lead = "  ↪ "
	var b strings.Builder
	for ansi.StringWidth(line) > width {
		head := ansi.Truncate(line, width, "")
		if at := strings.LastIndexByte(head, ' ') + 1; at > len(head)/2 {
			head = head[:at]
		}
		b.WriteString(head + "\n")
		line = lead + line[len(head):]
	}
	return b.String() + line
}

// tidy takes trailing blanks off a styled line, and styles that nothing is
// written in: glamour pads each line of a quotation with a styled blank per
// cell, which makes a frame several times as long as what it shows.
func tidy(line string) string {
	line = ansi.Truncate(line, ansi.StringWidth(strings.TrimRight(ansi.Strip(line), " ")), "")
	var b strings.Builder
	pending := "" // the last style, until something is written in it
	for line != "" {
		n := sequence(line)
		if n == 0 {
			next := strings.IndexByte(line, '\x1b')
			if next < 0 {
				next = len(line)
			}
			b.WriteString(pending + line[:next])
			pending, line = "", line[next:]
			continue
		}
		if seq := line[:n]; seq == "\x1b[m" || seq == "\x1b[0m" {
			pending = "\x1b[m"
		} else {
			pending += seq
		}
		line = line[n:]
	}
	if pending != "" && b.Len() > 0 {
		b.WriteString("\x1b[m")
	}
	return b.String()
}

// sequence is the length of the style sequence that s begins with, 0 for none.
// The escape character of another sequence, a hyperlink's, is passed on alone:
// what follows it reads as text.
func sequence(s string) int {
	if s[0] != '\x1b' {
		return 0
	}
	if end := strings.IndexByte(s, 'm'); end > 0 && strings.Trim(s[1:end], "[;:0123456789") == "" {
		return end + 1
	}
	return 1
}
