package lessons_test

import (
	"slices"
	"strings"
	"testing"

	"shipshape/lessons"
)

func load(t *testing.T, questions string) *lessons.Course {
	t.Helper()
	c, err := lessons.Load(course(soundLesson, questions))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryQuestion grades answers to a question that was loaded: sound ones that
// must be right, and one that may be anything.
func tryQuestion(t *testing.T, q *lessons.Question, text string, pick int) {
	t.Helper()
	q.Grade(lessons.Answer{Text: text, Picks: []int{pick}})
	q.Grade(lessons.Answer{Picks: []int{0, pick, pick}})
	if v := q.Grade(lessons.Answer{}); !v.Again {
		t.Errorf("%s: no answer is taken for one: %+v", q.ID, v)
	}
	if q.Solution() == "" {
		t.Errorf("%s has no solution to show", q.ID)
	}
	var right lessons.Answer
	switch q.Type {
	case lessons.OneChoice, lessons.SeveralChoices:
		right.Picks = rightOf(q.Options)
	case lessons.FillIn:
		right.Text = q.Accept[0]
	case lessons.Order:
		for i := range q.Items {
			right.Picks = append(right.Picks, i)
		}
		shuffled := q.Shuffled(len(text))
		if v := q.Grade(lessons.Answer{Picks: shuffled}); v.Right || v.Again {
			t.Errorf("%s is shown in the order %v, which is %+v", q.ID, shuffled, v)
		}
	case lessons.FaultyLine:
		right.Picks = append([]int{q.Line}, rightOf(q.Because)...)
	case lessons.CachedSteps:
		for _, s := range q.Steps {
			if s.Cached {
				right.Picks = append(right.Picks, s.Line)
			}
		}
	case lessons.Outcome:
		for _, f := range q.Facts {
			right.Picks = append(right.Picks, rightOf(f.Options)...)
		}
	case lessons.Match:
		for i := range q.Pairs {
			right.Picks = append(right.Picks, i)
		}
	case lessons.Repair:
		right.Text = q.Accept[0]
	}
	if v := q.Grade(right); !v.Right || v.Again {
		t.Errorf("%s: its own right answer %+v gets %+v", q.ID, right, v)
	}
}

// rightOf are the indices of the right options.
func rightOf(options []lessons.Option) []int {
	var right []int
	for i, o := range options {
		if o.Right {
			right = append(right, i)
		}
	}
	return right
}

func TestGrade(t *testing.T) {
	c := load(t, soundQuestions)
	picks := func(p ...int) lessons.Answer { return lessons.Answer{Picks: p} }
	text := func(s string) lessons.Answer { return lessons.Answer{Text: s} }
	tests := map[string]struct {
		id     string
		answer lessons.Answer
		want   string // right, wrong, near or again
		first  string // how the first remark begins
	}{
		"choice, right":           {"one", picks(0), "right", "It is."},
		"choice, wrong":           {"one", picks(1), "wrong", "It is not."},
		"choice, none":            {"one", picks(), "again", "Pick one"},
		"choice, two":             {"one", picks(0, 1), "again", "Pick one"},
		"choice, out of range":    {"one", picks(2), "again", "Pick one"},
		"choices, right":          {"five", picks(1, 0), "right", "Because."},
		"choices, picked twice":   {"five", picks(0, 1, 1), "right", "Because."},
		"choices, one missed":     {"five", picks(0), "wrong", "Missed: That. It is too."},
		"choices, one too many":   {"five", picks(0, 1, 2), "wrong", "Not right: Those. They are not."},
		"choices, none":           {"five", picks(), "again", "Pick every"},
		"choices, out of range":   {"five", picks(0, 1, -1), "again", "Pick every"},
		"fill, right":             {"three", text("0.0.0.0"), "right", "Because."},
		"fill, quotes and spaces": {"three", text("  “0.0.0.0”\t"), "right", "Because."},
		"fill, wrong":             {"three", text("0 .0.0.0"), "wrong", "Because."},
		"fill, near miss":         {"three", text("'127.0.0.1'"), "near", "That is the loopback."},
		"fill, empty":             {"three", text(" '' "), "again", "Type"},
		"order, as written":       {"two", picks(0, 1, 2), "right", "a opens"},
		"order, another":          {"two", picks(0, 2, 1), "right", "a opens"},
		"order, wrong":            {"two", picks(1, 0, 2), "wrong", "“a” has to stand above “b”."},
		"order, one left out":     {"two", picks(0, 1), "again", "Put every item"},
		"order, one twice":        {"two", picks(0, 1, 1), "again", "Put every item"},
		"order, out of range":     {"two", picks(0, 1, 3), "again", "Put every item"},
		"line, right":             {"four", picks(2), "right", "Because."},
		"line, wrong":             {"four", picks(1), "wrong", "A base is needed."},
		"line, out of range":      {"four", picks(3), "again", "Give the number of one line, from 1 to 2."},
		"line, none":              {"four", picks(), "again", "Give the number"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := c.Question(tt.id).Grade(tt.answer)
			got := "wrong"
			switch {
			case v.Right && v.Again:
				got = "both"
			case v.Right:
				got = "right"
			case v.Again && v.Near:
				got = "near"
			case v.Again:
				got = "again"
			}
			if got != tt.want {
				t.Errorf("the answer is %s, want %s: %+v", got, tt.want, v)
			}
			if len(v.Feedback) == 0 || !strings.HasPrefix(v.Feedback[0], tt.first) {
				t.Errorf("the first remark is not %q: %q", tt.first, v.Feedback)
			}
			if !v.Again && !slices.Contains(v.Feedback, c.Question(tt.id).Explanation) {
				t.Errorf("the explanation is missing: %q", v.Feedback)
			}
		})
	}
}

// TestGradeFoldsText wants case, quotes and runs of space ignored, and nothing
// else.
func TestGradeFoldsText(t *testing.T) {
	q := &lessons.Question{Type: lessons.FillIn, Accept: []string{`CMD ["node", "server.js"]`}}
	for text, right := range map[string]bool{
		`CMD ["node", "server.js"]`:     true,
		`cmd  ['node',  'server.js']  `: true,
		"`CMD [node, server.js]`":       true,
		`CMD ["node","server.js"]`:      false,
		`CMD ["node", "server.ts"]`:     false,
	} {
		if got := q.Grade(lessons.Answer{Text: text}).Right; got != right {
			t.Errorf("%s is right: %t, want %t", text, got, right)
		}
	}
}

func TestGradeUnknownType(t *testing.T) {
	q := &lessons.Question{Type: "essay\x1b"}
	if v := q.Grade(lessons.Answer{Text: "x"}); !v.Again || strings.Contains(v.Feedback[0], "\x1b") {
		t.Errorf("got %+v", v)
	}
}

// TestShuffled wants no order question shown solved, whatever the dice say, and
// options now here, now there.
func TestShuffled(t *testing.T) {
	c := load(t, soundQuestions)
	first := make([]int, 3)
	for times := range 200 {
		order := c.Question("two").Shuffled(times)
		if v := c.Question("two").Grade(lessons.Answer{Picks: order}); v.Right || v.Again {
			t.Fatalf("the %dth time shows %v, which is %+v", times, order, v)
		}
		options := c.Question("five").Shuffled(times)
		if !slices.Equal(options, c.Question("five").Shuffled(times)) {
			t.Fatalf("the %dth time has two orders", times)
		}
		first[options[0]]++
		slices.Sort(options)
		if !slices.Equal(options, []int{0, 1, 2}) {
			t.Fatalf("the %dth time shows the options %v", times, options)
		}
	}
	if slices.Min(first) < 40 {
		t.Errorf("of 200 times, the options stand first %v times: want about a third each", first)
	}
}

func TestSolution(t *testing.T) {
	c := load(t, soundQuestions)
	for id, want := range map[string]string{
		"one": "This", "two": "a\nb\nc", "three": "0.0.0.0", "four": "Line 2: COPY . .", "five": "This\nThat",
	} {
		if got := c.Question(id).Solution(); got != want {
			t.Errorf("%s is solved by %q, want %q", id, got, want)
		}
	}
}
