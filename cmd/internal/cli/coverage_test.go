package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shipshape/exercises"
	"shipshape/lessons"
)

// coverageRow is a row of COVERAGE.md: what is covered, and where.
type coverageRow struct {
	what               string
	lessons, questions []string
	// practised are the kinds of check that show it, by exercise.
	practised map[string][]string
}

// quoted are the words in backticks.
var quoted = regexp.MustCompile("`([^`]+)`")

func readCoverage(t *testing.T) []coverageRow {
	t.Helper()
	text, err := os.ReadFile("../../../COVERAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	words := func(cell string) []string {
		var found []string
		for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
			found = append(found, m[1])
		}
		return found
	}
	var rows []coverageRow
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || strings.HasPrefix(cells[0], "--") || strings.TrimSpace(cells[1]) == "lesson" {
			continue
		}
		row := coverageRow{what: strings.TrimSpace(cells[0]), lessons: words(cells[1]), questions: words(cells[2]), practised: map[string][]string{}}
		for part := range strings.SplitSeq(cells[3], ";") {
			if found := words(part); len(found) > 0 {
				row.practised[found[0]] = found[1:]
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// kindsOf are the kinds of check that an exercise has, in any of its stacks.
func kindsOf(t *testing.T, e *exercises.Exercise) []string {
	t.Helper()
	var kinds []string
	for _, in := range e.Stacks {
		for _, c := range in.Checks {
			kind, err := c.Kind()
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// TestCoverage holds COVERAGE.md against the course: what it names is there, and
// what is there is named.
func TestCoverage(t *testing.T) {
	course, err := lessons.Load(lessons.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := exercises.Load(exercises.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	rows := readCoverage(t)
	if len(rows) < 80 {
		t.Errorf("the tables have %d rows", len(rows))
	}
	named := map[string]bool{}
	for _, row := range rows {
		if len(row.lessons) == 0 || len(row.questions) == 0 {
			t.Errorf("%s: no lesson, or no question", row.what)
		}
		for _, slug := range row.lessons {
			named[slug] = true
			if course.Lesson(slug) == nil {
				t.Errorf("%s: there is no lesson %q", row.what, slug)
			}
		}
		for _, id := range row.questions {
			if q := course.Question(id); q == nil || !slices.Contains(row.lessons, q.Lesson) {
				t.Errorf("%s: there is no question %q in %v", row.what, id, row.lessons)
			}
		}
		for slug, kinds := range row.practised {
			named[slug] = true
			e := catalog.Exercise(slug)
			if e == nil {
				t.Errorf("%s: there is no exercise %q", row.what, slug)
				continue
			}
			has := kindsOf(t, e)
			for _, kind := range kinds {
				if !slices.Contains(has, kind) {
					t.Errorf("%s: %s has no check of kind %q, but %v", row.what, slug, kind, has)
				}
			}
		}
	}
	for _, l := range course.Lessons {
		if !named[l.Slug] {
			t.Errorf("no row names the lesson %s", l.Slug)
		}
	}
	for _, e := range catalog.Exercises {
		if !named[e.Slug] {
			t.Errorf("no row names the exercise %s", e.Slug)
		}
	}
}
