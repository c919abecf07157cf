package lessons_test

import (
	"errors"
	"testing"

	"shipshape/lessons"
)

// TestCatalog holds the embedded course to what Load and Lint ask of any.
func TestCatalog(t *testing.T) {
	c, err := lessons.Load(lessons.Embedded())
	if err != nil {
		t.Fatalf("the embedded course does not load:\n%v", err)
	}
	if found := lessons.Lint(c); len(found) > 0 {
		t.Errorf("the embedded course has faults:\n%v", errors.Join(found...))
	}
	for _, l := range c.Lessons {
		for _, q := range l.Questions {
			tryQuestion(t, q, "", 0)
			if q.Type == lessons.FillIn {
				for _, near := range q.Near {
					if v := q.Grade(lessons.Answer{Text: near.Text}); !v.Again || !v.Near {
						t.Errorf("%s: the near miss %q gets %+v", q.ID, near.Text, v)
					}
				}
			}
		}
	}
}

// TestCatalogRightOptions wants no course in which the place of an option gives
// it away, wherever a quiz does not shuffle.
func TestCatalogRightOptions(t *testing.T) {
	c, err := lessons.Load(lessons.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	places := map[int]int{}
	questions := 0
	for _, l := range c.Lessons {
		for _, q := range l.Questions {
			if q.Type != lessons.OneChoice {
				continue
			}
			questions++
			for i, o := range q.Options {
				if o.Right {
					places[i]++
				}
			}
		}
	}
	for i, n := range places {
		if questions >= 6 && n*3 > questions*2 {
			t.Errorf("%d of %d choices are right at option %d", n, questions, i+1)
		}
	}
}
