package exercises

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// givenAway adds a fault for each hint that shows all that the solution changes
// in the files that are graded: then nothing is left to do. One that leaves out
// a line, or shows them for another project, is a hint.
func (l *linter) givenAway(e *Exercise) {
	added := e.added()
	if len(added) == 0 {
		return
	}
	for i, hint := range e.Hints {
		shown := lineSet(hint)
		last := 0
		all := !slices.ContainsFunc(added, func(line string) bool {
			last = max(last, shown[line])
			return shown[line] == 0
		})
		if all {
			f := &Fault{File: path.Join(e.hintsFolder, fmt.Sprintf("%d.md", i+1)), Line: last, Column: 1}
			f.Message = "the hint gives the solution away: it shows every line that the solution adds"
			l.faults = append(l.faults, f)
		}
	}
}

// added are the lines of the solution that its starter doesn't have, in the
// files that say how images are built and run.
func (e *Exercise) added() []string {
	starter, err := e.readTree("starter")
	if err != nil {
		return nil // said by edit already
	}
	solution, err := e.readTree("solution")
	if err != nil {
		return nil
	}
	var added []string
	for name, content := range solution {
		if base := path.Base(name); base != "Dockerfile" && !strings.HasSuffix(base, ".yaml") && !strings.HasSuffix(base, ".dockerignore") {
			continue
		}
		before := lineSet(string(starter[name]))
		for line := range lineSet(string(content)) {
			if before[line] == 0 {
				added = append(added, line)
			}
		}
	}
	return added
}

// lineSet are the lines of a text that say something, each with the number of
// its last place, from 1: without white space around them, comments and marks of
// markdown.
func lineSet(text string) map[string]int {
	set := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.Trim(line, " \t`-")
		if line != "" && !strings.HasPrefix(line, "#") {
			set[line] = i + 1
		}
	}
	return set
}
