package dockerfile

import (
	"bytes"
	"path"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// ignoring is a .dockerignore, read as docker reads it.
type ignoring struct {
	lines   []ignoreLine
	matcher *patternmatcher.PatternMatcher
}

// ignoreLine is one pattern with the line where it stands, counted from 1.
type ignoreLine struct {
	number  int
	text    string
	pattern string
}

// readIgnore reads a .dockerignore. It is nil where there is none, or where the
// file holds what docker refuses: the build itself will say so.
func readIgnore(src []byte) *ignoring {
	if src == nil {
		return nil
	}
	var (
		out      ignoring
		patterns []string
	)
	for i, line := range bytes.Split(src, []byte("\n")) {
		read, err := ignorefile.ReadAll(bytes.NewReader(line))
		if err != nil {
			return nil // a line too long to read
		}
		for _, p := range read {
			out.lines = append(out.lines, ignoreLine{i + 1, strings.TrimSpace(string(line)), p})
			patterns = append(patterns, p)
		}
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil // a malformed pattern
	}
	out.matcher = matcher
	return &out
}

// ignores tells whether a path of the context is left out of it.
func (g *ignoring) ignores(name string) bool {
	if g == nil {
		return false
	}
	ok, err := g.matcher.MatchesOrParentMatches(name)
	return err == nil && ok
}

// ignoresBelow tells whether a folder's content is left out: by its own name, or
// by a pattern for what is in it.
func (g *ignoring) ignoresBelow(folder string) bool {
	return g.ignores(path.Join(folder, "any"))
}

// ignoresAll tells that nothing of the context is left.
func (g *ignoring) ignoresAll() bool {
	if g == nil || g.matcher.Exclusions() {
		return false
	}
	for _, l := range g.lines {
		if l.pattern == "*" || l.pattern == "**" || l.pattern == "**/*" {
			return true
		}
	}
	return false
}

// idle says, as half a sentence, why a line of the file does nothing; empty for
// one that may.
func (g *ignoring) idle(at int) string {
	line := g.lines[at]
	name, exception := strings.CutPrefix(line.pattern, "!")
	switch {
	case strings.Contains(line.text, " #") || strings.Contains(line.text, "\t#"):
		return "a comment needs a line of its own; here it is part of the name"
	case strings.HasPrefix(name, "../") || name == "..":
		return "nothing outside of the folder is ever sent"
	case !exception:
		return ""
	}
	excluding := 0
	for _, above := range g.lines[:at] {
		if !strings.HasPrefix(above.pattern, "!") {
			excluding++
		}
	}
	switch {
	case excluding == 0:
		return "an exception counts against the lines above it, and none of them leaves anything out"
	case !strings.ContainsAny(name, "*?[") && g.ignores(name):
		return "a line below leaves it out again; the last line that fits decides"
	}
	return ""
}
