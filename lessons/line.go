package lessons

import (
	"fmt"
	"strings"
)

func faultyLine() form {
	return form{
		kind: FaultyLine, keys: []string{"line", "lines", "because"},
		check:    (*Question).checkLines,
		grade:    (*Question).gradeLine,
		solution: (*Question).lineSolution,
		shuffled: func(q *Question) int { return len(q.Because) },
		reasons:  func(q *Question) []reason { return optionReasons("because", q.Because) },
	}
}

func (q *Question) checkLines(found *faults) {
	count := q.checkLine("the faulty line", found)
	for n := range q.Lines {
		switch {
		case n < 1 || n > count:
			found.add(q.at.of("lines"), "there is no line %d to explain: the listing has %d", n, count)
		case n == q.Line:
			found.add(q.at.of("lines"), "line %d is the faulty one: explain it under \"explanation\"", n)
		}
	}
	if len(q.Because) > 0 {
		checkOptions(q.at, "because", q.Because, true, found)
	}
}

// checkLine checks that Line is one of Code, and returns how many that has.
func (q *Question) checkLine(what string, found *faults) int {
	count := len(q.CodeLines())
	if count == 0 {
		found.add(q.at.of("code"), "a question of type %q needs a listing under \"code\"", string(q.Type))
		return 0
	}
	if q.Line < 1 || q.Line > count {
		found.add(q.at.of("line"), "%s is %d, and the listing has lines 1 to %d", what, q.Line, count)
	}
	return count
}

// CodeLines are the listing's lines, without an empty end.
func (q *Question) CodeLines() []string {
	code := strings.TrimRight(q.Code, "\n")
	if code == "" {
		return nil
	}
	return strings.Split(code, "\n")
}

func (q *Question) gradeLine(a Answer) Verdict {
	count, wanted := len(q.CodeLines()), 1
	if len(q.Because) > 0 {
		wanted = 2
	}
	switch {
	case len(a.Picks) == 0 || a.Picks[0] < 1 || a.Picks[0] > count:
		return again(fmt.Sprintf("Give the number of one line, from 1 to %d.", count))
	case len(a.Picks) != wanted || !inRange(a.Picks[1:], len(q.Because)):
		return again("Say which line it is, and why.")
	case a.Picks[0] != q.Line:
		return q.verdict(false, q.Lines[a.Picks[0]])
	case wanted == 1:
		return q.verdict(true)
	}
	because := q.Because[a.Picks[1]]
	if !because.Right {
		return q.verdict(false, fmt.Sprintf("Line %d it is, but for another reason. %s", q.Line, because.Why))
	}
	return q.verdict(true, because.Why)
}

func (q *Question) lineSolution() string {
	lines := q.CodeLines()
	if q.Line < 1 || q.Line > len(lines) {
		return ""
	}
	solution := fmt.Sprintf("Line %d: %s", q.Line, strings.TrimSpace(lines[q.Line-1]))
	return strings.Join(append([]string{solution}, rightOptions(q.Because)...), "\n")
}
