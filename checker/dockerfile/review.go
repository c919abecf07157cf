package dockerfile

import (
	"cmp"
	"iter"
	"slices"
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

// weight orders severities, the gravest first.
func (s Severity) weight() int {
	return slices.Index([]Severity{Mistake, Warning, Advice}, s)
}

// Remark is one finding of a review.
type Remark struct {
	// Rule is the id of the rule, such as "copy-before-install".
	Rule string
	// Line is counted from 1.
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
	// IgnoreName is what remarks call that file; empty for .dockerignore.
	IgnoreName string
	// Files are the project's files and folders, slash-separated and
	// relative to the build context. Nil when they are not known.
	Files []string
	// Partial tells that the project holds more than Files says, so that
	// nothing is said of what is not there.
	Partial bool
	// Read returns the content of one of the Files, or nil where it cannot
	// be had. Read itself may be nil.
	Read func(name string) []byte
}

// Rule describes a rule of the review.
type Rule struct {
	// ID is a rule's own, or for BuildKit's checks the name that BuildKit
	// gives them, such as "JSONArgsRecommended".
	ID       string
	Severity Severity
	// Lesson is a lesson's slug, or empty.
	Lesson string
	// BuildKit is the name of BuildKit's check of the same fault, where it
	// has one under another name; that one is not reported beside this.
	BuildKit string
	// Why says what follows and what to do.
	Why string

	check func(*review)
}

// review is one run of the rules over one file.
type review struct {
	*File
	ReviewContext
	final chain
	used  []bool
	// leftOut is what .dockerignore leaves out of the context.
	leftOut *ignoring
	// What was found once and is asked for again: the chains of stages, what of
	// a stage is copied into the image, the files that a source takes, the names
	// with the number 0, the virtual environments in the image.
	chains map[int]chain
	ships  map[int][]string
	taken  map[string][]string
	roots  []string
	inside []string
	// rule is the one being checked.
	rule    *Rule
	remarks []Remark
}

// say adds a remark of the rule being checked.
func (r *review) say(line int, message string) {
	r.sayBecause(line, message, r.rule.Why)
}

// sayBecause is say where the evidence tells more than the rule's own Why.
func (r *review) sayBecause(line int, message, why string) {
	if r.skipped(line, r.rule) {
		return
	}
	remark := Remark{
		Rule:     r.rule.ID,
		Line:     line,
		Message:  message,
		Why:      why,
		Lesson:   r.rule.Lesson,
		Severity: r.rule.Severity,
	}
	if n := len(r.remarks); n == 0 || r.remarks[n-1] != remark {
		r.remarks = append(r.remarks, remark)
	}
}

// said tells whether a rule that stands above in the table has remarked a line.
func (r *review) said(rule string, line int) bool {
	return slices.ContainsFunc(r.remarks, func(m Remark) bool { return m.Rule == rule && m.Line == line })
}

// has tells whether the project holds a file.
func (r *review) has(name string) bool { return slices.Contains(r.Files, name) }

// read returns the content of one of the project's files, or nil.
func (r *review) read(name string) []byte {
	if r.Read == nil {
		return nil
	}
	return r.Read(name)
}

// chain is the file's, kept.
func (r *review) chain(stage int) chain {
	c, ok := r.chains[stage]
	if !ok {
		c = r.File.chain(stage)
		r.chains[stage] = c
	}
	return c
}

// inFinal tells whether a stage is one that the image is made of, and not one
// that files are only copied from.
func (r *review) inFinal(stage int) bool {
	return slices.ContainsFunc(r.final.stages, func(s *Stage) bool { return s.Index == stage })
}

// every goes through the instructions of some names, or through all of them,
// with the index of their stage.
func (f *File) every(names ...string) iter.Seq2[int, *Instruction] {
	return func(yield func(int, *Instruction) bool) {
		for i := range f.Stages {
			for j := range f.Stages[i].Instructions {
				in := &f.Stages[i].Instructions[j]
				if (len(names) == 0 || slices.Contains(names, in.Name)) && !yield(i, in) {
					return
				}
			}
		}
	}
}

// Review checks the file against all rules and returns the remarks, the gravest
// first and those of one severity in the order of their lines. Remarks advise:
// that there is none does not mean that the image is good, and that there is
// one does not mean that it is bad.
func (f *File) Review(ctx ReviewContext) []Remark {
	ctx.IgnoreName = cmp.Or(ctx.IgnoreName, ".dockerignore")
	r := &review{File: f, ReviewContext: ctx, final: f.final(), used: f.reachable(), leftOut: readIgnore(ctx.Ignore), chains: map[int]chain{}, ships: map[int][]string{}, taken: map[string][]string{}}
	rules := Rules()
	for i := range rules {
		r.rule = &rules[i]
		r.rule.check(r)
	}
	r.remarks = append(r.remarks, f.otherLint(rules)...)
	slices.SortStableFunc(r.remarks, func(a, b Remark) int {
		return cmp.Or(cmp.Compare(a.Severity.weight(), b.Severity.weight()), cmp.Compare(a.Line, b.Line))
	})
	return r.remarks
}
