package lessons

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// longEnough is how many letters a text has of which one may be mistyped
// without its becoming another word.
const longEnough = 6

func fillIn() form {
	return form{
		kind: FillIn, keys: []string{"accept", "near"},
		check:    (*Question).checkAccept,
		grade:    (*Question).gradeText,
		solution: (*Question).firstAccepted,
		shuffled: nothing, reasons: noReasons,
	}
}

func (q *Question) checkAccept(found *faults) {
	if len(q.Accept) == 0 {
		found.add(q.at.of("accept"), "a fill-in needs at least one text that it accepts")
	}
	for i, text := range q.Accept {
		if plain(text) == "" {
			found.add(q.at.of(item("accept", i)), "an empty text can never be given as an answer")
		}
	}
	q.checkNear(found, func(text string) bool { return q.accepts(text) })
}

// checkNear checks the near misses, none of which may be accepted.
func (q *Question) checkNear(found *faults, accepts func(string) bool) {
	for i, near := range q.Near {
		at := q.at.of(item("near", i))
		switch {
		case plain(near.Text) == "":
			found.add(at, "the near miss has no text")
		case strings.TrimSpace(near.Hint) == "":
			found.add(at, "the near miss has no hint")
		case accepts(near.Text):
			found.add(at, "%q is accepted, so it cannot be a near miss", near.Text)
		}
	}
}

func (q *Question) firstAccepted() string {
	if len(q.Accept) == 0 {
		return ""
	}
	return q.Accept[0]
}

func (q *Question) gradeText(a Answer) Verdict {
	if plain(a.Text) == "" {
		return again("Type an answer.")
	}
	if q.accepts(a.Text) {
		return q.verdict(true)
	}
	for _, near := range q.Near {
		if plain(near.Text) == plain(a.Text) {
			return nearMiss(near.Hint)
		}
	}
	if slices.ContainsFunc(q.Accept, func(text string) bool { return mistyped(text, a.Text) }) {
		return nearMiss("Nearly right: look at how it is spelled.")
	}
	return q.verdict(false)
}

// accepts reports whether a fill-in takes the text.
func (q *Question) accepts(text string) bool {
	return slices.ContainsFunc(q.Accept, func(a string) bool { return plain(a) == plain(text) })
}

// mistyped reports whether a text is another one but for one letter. Numbers
// are never mistyped: 0.0.0.1 is no slip for 0.0.0.0.
func mistyped(want, got string) bool {
	want, got = plain(want), plain(got)
	if utf8.RuneCountInString(want) < longEnough || strings.ContainsFunc(want, unicode.IsDigit) || strings.ContainsFunc(got, unicode.IsDigit) {
		return false
	}
	return levenshtein.Distance(want, got, nil) == 1
}
