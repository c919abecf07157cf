package tuitest

import "shipshape/lessons"

// Predictions are questions of the types that ask for more than one thing.
func Predictions() []*lessons.Question {
	code := "FROM debian:trixie-slim\nCOPY go.mod /srv/\nRUN make deps\nCOPY . /srv\nRUN make\n"
	all := []*lessons.Question{
		{
			ID: "line-and-reason", Type: lessons.FaultyLine, Section: "remember", Code: code,
			Prompt: "Which line runs again for every edit, and why?", Line: 4,
			Because: []lessons.Option{
				{Text: "It copies every file.", Right: true, Why: "All of them count."},
				{Text: "It stands below a `RUN`.", Why: "What stands above did not change."},
			},
			Explanation: "A copy compares what it copies.",
		},
		{
			ID: "which-steps", Type: lessons.CachedSteps, Section: "remember", Code: code,
			Prompt: "Only `main.go` changed. Which steps come from the cache?",
			Steps: []lessons.Step{
				{Line: 2, Cached: true, Why: "It copies `go.mod` alone."},
				{Line: 3, Cached: true, Why: "Nothing above it changed."},
				{Line: 4, Why: "It copies `main.go`."},
				{Line: 5, Why: "It starts from line 4."},
			},
			Explanation: "The edit enters at line 4.",
		},
		{
			ID: "what-becomes", Type: lessons.Outcome, Section: "remember", Code: "FROM debian:trixie-slim\nCMD sleep 60 | cat\n",
			Prompt: "You run it and stop it.",
			Facts: []lessons.Fact{
				{Ask: "Which process is PID 1?", Options: []lessons.Option{{Text: "`sleep`", Why: "A shell runs it."}, {Text: "`sh`", Right: true, Why: "It waits for both."}}},
				{Ask: "With which code does it end?", Options: []lessons.Option{{Text: "0", Why: "Nobody handles it."}, {Text: "143", Why: "PID 1 ignores it."}, {Text: "137", Right: true, Why: "It is killed."}}},
			},
			Explanation: "PID 1 hears only what it listens to.",
		},
		{
			ID: "which-cause", Type: lessons.Match, Section: "remember", Prompt: "What is behind it?",
			Pairs: []lessons.Pair{
				{Left: "exit code 127", Right: "the command is not there", Why: "A shell says so."},
				{Left: "exit code 137", Right: "it was killed", Why: "128 and 9."},
			},
			Others:      []lessons.Other{{Text: "the disk is full", Why: "That has no code of its own."}},
			Explanation: "Codes above 128 are signals.",
		},
		{
			ID: "mend-it", Type: lessons.Repair, Section: "remember", Code: "FROM debian:trixie-slim\nCMD sleep 60\n",
			Prompt: "Run `sleep` without a shell.", Line: 2, Accept: []string{`CMD ["sleep", "60"]`},
			Near:        []lessons.Near{{Text: "CMD [\"sleep 60\"]", Hint: "Each word is one of its own."}},
			Explanation: "A list is run as it stands.",
		},
	}
	for _, q := range all {
		q.Lesson = "cache"
	}
	return all
}
