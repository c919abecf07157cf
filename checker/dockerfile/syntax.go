package dockerfile

import (
	"bytes"
	"regexp"
)

// directive is a line that BuildKit may take for a directive. Releases differ in
// which names they know, so any name counts. The spaces are Unicode's, as there.
var directive = regexp.MustCompile(`^(?:#|//)[\s\v\p{Z}\x{85}]*([a-zA-Z][a-zA-Z0-9]*)\s*=`)

// NeutralizeSyntax turns a `# syntax=` directive, which makes BuildKit fetch a
// frontend from a registry, into a plain comment, so that the engine's built-in
// frontend reads the file. Instructions keep their line numbers. When there is
// no such directive it returns src itself and false.
//
// The comment moves below the directives that follow it: a plain comment above
// them would end the directives, and an escape directive would lose its effect.
func NeutralizeSyntax(src []byte) (out []byte, changed bool) {
	out = src
	// Each round leaves one directive less, so the loop ends.
	for {
		next, ok := neutralizeOne(out)
		if !ok {
			return out, changed
		}
		out, changed = next, true
	}
}

func neutralizeOne(src []byte) ([]byte, bool) {
	bom := []byte("\xef\xbb\xbf")
	body, hadBOM := bytes.CutPrefix(src, bom)
	lines := bytes.SplitAfter(body, []byte("\n"))

	first := 0
	if bytes.HasPrefix(lines[0], []byte("#!")) {
		first = 1
	}
	at, end := -1, first
	for ; end < len(lines); end++ {
		m := directive.FindSubmatch(lines[end])
		if m == nil {
			break
		}
		if at < 0 && bytes.EqualFold(m[1], []byte("syntax")) {
			at = end
		}
	}
	if at < 0 {
		return src, false
	}
	comment := plainComment(lines[at])
	copy(lines[at:end-1], lines[at+1:end])
	lines[end-1] = comment
	// The last line of a file may have no line ending: then it was given
	// away by the move.
	if at < end-1 && end == len(lines) {
		lines[end-2] = append(bytes.Clone(lines[end-2]), '\n')
	}
	out := bytes.Join(lines, nil)
	if hadBOM {
		out = append(bytes.Clone(bom), out...)
	}
	return out, true
}

// plainComment keeps what the directive said, in a form that is none.
func plainComment(line []byte) []byte {
	text := bytes.TrimLeft(bytes.TrimLeft(line, "#/"), " \t")
	return append([]byte("# not used: "), text...)
}
