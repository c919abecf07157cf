package lessons

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func cachedSteps() form {
	return form{
		kind: CachedSteps, keys: []string{"steps"},
		check:    (*Question).checkSteps,
		grade:    (*Question).gradeSteps,
		solution: (*Question).stepsSolution,
		shuffled: nothing,
		reasons: func(q *Question) []reason {
			var found []reason
			for i, s := range q.Steps {
				found = append(found, reason{key: item("steps", i), of: fmt.Sprintf("the step of line %d", s.Line), why: s.Why})
			}
			return found
		},
	}
}

func (q *Question) checkSteps(found *faults) {
	count := len(q.CodeLines())
	if count == 0 {
		found.add(q.at.of("code"), "a question for cached steps needs a Dockerfile under \"code\"")
		return
	}
	starts := stepLines(q.Code)
	cached, last := 0, 0
	for i, s := range q.Steps {
		at := q.at.of(item("steps", i))
		switch {
		case s.Line < 1 || s.Line > count:
			found.add(at, "there is no line %d: the listing has %d", s.Line, count)
		case s.Line <= last:
			found.add(at, "the steps stand in the order of their lines, each once")
		case !slices.Contains(starts, s.Line):
			found.add(at, "line %d begins no build step: RUN, COPY, ADD and WORKDIR do, here in %v", s.Line, starts)
		}
		last = s.Line
		if s.Cached {
			cached++
		}
	}
	for _, line := range starts {
		if !slices.ContainsFunc(q.Steps, func(s Step) bool { return s.Line == line }) {
			found.add(q.at.of("steps"), "line %d begins a build step, and is not among the steps", line)
		}
	}
	if cached == 0 || cached == len(q.Steps) {
		found.add(q.at.of("steps"), "some steps must come from the cache, and some must not")
	}
}

func (q *Question) gradeSteps(a Answer) Verdict {
	if none := q.noSteps(a.Picks); len(a.Picks) == 0 || none != "" {
		return again(none + "Pick every step that comes from the cache; there is at least one.")
	}
	var remarks []string
	for _, s := range q.Steps {
		switch said := slices.Contains(a.Picks, s.Line); {
		case said && !s.Cached:
			remarks = append(remarks, fmt.Sprintf("Line %d runs again. %s", s.Line, s.Why))
		case !said && s.Cached:
			remarks = append(remarks, fmt.Sprintf("Line %d comes from the cache. %s", s.Line, s.Why))
		}
	}
	return q.verdict(len(remarks) == 0, remarks...)
}

// noSteps names the picked lines that begin no step, in a sentence and a space;
// empty where all do.
func (q *Question) noSteps(picks []int) string {
	var lines []string
	for _, line := range slices.Compact(slices.Sorted(slices.Values(picks))) {
		if !slices.ContainsFunc(q.Steps, func(s Step) bool { return s.Line == line }) {
			lines = append(lines, strconv.Itoa(line))
		}
	}
	const begin = "no build step; RUN, COPY, ADD and WORKDIR do. "
	switch last := len(lines) - 1; last {
	case -1:
		return ""
	case 0:
		return "Line " + lines[0] + " begins " + begin
	default:
		return "Lines " + strings.Join(lines[:last], ", ") + " and " + lines[last] + " begin " + begin
	}
}

func (q *Question) stepsSolution() string {
	lines := q.CodeLines()
	var cached []string
	for _, s := range q.Steps {
		if s.Cached && s.Line >= 1 && s.Line <= len(lines) {
			cached = append(cached, fmt.Sprintf("Line %d: %s", s.Line, strings.TrimSpace(lines[s.Line-1])))
		}
	}
	return strings.Join(cached, "\n")
}
