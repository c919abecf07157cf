package coursetest_test

import (
	"strings"
	"testing"

	"shipshape/exercises/coursetest"
)

func TestAVerdictForAnotherReasonIsWrong(t *testing.T) {
	for says, want := range map[string]coursetest.Status{
		"seen a":     coursetest.Held,
		"^seen [ab]": coursetest.Held,
		"never seen": coursetest.Wrong,
	} {
		c := catalog(t)
		c.Exercises[0].Variant("bad").Says = map[string]string{"a": says}
		s, err := coursetest.Run(t.Context(), coursetest.Options{
			Catalog: c, Grade: asStated().grade, Only: []string{"first"}, TempDir: t.TempDir(),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range s.Lines {
			if l.Submission != "variants/bad" {
				continue
			}
			if l.Status != want {
				t.Errorf("with %q it is %s: %+v", says, l.Status, l.Differences)
			}
			if want == coursetest.Wrong && !strings.Contains(l.Differences[0].Why, `not like "never seen": seen a`) {
				t.Errorf("it is told as %s", l.Differences[0].Why)
			}
		}
	}
}
