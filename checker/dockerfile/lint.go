package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// lintWarning is what BuildKit's own linter says while it parses.
type lintWarning struct {
	line                       int
	rule, message, description string
}

// warn keeps a warning; it is what BuildKit's linter calls.
func (f *File) warn(rule, description, _, message string, at []parser.Range) {
	line := 0
	if len(at) > 0 {
		line = at[0].Start.Line
	}
	f.lint = append(f.lint, lintWarning{line: line, rule: rule, message: message, description: description})
}

// skips are the checks that a file says not to want, by BuildKit's comment
// "# check=skip=NAME,NAME" or "# check=skip=all": at its top for the whole file,
// or above an instruction.
type skips struct {
	all   bool
	names []string
}

// skipping reads one such comment, without its "#".
func (s *skips) skipping(comment string) {
	value, ok := strings.CutPrefix(strings.TrimSpace(comment), "check=")
	if !ok {
		return
	}
	config, err := linter.ParseLintOptions(value)
	if err != nil {
		return // a comment that BuildKit can't read either
	}
	s.all = s.all || config.SkipAll
	s.names = append(s.names, config.SkipRules...)
}

// covers tells whether a rule is skipped. All means BuildKit's checks only: who
// wrote it knew of no others.
func (s *skips) covers(rule *Rule) bool {
	return s.all && rule.isBuildKits() ||
		slices.Contains(s.names, rule.ID) || rule.BuildKit != "" && slices.Contains(s.names, rule.BuildKit)
}

// isBuildKits tells BuildKit's checks, which have names like this one, from the
// rules of this package, which have dashes and lower case.
func (rule *Rule) isBuildKits() bool {
	return rule.BuildKit != "" || strings.ToLower(rule.ID) != rule.ID
}

// skipped tells whether the file says not to want a rule at a line.
func (f *File) skipped(line int, rule *Rule) bool {
	if f.skip.covers(rule) {
		return true
	}
	for i := range f.Stages {
		if from := &f.Stages[i].From; from.Line <= line && line <= from.EndLine {
			return from.skip.covers(rule)
		}
		for j := range f.Stages[i].Instructions {
			if in := &f.Stages[i].Instructions[j]; in.Line <= line && line <= in.EndLine {
				return in.skip.covers(rule)
			}
		}
	}
	return false
}
