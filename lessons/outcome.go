package lessons

import (
	"fmt"
	"strings"
)

func outcome() form {
	return form{
		kind: Outcome, keys: []string{"facts"},
		check:    (*Question).checkFacts,
		grade:    (*Question).gradeFacts,
		solution: (*Question).factsSolution,
		shuffled: nothing,
		reasons: func(q *Question) []reason {
			var found []reason
			for i, f := range q.Facts {
				for _, o := range f.Options {
					found = append(found, reason{key: item("facts", i), of: "the option " + quote(o.Text), why: o.Why})
				}
			}
			return found
		},
	}
}

func (q *Question) checkFacts(found *faults) {
	if len(q.Facts) < 2 {
		found.add(q.at.of("facts"), "an outcome is at least two facts; one alone is a choice")
	}
	for i, f := range q.Facts {
		at := q.at.of(item("facts", i))
		if strings.TrimSpace(f.Ask) == "" {
			found.add(at, "the fact asks nothing")
		}
		checkOptions(places{"": at}, "", f.Options, true, found)
	}
}

func (q *Question) gradeFacts(a Answer) Verdict {
	if len(a.Picks) != len(q.Facts) {
		return again("Say what becomes of each.")
	}
	var remarks []string
	for i, pick := range a.Picks {
		f := q.Facts[i]
		if !inRange([]int{pick}, len(f.Options)) {
			return again("Say what becomes of each.")
		}
		if o := f.Options[pick]; !o.Right {
			remarks = append(remarks, fmt.Sprintf("%s Not “%s”. %s", f.Ask, trimStop(o.Text), o.Why))
		}
	}
	return q.verdict(len(remarks) == 0, remarks...)
}

func (q *Question) factsSolution() string {
	var facts []string
	for _, f := range q.Facts {
		facts = append(facts, f.Ask+" "+strings.Join(rightOptions(f.Options), ", "))
	}
	return strings.Join(facts, "\n")
}
