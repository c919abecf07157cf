package lessons

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a lesson must measure up to: short enough for one sitting, and with
// enough questions to be of use when they come back for review.
const (
	minWords     = 600
	maxWords     = 1500
	minQuestions = 6
	minTypes     = 3
	maxMinutes   = 60
	// placementQuestions are asked of each lesson in a placement quiz: one
	// right answer may be luck.
	placementQuestions = 2
	maxOptions         = 9  // a quiz picks them by one digit
	maxListingWidth    = 72 // columns, in a terminal of 80
)

// Lint returns a [*Fault] for everything in a loaded course that falls short
// of what a learner may expect of it; nil when all is well.
func Lint(c *Course) []error {
	var found faults
	orders := map[int]string{}
	for _, l := range c.Lessons {
		if other, taken := orders[l.Order]; taken {
			found.add(l.at.of("order"), "order %d is taken by the lesson %s", l.Order, other)
		}
		orders[l.Order] = l.Slug
		lintLesson(l, &found)
		for _, q := range l.Questions {
			lintQuestion(c, l, q, &found)
		}
	}
	lintConcepts(c, &found)
	return found.list()
}

func lintLesson(l *Lesson, found *faults) {
	for _, key := range []struct{ name, value string }{{"summary", l.Summary}, {"part", l.Part}} {
		if strings.TrimSpace(key.value) == "" {
			found.add(l.at.of(key.name), "the lesson needs a %s", key.name)
		}
	}
	if l.Order < 1 {
		found.add(l.at.of("order"), "the order is %d; it counts from 1", l.Order)
	}
	if l.Minutes < 1 || l.Minutes > maxMinutes {
		found.add(l.at.of("minutes"), "the lesson takes %d minutes; it should take 1 to %d", l.Minutes, maxMinutes)
	}
	words, predicts := 0, false
	for _, s := range l.Sections {
		words += countWords(s.Markdown) + countWords(s.Reveal)
		predicts = predicts || s.Reveal != ""
		lintListings(l, s, found)
	}
	if words < minWords || words > maxWords {
		found.add(l.at.of(""), "the lesson has %d words besides its listings; it should have %d to %d", words, minWords, maxWords)
	}
	if !predicts {
		found.add(l.at.of(""), "the lesson never asks for a prediction: give a section a line %s and what it reveals", revealMark)
	}
	if len(l.Questions) < minQuestions {
		found.add(l.at.of(""), "the lesson has %d questions; it should have at least %d", len(l.Questions), minQuestions)
	}
	lintPlacement(l, found)
	types := map[Type]bool{}
	for _, q := range l.Questions {
		types[q.Type] = true
	}
	if len(types) < minTypes {
		found.add(l.at.of(""), "the lesson's questions are of %d types; they should be of at least %d", len(types), minTypes)
	}
}

// lintConcepts adds a fault for each concept that no question asks about: a
// failed check would have nothing to ask.
func lintConcepts(c *Course, found *faults) {
	asked := map[string]bool{}
	for _, l := range c.Lessons {
		for _, q := range l.Questions {
			asked[q.Concept] = true
		}
	}
	for _, l := range c.Lessons {
		if len(l.Concepts) == 0 {
			found.add(l.at.of("concepts"), "the lesson names no concepts: what a learner takes from it, by an id each")
		}
		for _, id := range slices.Sorted(maps.Keys(l.Concepts)) {
			if !asked[id] {
				found.add(l.at.of("concepts"), "no question asks about the concept %q", id)
			}
		}
	}
}

// lintPlacement adds a fault where a placement quiz could not tell whether
// somebody knows the lesson.
func lintPlacement(l *Lesson, found *faults) {
	if len(l.Placement) != placementQuestions {
		found.add(l.at.of("placement"), "the lesson names %d questions for the placement quiz; it should name %d", len(l.Placement), placementQuestions)
	}
	for i, id := range l.Placement {
		if !slices.ContainsFunc(l.Questions, func(q *Question) bool { return q.ID == id }) {
			found.add(l.at.of(item("placement", i)), "the lesson has no question %q", id)
		}
	}
}

// lintListings adds a fault for each section with a listing too wide to be read
// without scrolling.
func lintListings(l *Lesson, s Section, found *faults) {
	at := place{file: l.at.of("").file, line: s.line, column: 1}
	widest := 0
	listings(s.Markdown+"\n"+s.Reveal, func(line string, inListing bool) {
		if inListing {
			widest = max(widest, utf8.RuneCountInString(line))
		}
	})
	if widest > maxListingWidth {
		found.add(at, "a listing in %q is %d columns wide; at most %d fit a terminal", s.Title, widest, maxListingWidth)
	}
}

func lintQuestion(c *Course, l *Lesson, q *Question, found *faults) {
	if l.Section(q.Section) == nil {
		found.add(q.at.of("section"), "the lesson has no section %q; it has %s", q.Section, sectionIDs(l))
	}
	if strings.TrimSpace(q.Explanation) == "" {
		found.add(q.at.of("explanation"), "the question needs an explanation")
	}
	f, _ := q.form()
	for _, r := range f.reasons(q) {
		if strings.TrimSpace(r.why) == "" {
			found.add(q.at.of(r.key), "%s needs a why: the misconception behind a wrong one, the reason for a right one", r.of)
		}
	}
	if q.Type == FaultyLine && len(q.Because) == 0 {
		found.add(q.at.of("because"), "a question for the faulty line also asks for the reason: give some under \"because\", one of them right")
	}
	if n := q.most(); n > maxOptions {
		found.add(q.at.of(""), "the question has %d options or items; at most %d can be picked by a digit", n, maxOptions)
	}
	if _, known := l.Concepts[q.Concept]; !known && !c.HasConcept(q.Concept) {
		found.add(q.at.of("concept"), "there is no concept %q; the lesson has %s", q.Concept, strings.Join(slices.Sorted(maps.Keys(l.Concepts)), ", "))
	}
	for i, line := range q.CodeLines() {
		if n := utf8.RuneCountInString(line); n > maxListingWidth {
			found.add(q.at.of("code"), "line %d of the listing is %d columns wide; at most %d fit a terminal", i+1, n, maxListingWidth)
		}
	}
}

func sectionIDs(l *Lesson) string {
	var ids []string
	for _, s := range l.Sections {
		ids = append(ids, fmt.Sprintf("%q", s.ID))
	}
	return strings.Join(slices.Compact(ids), ", ")
}

// countWords counts the words of a markdown text, its listings left out: they
// are looked at rather than read.
func countWords(markdown string) int {
	words := 0
	listings(markdown, func(line string, inListing bool) {
		if !inListing {
			words += len(strings.Fields(line))
		}
	})
	return words
}

// listings calls visit for every line of a markdown text, and tells whether it
// belongs to a fenced listing. The fences themselves are not visited.
func listings(markdown string, visit func(line string, inListing bool)) {
	var fence fence
	for i, line := range strings.Split(markdown, "\n") {
		before := fence.open()
		fence.read(line, i+1)
		if before == fence.open() {
			visit(line, before)
		}
	}
}
