package tuitest

import (
	"time"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/lessons/progress"
)

const text = `Two hundred requests a second, and then none. Ines looks at the graph, then at the
clock, then at the **one line** that she changed this morning.

Every step keeps what it was made from:

1. its own words;
2. the step below it;
3. for ` + "`COPY`" + `, the bytes of the files.

> The first step that differs runs again, and so does all that stands below it.

` + "```dockerfile" + `
FROM debian:trixie-slim
COPY . /srv
RUN make -C /srv all install PREFIX=/usr/local DESTDIR=/out VERBOSE=1 CHECKS=all EXTRA=none
` + "```" + `

| step | after an edit |
|---|---|
| ` + "`COPY`" + ` | runs |
| ` + "`RUN`" + ` | runs |
`

// Course is a course of two lessons; the second one has questions of all types
// and an exercise.
func Course() *lessons.Course {
	sections := []lessons.Section{
		{ID: "the-graph", Title: "The graph", Markdown: text},
		{ID: "predict", Title: "What runs again?", Markdown: "Only `notes.txt` changes.", Reveal: "All of it: the bytes of the **context** differ."},
		{ID: "remember", Title: "To remember", Markdown: text},
	}
	return &lessons.Course{Lessons: []*lessons.Lesson{
		{Slug: "context", Title: "What the engine gets to see", Summary: "The context, and how to keep it small.", Part: "Building", Minutes: 8, Sections: sections[:1]},
		{Slug: "cache", Title: "What the engine keeps", Summary: "Why an edit can cost a minute.", Part: "Building", Minutes: 12, Exercise: "quick-build", Sections: sections, Questions: questions()},
	}}
}

func questions() []*lessons.Question {
	code := "FROM debian:trixie-slim\nCOPY . /srv\nRUN make -C /srv\n"
	all := []*lessons.Question{
		{
			ID: "first-step", Type: lessons.OneChoice, Section: "the-graph", Code: code,
			Prompt: "Only `main.c` changed. Which step is the first to run again?",
			Options: []lessons.Option{
				{Text: "`FROM`", Why: "Its tag is all that it depends on."},
				{Text: "`COPY`", Right: true, Why: "A file that it copies has other bytes."},
				{Text: "`RUN`", Why: "It runs again, but only because of the step above."},
			},
			Explanation: "The first step whose input differs.",
		},
		{
			ID: "what-counts", Type: lessons.SeveralChoices, Section: "the-graph",
			Prompt: "What makes `COPY` run again?",
			Options: []lessons.Option{
				{Text: "other bytes in a file", Right: true, Why: "Bytes count."},
				{Text: "a newer time on a file", Why: "Times do not count."},
				{Text: "another step above it", Right: true, Why: "The step below counts as well."},
			},
		},
		{
			ID: "which-file", Type: lessons.FillIn, Section: "remember",
			Prompt: "Which file keeps things out of the context?",
			Accept: []string{".dockerignore"}, Near: []lessons.Near{{Text: "dockerignore", Hint: "It begins with a dot."}},
			Explanation: "It stands beside the Dockerfile.",
		},
		{
			ID: "which-order", Type: lessons.Order, Section: "remember",
			Prompt: "What belongs first?", Items: []string{"`FROM`", "`COPY go.mod`", "`RUN go mod download`", "`COPY . .`"},
			Before: [][2]int{{0, 1}, {1, 2}, {2, 3}}, Explanation: "What changes least comes first.",
		},
		{
			ID: "which-line", Type: lessons.FaultyLine, Section: "remember", Code: code,
			Prompt: "Which line makes the build slow?", Line: 2,
			Lines: map[int]string{3: "It is slow, but not by its own fault."}, Explanation: "Everything is copied above the work.",
		},
	}
	for _, q := range all {
		q.Lesson = "cache"
	}
	return all
}

// Catalog is a catalog of one exercise.
func Catalog() *exercises.Catalog {
	e := &exercises.Exercise{
		Slug: "quick-build", Title: "A build that takes a second", Summary: "Order the steps.",
		Lesson: "cache", Stack: "go", Minutes: 15,
		Brief: "Our build takes **a minute**, whatever we change.\n\n- an edit of `main.go` costs a second;\n- an edit of `go.mod` downloads anew.\n",
		Hints: []string{"What stands above the download?", "It needs `go.mod` alone.", "```dockerfile\nCOPY go.mod ./\nRUN go mod download\n```"},
	}
	for _, c := range []struct{ id, title string }{
		{"builds", "the image builds"},
		{"cached", "an edit of `main.go` leaves the download in the cache"},
		{"healthy", "the health check notices a service that hangs"},
	} {
		e.Checks = append(e.Checks, checker.Spec{ID: c.id, Title: c.title, Points: 2})
	}
	return &exercises.Catalog{Exercises: []*exercises.Exercise{e}}
}

// Dockerfile is one that fails the exercise's second check, in line 3.
const Dockerfile = "FROM golang:1.26\nWORKDIR /src\nCOPY . .\nRUN go mod download\nCMD [\"/src/app\"]\n"

// Report is the report that belongs to it.
func Report() *checker.Report {
	return &checker.Report{
		Schema: checker.ReportSchema, Exercise: "quick-build", Outcome: checker.OutcomeFailed,
		Points: 2, MaxPoints: 6, DurationMS: 4210,
		Checks: []checker.Result{
			{ID: "builds", Title: "the image builds", Status: checker.StatusPass, Required: true, Points: 2, Observed: "5 steps, 3.2 s"},
			{
				ID: "cached", Title: "an edit of `main.go` leaves the download in the cache", Status: checker.StatusFail, Required: true, Points: 2,
				Expected: "`RUN go mod download` comes from the cache", Observed: "it ran again, 2.1 s",
				Why: "`COPY . .` stands above it, so every edit changes what it starts from", DockerfileLine: 3, Lesson: "cache",
			},
			{
				ID: "healthy", Title: "the health check notices a service that hangs", Status: checker.StatusError, Required: true, Points: 2,
				Observed: "the engine stopped answering", Remedy: "Start the engine again.",
			},
		},
	}
}

// Summary is a record in which the course is half done.
func Summary() *progress.Summary {
	past := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	day := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	return &progress.Summary{
		Read: map[string]time.Time{"context": day},
		Questions: map[string]progress.QuestionStats{
			"first-step":  {Right: 1, LastRight: true},
			"what-counts": {Wrong: 1, Last: past, Due: past},
		},
		Exercises: map[string]progress.ExerciseStats{"quick-build": {Attempts: 2, BestPoints: 2, MaxPoints: 6}},
	}
}
