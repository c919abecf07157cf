package lessons

import (
	"fmt"
	"strings"
)

func inOrder() form {
	return form{
		kind: Order, keys: []string{"items", "before"},
		check:    (*Question).checkItems,
		grade:    (*Question).gradeOrder,
		solution: func(q *Question) string { return strings.Join(q.Items, "\n") },
		shuffled: func(q *Question) int { return len(q.Items) },
		reasons:  noReasons,
	}
}

func (q *Question) checkItems(found *faults) {
	if len(q.Items) < 2 {
		found.add(q.at.of("items"), "there must be at least two items to put in order")
	}
	texts := map[string]bool{}
	for i, text := range q.Items {
		if strings.TrimSpace(text) == "" {
			found.add(q.at.of(item("items", i)), "the item has no text")
		} else if texts[text] {
			found.add(q.at.of(item("items", i)), "the item %q stands here twice", text)
		}
		texts[text] = true
	}
	if len(q.Before) == 0 {
		found.add(q.at.of("before"), "without a pair under \"before\" every order is right")
	}
	for i, pair := range q.Before {
		at := q.at.of(item("before", i))
		switch {
		case min(pair[0], pair[1]) < 0 || max(pair[0], pair[1]) >= len(q.Items):
			found.add(at, "the pair %v names no two items: they count from 0 to %d", pair, len(q.Items)-1)
		case pair[0] >= pair[1]:
			// The items stand in a right order, which also rules out that the
			// pairs run in a circle.
			found.add(at, "the pair %v contradicts the items, which must stand in a right order", pair)
		}
	}
}

func (q *Question) gradeOrder(a Answer) Verdict {
	at := make([]int, len(q.Items))
	for i := range at {
		at[i] = -1
	}
	for position, i := range a.Picks {
		if i < 0 || i >= len(at) || at[i] >= 0 {
			return again("Put every item in its place, each once.")
		}
		at[i] = position
	}
	if len(a.Picks) != len(q.Items) {
		return again("Put every item in its place, each once.")
	}
	for _, pair := range q.Before {
		if at[pair[0]] > at[pair[1]] {
			return q.verdict(false, fmt.Sprintf("“%s” has to stand above “%s”.", q.Items[pair[0]], q.Items[pair[1]]))
		}
	}
	return q.verdict(true)
}
