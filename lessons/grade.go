package lessons

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Grade tells what an answer earns. An answer that is none (nothing picked, an
// item left out, an empty text) asks again, as a near miss does.
func (q *Question) Grade(a Answer) Verdict {
	switch q.Type {
	case OneChoice:
		return q.gradeChoice(a.Picks)
	case SeveralChoices:
		return q.gradeChoices(a.Picks)
	case FillIn:
		return q.gradeText(a.Text)
	case Order:
		return q.gradeOrder(a.Picks)
	case FaultyLine:
		return q.gradeLine(a.Picks)
	}
	return again(fmt.Sprintf("This question is of an unknown type, %q.", visible(string(q.Type))))
}

func (q *Question) gradeChoice(picks []int) Verdict {
	if len(picks) != 1 || !inRange(picks, len(q.Options)) {
		return again("Pick one of the options.")
	}
	picked := q.Options[picks[0]]
	return q.verdict(picked.Right, picked.Why)
}

func (q *Question) gradeChoices(picks []int) Verdict {
	if len(picks) == 0 || !inRange(picks, len(q.Options)) {
		return again("Pick every option that is right; there is at least one.")
	}
	var wrong, missed []string
	for i, o := range q.Options {
		picked := slices.Contains(picks, i)
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

func (q *Question) gradeText(text string) Verdict {
	if plain(text) == "" {
		return again("Type an answer.")
	}
	if q.accepts(text) {
		return q.verdict(true)
	}
	for _, near := range q.Near {
		if plain(near.Text) == plain(text) {
			return again(near.Hint)
		}
	}
	return q.verdict(false)
}

func (q *Question) gradeOrder(picks []int) Verdict {
	at := make([]int, len(q.Items))
	for i := range at {
		at[i] = -1
	}
	for position, i := range picks {
		if i < 0 || i >= len(at) || at[i] >= 0 {
			return again("Put every item in its place, each once.")
		}
		at[i] = position
	}
	if len(picks) != len(q.Items) {
		return again("Put every item in its place, each once.")
	}
	for _, pair := range q.Before {
		if at[pair[0]] > at[pair[1]] {
			return q.verdict(false, fmt.Sprintf("“%s” has to stand above “%s”.", q.Items[pair[0]], q.Items[pair[1]]))
		}
	}
	return q.verdict(true)
}

func (q *Question) gradeLine(picks []int) Verdict {
	if len(picks) != 1 || picks[0] < 1 || picks[0] > len(q.codeLines()) {
		return again(fmt.Sprintf("Give the number of one line, from 1 to %d.", len(q.codeLines())))
	}
	return q.verdict(picks[0] == q.Line, q.Lines[picks[0]])
}

// Solution is a right answer in words, to show after a wrong one.
func (q *Question) Solution() string {
	switch q.Type {
	case OneChoice, SeveralChoices:
		var right []string
		for _, o := range q.Options {
			if o.Right {
				right = append(right, o.Text)
			}
		}
		return strings.Join(right, "\n")
	case FillIn:
		if len(q.Accept) > 0 {
			return q.Accept[0]
		}
	case Order:
		return strings.Join(q.Items, "\n")
	case FaultyLine:
		if lines := q.codeLines(); q.Line >= 1 && q.Line <= len(lines) {
			return fmt.Sprintf("Line %d: %s", q.Line, strings.TrimSpace(lines[q.Line-1]))
		}
	}
	return ""
}

// Shuffled returns the order in which to show the options or items: indices
// from 0. The items of an order question never come in a right order, since
// then there would be nothing to do.
func (q *Question) Shuffled(r *rand.Rand) []int {
	order := r.Perm(max(len(q.Options), len(q.Items)))
	if q.Type == Order && q.Grade(Answer{Picks: order}).Right {
		// Some pair keeps its order in a right order, so the reverse is wrong.
		slices.Reverse(order)
	}
	return order
}

// verdict puts the explanation behind the remarks; empty remarks are left out.
func (q *Question) verdict(right bool, remarks ...string) Verdict {
	feedback := slices.DeleteFunc(append(remarks, q.Explanation), func(s string) bool {
		return strings.TrimSpace(s) == ""
	})
	return Verdict{Right: right, Feedback: feedback}
}

// accepts reports whether a fill-in takes the text.
func (q *Question) accepts(text string) bool {
	return slices.ContainsFunc(q.Accept, func(a string) bool { return plain(a) == plain(text) })
}

func again(remark string) Verdict { return Verdict{Again: true, Feedback: []string{remark}} }

// plain is a text as answers are compared: without regard to case, quotes and
// runs of space.
func plain(text string) string {
	unquoted := strings.Map(func(r rune) rune {
		if strings.ContainsRune("'\"`‘’“”", r) {
			return -1
		}
		return r
	}, text)
	return strings.ToLower(strings.Join(strings.Fields(unquoted), " "))
}

// inRange reports whether all picks are indices of n things.
func inRange(picks []int, n int) bool {
	return !slices.ContainsFunc(picks, func(p int) bool { return p < 0 || p >= n })
}

// trimStop takes the full stop off a text that is about to get one.
func trimStop(text string) string { return strings.TrimRight(strings.TrimSpace(text), ".") }
