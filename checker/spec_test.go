package checker

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestASpecHasExactlyOneKind(t *testing.T) {
	if got, err := (Spec{ID: "a", Builds: &Builds{}}).Kind(); err != nil || got != "builds" {
		t.Errorf("Kind() = %q, %v", got, err)
	}
	for name, s := range map[string]Spec{
		"none": {ID: "a"},
		"two":  {ID: "a", Builds: &Builds{}, Listens: &Listens{}},
	} {
		if got, err := s.Kind(); err == nil {
			t.Errorf("%s: Kind() = %q, want an error", name, got)
		}
	}
}

func TestChooseTakesWhatIsNeededInDeclaredOrder(t *testing.T) {
	all := []Spec{{ID: "a"}, {ID: "b", Needs: []string{"a"}}, {ID: "c"}, {ID: "d", Needs: []string{"b"}}}
	got, err := choose(all, []string{"d"})
	if err != nil {
		t.Fatal(err)
	}
	var ids string
	for _, s := range got {
		ids += s.ID
	}
	if ids != "abd" {
		t.Errorf("chose %q, want %q", ids, "abd")
	}
	if _, err := choose(all, []string{"x"}); !errors.Is(err, ErrNoCheck) {
		t.Errorf("an unknown id: %v, want ErrNoCheck", err)
	}
}

func TestSettleNeverPassesWithoutEvidence(t *testing.T) {
	required := func(s Status) Result { return Result{Status: s, Required: true, Points: 2} }
	optional := func(s Status) Result { return Result{Status: s, Points: 1} }
	for name, tc := range map[string]struct {
		checks []Result
		want   Outcome
		points int
	}{
		"all pass":                   {[]Result{required(StatusPass), optional(StatusPass)}, OutcomePassed, 3},
		"an optional one fails":      {[]Result{required(StatusPass), optional(StatusFail)}, OutcomePassed, 2},
		"a required one fails":       {[]Result{required(StatusPass), required(StatusFail)}, OutcomeFailed, 2},
		"a fail outweighs an error":  {[]Result{required(StatusError), required(StatusFail)}, OutcomeFailed, 0},
		"an error is no fail":        {[]Result{required(StatusPass), required(StatusError)}, OutcomeUngradable, 2},
		"an error and what it skips": {[]Result{required(StatusError), required(StatusSkip)}, OutcomeUngradable, 0},
		"a skip is no pass":          {[]Result{required(StatusPass), required(StatusSkip)}, OutcomeFailed, 2},
		"advice counts for nothing":  {[]Result{required(StatusPass), {Status: StatusAdvice}}, OutcomePassed, 2},
	} {
		r := Report{Checks: tc.checks}
		r.settle(time.Now())
		if r.Outcome != tc.want || r.Points != tc.points {
			t.Errorf("%s: %s with %d points, want %s with %d", name, r.Outcome, r.Points, tc.want, tc.points)
		}
	}
}

func TestAResultNamesLessonAndConcept(t *testing.T) {
	r := Spec{ID: "a", Concept: "cache-order"}.result("layer-cache")
	if r.Lesson != "layer-cache" || r.Concept != "cache-order" {
		t.Errorf("lesson %q, concept %q", r.Lesson, r.Concept)
	}
	for concept, want := range map[string]bool{"cache-order": true, "": false} {
		document, err := json.Marshal(Result{Concept: concept})
		if err != nil || strings.Contains(string(document), `"concept"`) != want {
			t.Errorf("with %q its JSON is %s, %v", concept, document, err)
		}
	}
}
