package checker

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"

	"shipshape/checker/dockerfile"
)

const (
	// ignoreLimit is the largest .dockerignore, in bytes, that is read.
	ignoreLimit = 1 << 20
	// reviewFiles is how many of a project's files a review looks at: what it
	// asks of them is which kinds there are.
	reviewFiles = 10_000
)

// Review reads a submission's Dockerfile without an engine. Its report holds
// advice and never says that the work passed.
func Review(sub Submission) (*Report, error) {
	began := time.Now()
	ev := newEvidence(context.Background(), nil, sub, nil, nil)
	report := &Report{Schema: ReportSchema, Exercise: sub.Exercise, Outcome: OutcomeReviewed, Checks: []Result{}}
	_, err := ev.dockerfile()
	if broken, ok := isBuildError(err); ok {
		report.Checks = append(report.Checks, Result{
			ID: "parses", Title: "the Dockerfile cannot be read", Status: StatusAdvice,
			Severity: string(dockerfile.Mistake), Observed: broken.Message, DockerfileLine: broken.Line, Lesson: sub.Lesson,
		})
	} else if err != nil {
		return nil, err
	}
	report.Checks = append(report.Checks, ev.advice()...)
	report.DurationMS = time.Since(began).Milliseconds()
	return report, nil
}

// advice is what the text of the Dockerfile suggests; nil for one that does not
// parse.
func (ev *evidence) advice() []Result {
	file, err := ev.dockerfile()
	if err != nil {
		return nil
	}
	ignore, err := readIn(ev.sub.Dir, ".dockerignore", ignoreLimit)
	if err != nil {
		ignore = nil
	}
	var results []Result
	for _, r := range file.Review(dockerfile.ReviewContext{Ignore: ignore, Files: filesIn(ev.sub.Dir)}) {
		results = append(results, Result{
			ID: r.Rule, Title: r.Message, Status: StatusAdvice, Severity: string(r.Severity),
			Why: r.Why, DockerfileLine: r.Line, Lesson: r.Lesson,
		})
	}
	return results
}

// filesIn lists a project's files, slash-separated and relative to it. Folders
// that cannot be read are passed over: a review makes do with what it sees.
func filesIn(dir string) []string {
	var files []string
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && d != nil && d.IsDir():
			return filepath.SkipDir
		case err != nil:
			return nil
		case len(files) >= reviewFiles:
			return filepath.SkipAll
		}
		rel, err := filepath.Rel(dir, p)
		if err == nil && rel != "." {
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	return files
}
