package lessons_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"shipshape/lessons"
)

const soundLesson = `---
title: A title
summary: What it is about.
part: Basics
order: 2
minutes: 10
exercise: some-exercise
---

## First things, first

Some text.

` + "```" + `
## not a heading
???
` + "```" + `

## What happens?

Guess.

???

It falls over.
`

const soundQuestions = `- id: one
  type: choice
  prompt: Which?
  section: first-things-first
  options:
    - text: This
      right: true
      why: It is.
    - text: That
      why: It is not.
  explanation: Because.
- id: two
  type: order
  prompt: Sort.
  section: what-happens
  items: [a, b, c]
  before: [[0, 1], [0, 2]]
  explanation: a opens the door.
- id: three
  type: fill
  prompt: Say it.
  section: what-happens
  accept: [0.0.0.0]
  near:
    - {text: 127.0.0.1, hint: That is the loopback.}
  explanation: Because.
- id: four
  type: line
  prompt: Where?
  section: what-happens
  code: |
    FROM x
    COPY . .
  line: 2
  lines: {1: A base is needed.}
  explanation: Because.
- id: five
  type: choices
  prompt: Which ones?
  section: what-happens
  options:
    - {text: This, right: true, why: It is.}
    - {text: That, right: true, why: It is too.}
    - {text: Those, why: They are not.}
  explanation: Because.
`

// course is a course of one lesson, "a", made of the two files.
func course(lesson, questions string) fstest.MapFS {
	return fstest.MapFS{
		"a/lesson.md":      {Data: []byte(lesson)},
		"a/questions.yaml": {Data: []byte(questions)},
	}
}

func TestLoad(t *testing.T) {
	fsys := course(soundLesson, soundQuestions)
	fsys["README.md"] = &fstest.MapFile{Data: []byte("not a lesson")}
	fsys[".git/config"] = &fstest.MapFile{}
	fsys["b/lesson.md"] = &fstest.MapFile{Data: []byte("\ufeff" + strings.ReplaceAll(strings.Replace(soundLesson, "order: 2", "order: 1", 1), "\n", "\r\n"))}
	fsys["b/questions.yaml"] = &fstest.MapFile{Data: []byte("- {id: six, type: fill, prompt: Say it., accept: [yes, 1]}\n")}

	c, err := lessons.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Lessons) != 2 || c.Lessons[0].Slug != "b" || c.Lessons[1].Slug != "a" {
		t.Fatalf("lessons in a wrong order: %v", c.Lessons)
	}
	l := c.Lesson("a")
	if l.Title != "A title" || l.Summary != "What it is about." || l.Part != "Basics" || l.Minutes != 10 || l.Exercise != "some-exercise" {
		t.Errorf("front matter is wrong: %+v", l)
	}
	if len(l.Sections) != 2 {
		t.Fatalf("got %d sections, want 2: %+v", len(l.Sections), l.Sections)
	}
	first, second := l.Section("first-things-first"), l.Section("what-happens")
	if first == nil || first.Title != "First things, first" || first.Reveal != "" {
		t.Errorf("first section is wrong: %+v", first)
	} else if want := "Some text.\n\n```\n## not a heading\n???\n```"; first.Markdown != want {
		t.Errorf("first section's text is %q, want %q", first.Markdown, want)
	}
	if second == nil || second.Markdown != "Guess." || second.Reveal != "It falls over." {
		t.Errorf("second section is wrong: %+v", second)
	}
	if b := c.Lesson("b"); b.Section("what-happens").Reveal != "It falls over." {
		t.Errorf("line ends of CR LF are not read: %+v", b.Sections)
	}
	if c.Lesson("none") != nil || c.Question("none") != nil || l.Section("none") != nil {
		t.Error("something was found that is not there")
	}
	if q := c.Question("three"); q == nil || q.Lesson != "a" || q.Accept[0] != "0.0.0.0" || q.Near[0].Hint != "That is the loopback." {
		t.Errorf("question three is wrong: %+v", q)
	}
	if q := c.Question("two"); q == nil || len(q.Before) != 2 || q.Before[1] != [2]int{0, 2} {
		t.Errorf("question two is wrong: %+v", q)
	}
	if q := c.Question("four"); q == nil || q.Lines[1] != "A base is needed." || q.Code != "FROM x\nCOPY . .\n" {
		t.Errorf("question four is wrong: %+v", q)
	}
}

// TestLoadFaults breaks the sound course in one place each, and wants the fault
// told at that place.
func TestLoadFaults(t *testing.T) {
	tests := map[string]struct {
		old, new string // replaced in the lesson or in the questions
		at       string // the fault's file and place
		says     string
	}{
		"no front matter":      {"---\ntitle", "title", "a/lesson.md:1:1", "begins with a line"},
		"open front matter":    {"some-exercise\n---", "some-exercise", "a/lesson.md:1:1", "no line --- at its end"},
		"no title":             {"title: A title\n", "", "a/lesson.md:2:1", "needs a title"},
		"unknown key":          {"part: Basics", "parts: Basics", "a/lesson.md:4:1", "unknown field"},
		"wrong type":           {"minutes: 10", "minutes: ten", "a/lesson.md:6:10", "a whole number is needed here"},
		"wrong kind":           {"minutes: 10", "minutes: [10]", "a/lesson.md:6:10", "a whole number is needed here"},
		"too large a number":   {"order: 2", "order: 99999999999999999999", "a/lesson.md:5:8", "too large"},
		"key twice":            {"order: 2", "order: 2\norder: 3", "a/lesson.md:6:1", "already defined"},
		"broken YAML":          {"part: Basics", "part: [Basics", "a/lesson.md:5:1", "]"},
		"exercise's slug":      {"some-exercise", "../../etc", "a/lesson.md:7:1", "not an exercise's slug"},
		"text before sections": {"## First things, first", "First things, first", "a/lesson.md:10:1", "before the first heading"},
		"same heading":         {"## What happens?", "## First -- things! first", "a/lesson.md:19:1", "taken by the heading on line 10"},
		"heading of signs":     {"## What happens?", "## ???", "a/lesson.md:19:1", "no letter"},
		"empty section":        {"Guess.", "", "a/lesson.md:19:1", "has no text"},
		"empty reveal":         {"It falls over.", "", "a/lesson.md:19:1", "reveals nothing"},
		"second reveal":        {"It falls over.", "It falls.\n???\nAgain.", "a/lesson.md:26:1", "second line ???"},
		"open listing":         {"Guess.", "````\nGuess.\n```", "a/lesson.md:21:1", "never closed"},
		"escape sequence":      {"Guess.", "Gu\x1b[31mess.", "a/lesson.md:21:3", "U+001B"},
		"text turned around":   {"Guess.", "Gu\u202eess.", "a/lesson.md:21:3", "U+202E"},
		"not UTF-8":            {"Guess.", "é\xff", "a/lesson.md:21:2", "not UTF-8"},

		"no questions":          {soundQuestions, "", "a/questions.yaml:1:1", "list of questions"},
		"pair of three":         {"[0, 2]]", "[0, 1, 2]]", "a/questions.yaml:17:3", "two items"},
		"pair of one":           {"[0, 2]]", "[1]]", "a/questions.yaml:17:3", "two items"},
		"no list":               {soundQuestions, "id: one", "a/questions.yaml:1:1", "list of questions"},
		"unknown question key":  {"  type: fill", "  typ: fill", "a/questions.yaml:20:3", "unknown field"},
		"unknown option key":    {"text: That\n", "txt: That\n", "a/questions.yaml:9:7", "unknown field"},
		"unknown type":          {"type: fill", "type: essay", "a/questions.yaml:20:3", "none of choice"},
		"no id":                 {"id: one", "id: ", "a/questions.yaml:1:3", "needs an id"},
		"id twice":              {"id: two", "id: one", "a/questions.yaml:12:3", "taken by the question at a/questions.yaml:1"},
		"no prompt":             {"prompt: Which?", "prompt: \"\"", "a/questions.yaml:3:3", "needs a prompt"},
		"another type's key":    {"  items: [a, b, c]\n", "  items: [a, b, c]\n  accept: [a]\n", "a/questions.yaml:17:3", "has no accept"},
		"nothing right":         {"      right: true\n", "", "a/questions.yaml:5:3", "at least one option must be right"},
		"two right":             {"why: It is not.", "right: true", "a/questions.yaml:5:3", "2 options are right"},
		"same option":           {"text: That\n", "text: This\n", "a/questions.yaml:9:7", "stands here twice"},
		"empty option":          {"text: That\n", "text: \"\"\n", "a/questions.yaml:9:7", "no text"},
		"no accepted text":      {"[0.0.0.0]", "[]", "a/questions.yaml:23:3", "at least one text"},
		"empty accepted text":   {"[0.0.0.0]", "[a, '\" \"']", "a/questions.yaml:23:15", "never be given"},
		"accepted near miss":    {"text: 127.0.0.1", "text: '\"0.0.0.0\"'", "a/questions.yaml:25:8", "cannot be a near miss"},
		"no hint":               {", hint: That is the loopback.", "", "a/questions.yaml:25:8", "no hint"},
		"item twice":            {"[a, b, c]", "[a, b, a]", "a/questions.yaml:16:17", "stands here twice"},
		"no pair":               {"before: [[0, 1], [0, 2]]", "before: []", "a/questions.yaml:17:3", "every order is right"},
		"pair out of range":     {"[0, 2]]", "[0, 3]]", "a/questions.yaml:17:20", "count from 0 to 2"},
		"pair below range":      {"[0, 2]]", "[-1, 2]]", "a/questions.yaml:17:20", "names no two items"},
		"pair against items":    {"[0, 2]]", "[2, 1]]", "a/questions.yaml:17:20", "contradicts"},
		"no listing":            {"  code: |\n    FROM x\n    COPY . .\n", "", "a/questions.yaml:27:3", "needs a listing"},
		"line out of range":     {"line: 2", "line: 3", "a/questions.yaml:34:3", "lines 1 to 2"},
		"no such line":          {"{1: A base", "{7: A base", "a/questions.yaml:35:3", "no line 7"},
		"faulty line explained": {"{1: A base", "{2: A base", "a/questions.yaml:35:3", "is the faulty one"},
		"escaped escape":        {"Which?", "\"\\e[31m\"", "a/questions.yaml:1:3", "U+001B"},
		"alias":                 {"prompt: Sort.", "prompt: *x", "a/questions.yaml:14:11", "anchors and aliases"},
		"anchor":                {"prompt: Sort.", "prompt: &x Sort.", "a/questions.yaml:14:11", "anchors and aliases"},
		"tag":                   {"prompt: Sort.", "prompt: !!binary aGk=", "a/questions.yaml:14:11", "tags"},
		"second document":       {"- id: five", "---\n- id: five", "a/questions.yaml:38:1", "second YAML document"},
		"too many tokens":       {"prompt: Sort.", strings.Repeat("a: b\n  ", 4000), "a/questions.yaml:3", "too long"},
		"deep brackets":         {"[a, b, c]", strings.Repeat("[", 5000), "a/questions.yaml:16:26", "too deep"},
		"deep dashes":           {"prompt: Sort.", strings.Repeat("- ", 5000), "a/questions.yaml:14:", "too deep"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := soundLesson
			if strings.HasPrefix(tt.at, "a/questions") {
				in = soundQuestions
			}
			if strings.Count(in, tt.old) < 1 {
				t.Fatalf("%q is not in the file", tt.old)
			}
			broken := strings.Replace(in, tt.old, tt.new, 1)
			fsys := course(broken, soundQuestions)
			if strings.HasPrefix(tt.at, "a/questions") {
				fsys = course(soundLesson, broken)
			}
			c, err := lessons.Load(fsys)
			if c != nil || err == nil {
				t.Fatal("the course was loaded")
			}
			for line := range strings.Lines(err.Error()) {
				if strings.HasPrefix(line, tt.at) && strings.Contains(line, tt.says) {
					return
				}
			}
			t.Errorf("no fault at %s says %q:\n%v", tt.at, tt.says, err)
		})
	}
}

// TestLoadJoinsFaults wants all faults of all files, as Faults.
func TestLoadJoinsFaults(t *testing.T) {
	fsys := course(
		strings.Replace(soundLesson, "part: Basics\norder: 2", "prat: Basics\norder: two", 1),
		strings.Replace(soundQuestions, "type: fill", "type: full", 1))
	fsys["b/lesson.md"] = &fstest.MapFile{Data: []byte("nothing")}
	fsys["Not A Slug/lesson.md"] = &fstest.MapFile{}
	_, err := lessons.Load(fsys)
	for _, want := range []string{
		"Not A Slug:1:1: a lesson's folder is named",
		"a/lesson.md:4:1: unknown field",
		"a/lesson.md:5:8: a whole number",
		"a/questions.yaml:20:3: the type",
		"b/lesson.md:1:1: a lesson begins",
		"b/questions.yaml:1:1: there is no such file",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
	var fault *lessons.Fault
	if !errors.As(err, &fault) {
		t.Errorf("the error is no Fault: %T", err)
	}
}

func TestLoadBoundsFaults(t *testing.T) {
	_, err := lessons.Load(course(soundLesson, strings.Repeat("- {}\n", 3000)))
	if err == nil || !strings.Contains(err.Error(), "more faults") {
		t.Errorf("the error does not tell that faults were left out: %.200v", err)
	}
	if n := strings.Count(err.Error(), "\n"); n > 300 {
		t.Errorf("the error has %d lines", n)
	}
}

func TestLoadRefusesFiles(t *testing.T) {
	tests := map[string]struct {
		fsys fs.FS
		says string
	}{
		"empty folder": {fstest.MapFS{}, ".:1:1: there is no lesson here"},
		"large file":   {course(soundLesson+strings.Repeat("x", 300<<10), soundQuestions), "a/lesson.md:1:1: the file is larger than 256 KiB"},
		"named pipe": {fstest.MapFS{
			"a/lesson.md":      {Mode: fs.ModeNamedPipe},
			"a/questions.yaml": {Data: []byte(soundQuestions)},
		}, "a/lesson.md:1:1: this is not a regular file"},
		"folder for a file": {fstest.MapFS{
			"a/lesson.md/x":    {},
			"a/questions.yaml": {Data: []byte(soundQuestions)},
		}, "a/lesson.md:1:1: this is not a regular file"},
		"folder with an escape": {fstest.MapFS{"\x1b[2J/lesson.md": {}}, `\u001b[2J:1:1: a lesson's folder is named`},
		"no folder":             {brokenFS{}, "read the course's folder"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := lessons.Load(tt.fsys)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got the error %v, want one that says %q", err, tt.says)
			}
		})
	}
}

// brokenFS opens nothing.
type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

// FuzzLoad wants no panic of any input, and of a course that loads, that its
// questions can be asked and graded.
func FuzzLoad(f *testing.F) {
	f.Add(soundLesson, soundQuestions, "", 0)
	f.Add("---\ntitle: x\n---\n## a\nb\n???\nc\n", "- {id: a, type: order, prompt: p, items: [a, b], before: [[0, 1]]}", "x", 1)
	f.Add("---\n? [a, {b: c}]\n: - - d\n---\n", "- id: \"\\x41\"\n  lines: {1: >-\n", "127.0.0.1", -1)
	f.Add("---\n--- |\n...\n", "- ? - - {[,]: : -}\n- 'a\n\n b", "'", 2)
	f.Fuzz(func(t *testing.T, lesson, questions, text string, pick int) {
		c, err := lessons.Load(course(lesson, questions))
		if (c == nil) == (err == nil) {
			t.Fatalf("got the course %v with the error %v", c, err)
		}
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.Contains(line, ":") && !strings.HasPrefix(line, "and ") {
					t.Errorf("a fault without its place: %q", line)
				}
			}
			return
		}
		lessons.Lint(c)
		for _, l := range c.Lessons {
			for _, q := range l.Questions {
				tryQuestion(t, q, text, pick)
			}
		}
	})
}
