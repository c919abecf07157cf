package lessons

import (
	"slices"
	"strings"
)

func repair() form {
	return form{
		kind: Repair, keys: []string{"line", "accept", "near"},
		check:    (*Question).checkRepair,
		grade:    (*Question).gradeRepair,
		solution: (*Question).firstAccepted,
		shuffled: nothing, reasons: noReasons,
	}
}

func (q *Question) checkRepair(found *faults) {
	if q.checkLine("the line to repair", found) == 0 {
		return
	}
	if len(q.Accept) == 0 {
		found.add(q.at.of("accept"), "a repair needs at least one line that it accepts")
	}
	for i, text := range q.Accept {
		switch wanted, err := canonical(text); {
		case err != nil:
			found.add(q.at.of(item("accept", i)), "%q is no line of a Dockerfile: %v", text, err)
		case wanted == q.broken():
			found.add(q.at.of(item("accept", i)), "%q is the line as it stands", text)
		}
	}
	q.checkNear(found, q.repairs)
}

// broken is the line to repair as it is compared; empty where it is no line of
// a Dockerfile, or none at all.
func (q *Question) broken() string {
	text, err := canonical(q.LineToRepair())
	if err != nil {
		return ""
	}
	return text
}

// LineToRepair is the line's text as it stands.
func (q *Question) LineToRepair() string {
	lines := q.CodeLines()
	if q.Line < 1 || q.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[q.Line-1])
}

func (q *Question) gradeRepair(a Answer) Verdict {
	if strings.TrimSpace(a.Text) == "" {
		return again("Write the line as it should stand.")
	}
	text, err := canonical(a.Text)
	switch {
	case err != nil:
		return again("This is no line of a Dockerfile: " + visible(err.Error()) + ".")
	case text == q.broken():
		return again("That is the line as it stands.")
	case q.repairs(a.Text):
		return q.verdict(true)
	}
	for _, near := range q.Near {
		if same(near.Text, text) {
			return nearMiss(near.Hint)
		}
	}
	if brokenList(text) {
		return nearMiss("The engine finds no list in these brackets, and hands the line to a shell. In a list each word stands in double quotes, with commas between the words.")
	}
	return q.verdict(false)
}

// repairs reports whether a line is one of those that are accepted.
func (q *Question) repairs(line string) bool {
	text, err := canonical(line)
	return err == nil && slices.ContainsFunc(q.Accept, func(a string) bool { return same(a, text) })
}

// same reports whether a line says what a canonical text does.
func same(line, text string) bool {
	got, err := canonical(line)
	return err == nil && got == text
}

// Repaired is the code with the first accepted line in the faulty one's place,
// indented as that was.
func (q *Question) Repaired() string {
	lines := slices.Clone(q.CodeLines())
	if q.Line < 1 || q.Line > len(lines) || len(q.Accept) == 0 {
		return q.Code
	}
	old := lines[q.Line-1]
	lines[q.Line-1] = old[:len(old)-len(strings.TrimLeft(old, " \t"))] + q.Accept[0]
	return strings.Join(lines, "\n") + "\n"
}
