package ui

import (
	"regexp"
	"strings"
)

// block is a stretch of markdown: prose of any kind, or one item of a list.
type block struct {
	// marker is how an item begins, "•" or "3."; empty for prose.
	marker string
	// text is the block's own markdown, an item's without its indentation.
	text string
	// apart says that a blank line stands above it.
	apart bool

	indent int // of an item's text, in the source
}

// itemStart is the beginning of a list's item: indentation, marker, blanks.
var itemStart = regexp.MustCompile(`^( {0,3})([-*+]|[0-9]{1,9}[.)])( +)\S`)

// split takes a text apart at its lists. Glamour neither indents the later
// lines of an item nor joins those that the author broke.
func split(text string) []block {
	var (
		out   []block
		cur   block
		fence string
		blank = true
	)
	flush := func() {
		if strings.TrimSpace(cur.text) != "" {
			out = append(out, cur)
		}
	}
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		depth := len(line) - len(strings.TrimLeft(line, " "))
		inside := cur.marker != "" && (depth >= cur.indent || bare == "" || fence != "")
		m := itemStart.FindStringSubmatch(line)
		switch {
		case inside:
			line = strings.TrimPrefix(line, strings.Repeat(" ", min(depth, cur.indent)))
		case fence == "" && m != nil:
			flush()
			cur = block{marker: m[2], apart: blank, indent: len(m[1]) + len(m[2]) + len(m[3])}
			line = line[cur.indent:]
		case cur.marker != "" && blank:
			flush()
			cur = block{apart: true}
		}
		cur.text += line
		fence = fenceAfter(fence, bare)
		blank = bare == ""
	}
	flush()
	return out
}

// fenceAfter is the fence that is open behind a line, empty for none.
func fenceAfter(open, bare string) string {
	switch {
	case open != "" && strings.HasPrefix(bare, open):
		return ""
	case open == "" && (strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~")):
		return bare[:3]
	default:
		return open
	}
}
