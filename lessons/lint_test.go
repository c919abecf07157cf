package lessons_test

import (
	"errors"
	"strings"
	"testing"

	"shipshape/lessons"
)

// fullLesson is soundLesson at the length that a lesson should have.
var fullLesson = strings.Replace(soundLesson, "Some text.", strings.Repeat("Some text. ", 310), 1)

// fullQuestions are soundQuestions in the number that a lesson should have.
const fullQuestions = soundQuestions + `- id: six
  type: fill
  prompt: Say it.
  section: what-happens
  accept: [a]
  explanation: Because.
`

func TestLintSound(t *testing.T) {
	c, err := lessons.Load(course(fullLesson, fullQuestions))
	if err != nil {
		t.Fatal(err)
	}
	if found := lessons.Lint(c); len(found) > 0 {
		t.Errorf("faults in a sound course: %v", errors.Join(found...))
	}
}

func TestLintFaults(t *testing.T) {
	tests := map[string]struct {
		old, new string
		at, says string
	}{
		"no summary":      {"summary: What it is about.\n", "", "a/lesson.md:2:1", "needs a summary"},
		"empty part":      {"part: Basics", "part: ''", "a/lesson.md:4:1", "needs a part"},
		"order":           {"order: 2", "order: 0", "a/lesson.md:5:1", "counts from 1"},
		"minutes":         {"minutes: 10", "minutes: 600", "a/lesson.md:6:1", "600 minutes"},
		"too short":       {strings.Repeat("Some text. ", 310), "Some text.", "a/lesson.md:2:1", "besides its listings"},
		"too long":        {"Guess.", strings.Repeat("guess ", 1500), "a/lesson.md:2:1", "besides its listings"},
		"listing no text": {strings.Repeat("Some text. ", 310), "```\n" + strings.Repeat("Some text.\n", 310) + "```\n", "a/lesson.md:2:1", "besides its listings"},
		"no prediction":   {"???\n\nIt falls over.", "It falls over.", "a/lesson.md:2:1", "prediction"},
		"wide listing":    {"## not a heading", strings.Repeat("=", 73), "a/lesson.md:10:1", "73 columns"},

		"no section":     {"section: first-things-first", "section: first", "a/questions.yaml:4:3", `no section "first"; it has "first-things-first", "what-happens"`},
		"no explanation": {"  explanation: a opens the door.\n", "", "a/questions.yaml:12:3", "needs an explanation"},
		"no why":         {"why: It is not.", "why: ''", "a/questions.yaml:9:7", "needs a why"},
		"too many items": {"[a, b, c]", "[a, b, c, d, e, f, g, h, i, j]", "a/questions.yaml:12:3", "10 options"},
		"wide code":      {"    FROM x\n", "    FROM " + strings.Repeat("x", 80) + "\n", "a/questions.yaml:31:3", "85 columns"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			lesson, questions := fullLesson, fullQuestions
			if strings.HasPrefix(tt.at, "a/questions") {
				questions = replaceOnce(t, questions, tt.old, tt.new)
			} else {
				lesson = replaceOnce(t, lesson, tt.old, tt.new)
			}
			c, err := lessons.Load(course(lesson, questions))
			if err != nil {
				t.Fatal(err)
			}
			found := lessons.Lint(c)
			if len(found) != 1 {
				t.Errorf("got %d faults, want 1: %v", len(found), errors.Join(found...))
			}
			for _, fault := range found {
				if !strings.HasPrefix(fault.Error(), tt.at) || !strings.Contains(fault.Error(), tt.says) {
					t.Errorf("the fault is not at %s, or does not say %q: %v", tt.at, tt.says, fault)
				}
			}
		})
	}
}

func TestLintQuestionCount(t *testing.T) {
	c := load(t, "- {id: one, type: fill, prompt: p, accept: [b], section: what-happens, explanation: e}\n")
	text := errors.Join(lessons.Lint(c)...).Error()
	for _, want := range []string{"has 1 questions; it should have at least 6", "of 1 types; they should be of at least 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("no fault says %q:\n%s", want, text)
		}
	}
}

func TestLintSameOrder(t *testing.T) {
	fsys := course(fullLesson, fullQuestions)
	fsys["b/lesson.md"] = fsys["a/lesson.md"]
	fsys["b/questions.yaml"] = fsys["a/questions.yaml"]
	if _, err := lessons.Load(fsys); err == nil || !strings.Contains(err.Error(), `b/questions.yaml:1:3: the id "one" is taken by the question at a/questions.yaml:1`) {
		t.Errorf("ids that two lessons share are no fault: %v", err)
	}
	other := *fsys["a/questions.yaml"]
	other.Data = []byte(strings.ReplaceAll(fullQuestions, "- id: ", "- id: b-"))
	fsys["b/questions.yaml"] = &other
	c, err := lessons.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if got := errors.Join(lessons.Lint(c)...); got == nil || got.Error() != "b/lesson.md:5:1: order 2 is taken by the lesson a" {
		t.Errorf("got %v", got)
	}
}

func TestLintLinks(t *testing.T) {
	c := load(t, soundQuestions)
	exists := func(slug string) bool { return slug == "some-exercise" }
	if found := lessons.LintLinks(c, exists); len(found) > 0 {
		t.Errorf("an exercise that exists is a fault: %v", found)
	}
	found := errors.Join(lessons.LintLinks(c, func(string) bool { return false })...)
	if want := `a/lesson.md:7:1: there is no exercise "some-exercise"`; found == nil || found.Error() != want {
		t.Errorf("got %v, want %s", found, want)
	}
}

func replaceOnce(t *testing.T, in, old, new string) string {
	t.Helper()
	if !strings.Contains(in, old) {
		t.Fatalf("%q is not in the file", old)
	}
	return strings.Replace(in, old, new, 1)
}
