package checker

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"shipshape/checker/dockerfile"
)

const (
	// ignoreLimit is the largest .dockerignore, in bytes, that is read.
	ignoreLimit = 1 << 20
	// projectFileLimit is the largest of a project's files, in bytes, that a
	// review looks into: manifests and start scripts are far smaller.
	projectFileLimit = 256 << 10
	// reviewFiles is how many of a project's files a review looks at: what it
	// asks of them is which kinds there are.
	reviewFiles = 10_000
)

// Review reads a submission's Dockerfile without an engine. Its report holds
// advice and never says that the work passed: no points of those that there are.
func Review(sub Submission) (*Report, error) {
	began := time.Now()
	ev := newEvidence(context.Background(), nil, sub, nil, nil)
	report := &Report{Schema: ReportSchema, Exercise: sub.Exercise, Outcome: OutcomeReviewed, Checks: []Result{}}
	_, err := ev.dockerfile()
	if broken, ok := isBuildError(err); ok && sub.Assignment.Compose == nil {
		report.Checks = append(report.Checks, Result{
			ID: "parses", Title: "the Dockerfile cannot be read", Status: StatusAdvice,
			Severity: string(dockerfile.Mistake), Observed: broken.Message, DockerfileLine: broken.Line, Lesson: sub.Lesson,
		})
	} else if err != nil && !ok {
		return nil, err
	}
	report.Checks = append(report.Checks, ev.advice()...)
	for _, c := range sub.Assignment.Checks {
		report.MaxPoints += c.Points
	}
	report.DurationMS = time.Since(began).Milliseconds()
	return report, nil
}

// advice is what the text of the Dockerfile suggests; nil for one that does not
// parse.
func (ev *evidence) advice() []Result {
	if ev.sub.Assignment.Compose != nil {
		return ev.composeAdvice(ev.ctx)
	}
	file, err := ev.dockerfile()
	if err != nil {
		return nil
	}
	ignoreName, ignore, err := ev.ignoreFile()
	if err != nil {
		return nil // half of what a review goes by would be missing
	}
	files, partial := reviewed(ev.sub.Dir)
	project := dockerfile.ReviewContext{
		Ignore: ignore, IgnoreName: ignoreName,
		Files: files, Partial: partial,
		Read: func(name string) []byte {
			content, err := ReadIn(ev.sub.Dir, name, projectFileLimit)
			if err != nil {
				return nil // a review makes do with what it sees
			}
			return content
		},
	}
	var results []Result
	for _, r := range file.Review(project) {
		results = append(results, Result{
			ID: r.Rule, Title: r.Message, Status: StatusAdvice, Severity: string(r.Severity),
			Why: r.Why, DockerfileLine: r.Line, Lesson: r.Lesson,
		})
	}
	return results
}

// filesIn lists a project's files and folders, slash-separated and relative to
// it. Folders that cannot be read are passed over.
func filesIn(dir string) []string {
	files, _ := walkProject(dir, nil)
	return files
}

// reviewed is filesIn for a review, which needs no more of what a tool keeps by
// the thousand than that it is there. It also says whether there is more than it
// lists.
func reviewed(dir string) (files []string, partial bool) {
	return walkProject(dir, []string{".git", "node_modules", ".venv", "venv", "__pycache__"})
}

// walkProject lists a project's files and folders, without the content of folders
// of some names, and says whether there are more.
func walkProject(dir string, closed []string) (files []string, partial bool) {
	// A walk does not enter a link, and the project may be behind one.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			partial = true
			if d != nil && d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case len(files) >= reviewFiles:
			partial = true
			return filepath.SkipAll
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil || rel == "." {
			return nil
		}
		files = append(files, filepath.ToSlash(rel))
		if d.IsDir() && slices.Contains(closed, d.Name()) {
			return filepath.SkipDir
		}
		return nil
	})
	return files, partial
}
