package lessons

import (
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
)

// Grade tells what an answer earns. An answer that is none (nothing picked, an
// item left out, an empty text) asks again, as a near miss does.
func (q *Question) Grade(a Answer) Verdict {
	f, known := q.form()
	if !known {
		return again(fmt.Sprintf("This question is of an unknown type, %q.", visible(string(q.Type))))
	}
	return f.grade(q, a)
}

// Solution is a right answer in words, to show after a wrong one.
func (q *Question) Solution() string {
	f, known := q.form()
	if !known {
		return ""
	}
	return f.solution(q)
}

// Shuffled returns the order in which to show what the question offers (options,
// items, reasons or causes): indices from 0. It is another one each time that the
// question comes back, so that nobody learns where the right option stands;
// times is how often it was asked before, and the same times give the same order.
// The items of an order question never come in a right order, since then there
// would be nothing to do.
func (q *Question) Shuffled(times int) []int {
	f, known := q.form()
	if !known {
		return nil
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, q.ID)                          // a hash takes all that it is given
	dice := rand.New(rand.NewPCG(h.Sum64(), uint64(times))) //nolint:gosec // no secret depends on it
	order := dice.Perm(f.shuffled(q))
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

func again(remark string) Verdict { return Verdict{Again: true, Feedback: []string{remark}} }

func nearMiss(remark string) Verdict {
	return Verdict{Again: true, Near: true, Feedback: []string{remark}}
}

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
