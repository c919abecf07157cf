package lessons

import (
	"fmt"
	"slices"
	"strings"
)

func oneChoice() form {
	f := severalChoices()
	f.kind, f.grade = OneChoice, (*Question).gradeChoice
	return f
}

func severalChoices() form {
	return form{
		kind: SeveralChoices, keys: []string{"options"},
		check: func(q *Question, found *faults) {
			checkOptions(q.at, "options", q.Options, q.Type == OneChoice, found)
		},
		grade:    (*Question).gradeChoices,
		solution: func(q *Question) string { return strings.Join(rightOptions(q.Options), "\n") },
		shuffled: func(q *Question) int { return len(q.Options) },
		reasons:  func(q *Question) []reason { return optionReasons("options", q.Options) },
	}
}

// checkOptions checks the options under a key; single wants exactly one to be
// right.
func checkOptions(at places, key string, options []Option, single bool, found *faults) {
	if len(options) < 2 {
		found.add(at.of(key), "a choice needs at least two options")
	}
	texts := map[string]bool{}
	for i, o := range options {
		if strings.TrimSpace(o.Text) == "" {
			found.add(at.of(item(key, i)), "the option has no text")
		} else if texts[o.Text] {
			found.add(at.of(item(key, i)), "the option %q stands here twice", o.Text)
		}
		texts[o.Text] = true
	}
	switch right := len(rightOptions(options)); {
	case right == 0:
		found.add(at.of(key), "at least one option must be right: give it \"right: true\"")
	case right > 1 && single:
		found.add(at.of(key), "%d options are right: one may be, or make it type: choices", right)
	}
}

// rightOptions are the texts of the right ones.
func rightOptions(options []Option) []string {
	var right []string
	for _, o := range options {
		if o.Right {
			right = append(right, o.Text)
		}
	}
	return right
}

func (q *Question) gradeChoice(a Answer) Verdict {
	if len(a.Picks) != 1 || !inRange(a.Picks, len(q.Options)) {
		return again("Pick one of the options.")
	}
	picked := q.Options[a.Picks[0]]
	return q.verdict(picked.Right, picked.Why)
}

func (q *Question) gradeChoices(a Answer) Verdict {
	if len(a.Picks) == 0 || !inRange(a.Picks, len(q.Options)) {
		return again("Pick every option that is right; there is at least one.")
	}
	var wrong, missed []string
	for i, o := range q.Options {
		picked := slices.Contains(a.Picks, i)
		switch {
		case picked && !o.Right:
			wrong = append(wrong, fmt.Sprintf("Not right: %s. %s", trimStop(o.Text), o.Why))
		case !picked && o.Right:
			missed = append(missed, fmt.Sprintf("Missed: %s. %s", trimStop(o.Text), o.Why))
		}
	}
	remarks := slices.Concat(wrong, missed)
	return q.verdict(len(remarks) == 0, remarks...)
}
