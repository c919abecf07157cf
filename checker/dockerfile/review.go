package dockerfile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Severity says how much a remark matters.
type Severity string

// The severities. Advice makes good work better; a warning tells of something
// that costs time, size or safety; a mistake is something that does not do what
// its author meant.
const (
	Advice  Severity = "advice"
	Warning Severity = "warning"
	Mistake Severity = "mistake"
)

// Remark is one finding of a review.
type Remark struct {
	// Rule is the id of the rule, such as "copy-before-install".
	Rule string
	// Line is counted from 1; 0 when the remark is about the whole project.
	Line int
	// Message says what is there; Why says what follows from it and what to
	// do.
	Message, Why string
	// Lesson is the slug of the lesson that explains it; empty for none.
	Lesson   string
	Severity Severity
}

// ReviewContext is what a review knows of the project around the Dockerfile.
type ReviewContext struct {
	// Ignore is the content of .dockerignore; nil when there is none.
	Ignore []byte
	// Files are the project's files, slash-separated and relative to the
	// build context. Nil when they are not known.
	Files []string
}

// Rule describes a rule of the review.
type Rule struct {
	ID       string
	Severity Severity
	// Lesson is a lesson's slug, or empty.
	Lesson string
	// Why says what follows and what to do.
	Why string

	check func(*review)
}

// review is one run of the rules over one file.
type review struct {
	*File
	ReviewContext
	final chain
	// rule is the one being checked.
	rule    *Rule
	remarks []Remark
}

// say adds a remark of the rule being checked.
func (r *review) say(line int, message string) {
	r.remarks = append(r.remarks, Remark{
		Rule:     r.rule.ID,
		Line:     line,
		Message:  message,
		Why:      r.rule.Why,
		Lesson:   r.rule.Lesson,
		Severity: r.rule.Severity,
	})
}

// has tells whether the project holds a file.
func (r *review) has(name string) bool { return slices.Contains(r.Files, name) }

// Review checks the file against all rules and returns the remarks in the order
// of their lines. Remarks advise: that there is none does not mean that the
// image is good, and that there is one does not mean that it is bad.
func (f *File) Review(ctx ReviewContext) []Remark {
	r := &review{File: f, ReviewContext: ctx, final: f.final()}
	for _, rule := range Rules() {
		r.rule = &rule
		rule.check(r)
	}
	r.remarks = append(r.remarks, f.lint...)
	slices.SortStableFunc(r.remarks, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(r.remarks)
}

// warn keeps what BuildKit's own linter says while it parses.
func (f *File) warn(rule, description, _, message string, at []parser.Range) {
	line := 0
	if len(at) > 0 {
		line = at[0].Start.Line
	}
	f.lint = append(f.lint, Remark{
		Rule:     "buildkit-" + dashed(rule),
		Line:     line,
		Message:  message,
		Why:      description,
		Severity: Advice,
	})
}

// dashed turns "StageNameCasing" into "stage-name-casing".
func dashed(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && 'A' <= c && c <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(c)
	}
	return strings.ToLower(b.String())
}
