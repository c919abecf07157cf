package lessons_test

import (
	"errors"
	"strings"
	"testing"

	"shipshape/lessons"
)

// fullLesson is soundLesson at the length that a lesson should have, and with
// all that it should name.
var fullLesson = strings.NewReplacer(
	"Some text.", strings.Repeat("Some text. ", 310),
	"exercise: some-exercise\n", "exercise: some-exercise\nconcepts: {door: It opens., key: It fits.}\nplacement: [one, two]\n",
).Replace(soundLesson)

// fullQuestions are soundQuestions in the number that a lesson should have, each
// with a concept, which stands behind its section.
var fullQuestions = strings.NewReplacer(
	"  section: first-things-first\n", "  section: first-things-first\n  concept: door\n",
	"  section: what-happens\n", "  section: what-happens\n  concept: key\n",
	"  lines: {1: A base is needed.}\n", "  lines: {1: A base is needed.}\n  because:\n    - {text: It is., right: true, why: It is.}\n    - {text: It is not., why: It is.}\n",
).Replace(soundQuestions + `- id: six
  type: fill
  prompt: Say it.
  section: what-happens
  accept: [a]
  explanation: Because.
- id: seventh
  type: fill
  prompt: Say it again.
  section: first-things-first
  accept: [b]
  explanation: Because.
`)

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
		"wide listing":    {"## not a heading", strings.Repeat("=", 73), "a/lesson.md:12:1", "73 columns"},
		"unused concept":  {"key: It fits.}", "key: It fits., lock: It holds.}", "a/lesson.md:8:1", `no question asks about the concept "lock"`},
		"one to place by": {"[one, two]", "[one]", "a/lesson.md:9:1", "names 1 questions"},
		"placed by none":  {"[one, two]", "[one, seven]", "a/lesson.md:9:18", `no question "seven"`},

		"no section":     {"section: first-things-first", "section: first", "a/questions.yaml:4:3", `no section "first"; it has "first-things-first", "what-happens"`},
		"no explanation": {"  explanation: a opens the door.\n", "", "a/questions.yaml:13:3", "needs an explanation"},
		"no why":         {"why: It is not.", "why: ''", "a/questions.yaml:10:7", "needs a why"},
		"too many items": {"[a, b, c]", "[a, b, c, d, e, f, g, h, i, j]", "a/questions.yaml:13:3", "10 options"},
		"no reason":      {"  because:\n    - {text: It is., right: true, why: It is.}\n    - {text: It is not., why: It is.}\n", "", "a/questions.yaml:30:3", "asks for the reason"},
		"no concept":     {"  section: first-things-first\n  concept: door\n  options", "  section: first-things-first\n  concept: doors\n  options", "a/questions.yaml:5:3", "no concept \"doors\"; the lesson has door, key"},
		"wide code":      {"    FROM x\n", "    FROM " + strings.Repeat("x", 80) + "\n", "a/questions.yaml:35:3", "85 columns"},
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
	other.Data = []byte(strings.NewReplacer("- id: ", "- id: b-", "concept: ", "concept: b-").Replace(fullQuestions))
	fsys["b/questions.yaml"] = &other
	lesson := *fsys["a/lesson.md"]
	lesson.Data = []byte(strings.NewReplacer("door:", "b-door:", "key:", "b-key:", "[one, two]", "[b-one, b-two]").Replace(fullLesson))
	fsys["b/lesson.md"] = &lesson
	c, err := lessons.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if got := errors.Join(lessons.Lint(c)...); got == nil || got.Error() != "b/lesson.md:5:1: order 2 is taken by the lesson a" {
		t.Errorf("got %v", got)
	}
}

func TestLintLinks(t *testing.T) {
	for text, want := range map[string]string{
		"Guess.":                                 "",
		"[docs](https://docs.docker.com/) ok.":   "",
		"[here](a#first-things-first) ok.":       "",
		"[here](#first-things-first) ok.":        "",
		"Run `shipshape lesson a` ok.":           "",
		"Run `shipshape start some-exercise`":    "",
		"[there](other)":                         "a/lesson.md:19:1: a link goes to \"other\": that is no lesson",
		"[there](a#gone)":                        "a/lesson.md:19:1: a link goes to \"a#gone\", and the lesson has no such section",
		"[plain](http://example.com)":            "no https:// address",
		"Run `shipshape quiz other`":             "a/lesson.md:19:1: the text says `shipshape quiz other`, and there is no such lesson",
		"Run `shipshape start another-exercise`": "there is no such exercise",
	} {
		c, err := lessons.Load(course(strings.Replace(soundLesson, "Guess.", text, 1), soundQuestions))
		if err != nil {
			t.Fatal(err)
		}
		found := errors.Join(lessons.LintLinks(c, lessons.Links{Exercise: func(slug string) bool { return slug == "some-exercise" }})...)
		if want == "" && found != nil || want != "" && (found == nil || !strings.Contains(found.Error(), want)) {
			t.Errorf("%q: got %v, want %s", text, found, want)
		}
	}
	c := load(t, soundQuestions)
	found := errors.Join(lessons.LintLinks(c, lessons.Links{Exercise: func(string) bool { return false }})...)
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
