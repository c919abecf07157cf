package lessons

import (
	"fmt"
	"strings"
)

func match() form {
	return form{
		kind: Match, keys: []string{"pairs", "others"},
		check: (*Question).checkPairs,
		grade: (*Question).gradeMatch,
		solution: func(q *Question) string {
			var pairs []string
			for _, p := range q.Pairs {
				pairs = append(pairs, p.Left+" – "+p.Right)
			}
			return strings.Join(pairs, "\n")
		},
		shuffled: func(q *Question) int { return len(q.Causes()) },
		reasons: func(q *Question) []reason {
			var found []reason
			for i, p := range q.Pairs {
				found = append(found, reason{key: item("pairs", i), of: "the pair of " + quote(p.Left), why: p.Why})
			}
			for i, o := range q.Others {
				found = append(found, reason{key: item("others", i), of: "the cause " + quote(o.Text), why: o.Why})
			}
			return found
		},
	}
}

// Causes are what a match question offers for its pairs: the right one of pair
// i at index i, then the others.
func (q *Question) Causes() []string {
	var causes []string
	for _, p := range q.Pairs {
		causes = append(causes, p.Right)
	}
	for _, o := range q.Others {
		causes = append(causes, o.Text)
	}
	return causes
}

func (q *Question) checkPairs(found *faults) {
	if len(q.Pairs) < 2 {
		found.add(q.at.of("pairs"), "there must be at least two pairs to match")
	}
	lefts, rights := map[string]bool{}, map[string]bool{}
	once := func(seen map[string]bool, at place, text string) {
		switch {
		case strings.TrimSpace(text) == "":
			found.add(at, "a text is missing here")
		case seen[text]:
			found.add(at, "%q stands here twice", text)
		}
		seen[text] = true
	}
	for i, p := range q.Pairs {
		at := q.at.of(item("pairs", i))
		once(lefts, at, p.Left)
		once(rights, at, p.Right)
	}
	for i, o := range q.Others {
		once(rights, q.at.of(item("others", i)), o.Text)
	}
}

func (q *Question) gradeMatch(a Answer) Verdict {
	if len(a.Picks) != len(q.Pairs) || !inRange(a.Picks, len(q.Causes())) {
		return again("Give each of them a cause.")
	}
	var remarks []string
	for i, pick := range a.Picks {
		p := q.Pairs[i]
		switch {
		case pick == i:
		case pick < len(q.Pairs):
			remarks = append(remarks, fmt.Sprintf("“%s”: %s. %s", trimStop(p.Left), trimStop(p.Right), p.Why))
		default:
			other := q.Others[pick-len(q.Pairs)]
			remarks = append(remarks, fmt.Sprintf("“%s”: not “%s”. %s", trimStop(p.Left), trimStop(other.Text), other.Why))
		}
	}
	return q.verdict(len(remarks) == 0, remarks...)
}
