package exercises

import (
	"fmt"
	"slices"
	"strings"

	"shipshape/checker"
	"shipshape/checker/compose"
)

// What an exercise needs to be worth a learner's trust.
const (
	// fullPoints make the exercises weigh alike.
	fullPoints = 10
	// Hints are a nudge, a direction, perhaps another one, and nearly the
	// answer.
	minHints = 3
	maxSteps = 4
	// minPassing styles must pass, so that no style is held against anyone,
	// and minFailing wrong ones must fail, so that no check is a formality.
	// Where there are several stacks, these count over all of them, and
	// minInStack of both in each.
	minPassing = 4
	minFailing = 5
	minInStack = 2
)

// LintOption adds to what [Lint] looks at.
type LintOption func(*linter)

// WithLessons makes Lint check that each lesson that an exercise or a check
// names is there.
func WithLessons(exists func(slug string) bool) LintOption {
	return func(l *linter) { l.lessonExists = exists }
}

// WithConcepts makes Lint check that each check names a concept that a lesson
// teaches: a check that fails asks for its questions.
func WithConcepts(exists func(id string) bool) LintOption {
	return func(l *linter) { l.conceptExists = exists }
}

// Lint finds what a loaded catalog lacks to be a sound course: each fault is a
// [*Fault] with its place. That the verdicts are as stated is for package
// coursetest to see, on an engine.
func Lint(c *Catalog, options ...LintOption) []error {
	l := &linter{lessonExists: func(string) bool { return true }}
	for _, option := range options {
		option(l)
	}
	for _, e := range c.Exercises {
		l.exercise(e)
	}
	return distinct(l.faults)
}

type linter struct {
	lessonExists func(slug string) bool
	// conceptExists is nil where concepts are not looked at.
	conceptExists func(id string) bool
	faults        []error
}

func (l *linter) fault(s source, path, format string, args ...any) {
	l.faults = append(l.faults, s.fault(path, format, args...))
}

func (l *linter) exercise(e *Exercise) {
	for _, in := range e.Stacks {
		l.stack(in)
	}
	l.enough(e)
	l.proofs(e)
}

// stack checks an exercise in one of its stacks.
func (l *linter) stack(e *Exercise) {
	s := e.source
	if !l.lessonExists(e.Lesson) {
		l.fault(s, "lesson", "there is no lesson %q", e.Lesson)
	}
	if e.Minutes < 1 {
		l.fault(s, "minutes", "minutes, how long a learner may need, is missing")
	}
	if len(e.Bases) == 0 {
		l.fault(s, "bases", "bases, the images that the exercise's Dockerfiles start from, is missing")
	}
	if p := e.Points(); p != fullPoints {
		l.fault(s, "checks", "the checks are worth %d points in all, and an exercise is worth %d", p, fullPoints)
	}
	if n := len(e.Hints); n < minHints || n > maxSteps {
		l.fault(s, "", "%d hints: an exercise has %d or %d, from a nudge to nearly the answer", n, minHints, maxSteps)
	}
	l.givenAway(e)
	for i, c := range e.Checks {
		l.check(e, i, c)
	}
	if !l.failsOne(e, s, "starter_fails", e.StarterFails) {
		l.fault(s, "starter_fails", "the starter fails no required check, so there is nothing to do")
	}
	l.edit(e, "nonce", e.Nonce)
	if e.Manifest != nil {
		l.edit(e, "manifest", *e.Manifest)
	}
	l.dockerfiles(e)
	l.variants(e)
}

func (l *linter) check(e *Exercise, i int, c checker.Spec) {
	at := fmt.Sprintf("checks[%d]", i)
	if strings.TrimSpace(c.Why) == "" {
		l.fault(e.source, at, "%s says no why: a learner who fails it must read why it matters", c.ID)
	}
	if c.Lesson != "" && !l.lessonExists(c.Lesson) {
		l.fault(e.source, at+".lesson", "there is no lesson %q", c.Lesson)
	}
	if r := c.Refuses; r != nil {
		l.edit(e, at+".refuses.fault", r.Fault)
	}
	// That it builds is about no concept of its own.
	if l.conceptExists != nil && (c.Concept != "" || c.Builds == nil) && !l.conceptExists(c.Concept) {
		l.fault(e.source, at+".concept", "%s names the concept %q, which no lesson teaches", c.ID, c.Concept)
	}
	if s := c.ImageSize; s != nil && s.Of != checker.OfStarter && !slices.Contains(e.Bases, s.Of) {
		l.fault(e.source, at+".image_size", "%s measures against %s, which is not among the bases", c.ID, s.Of)
	}
}

// failsOne checks a list of failing checks, and says whether a required one is
// among them.
func (l *linter) failsOne(e *Exercise, s source, path string, ids []string) bool {
	required := false
	for i, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, i)
		n := slices.IndexFunc(e.Checks, func(c checker.Spec) bool { return c.ID == id })
		switch {
		case n < 0:
			l.fault(s, at, "no check has the id %q", id)
			continue
		case slices.Index(ids, id) != i:
			l.fault(s, at, "%q is listed twice", id)
		}
		required = required || !e.Checks[n].Optional
		for _, need := range e.Checks[n].Needs {
			if slices.Contains(ids, need) {
				l.fault(s, at, "%q needs %q, which fails as well: it is skipped then, and not listed", id, need)
			}
		}
	}
	return required
}

// edit checks that the grader's edit has something to edit.
func (l *linter) edit(e *Exercise, path string, edit checker.Edit) {
	starter, err := e.readTree("starter")
	if err != nil {
		l.fault(e.source, path, "%v", err)
		return
	}
	content, ok := starter[edit.File]
	if !ok {
		l.fault(e.source, path+".file", "the starter has no %s", edit.File)
		return
	}
	if edit.Replace != "" {
		if n := strings.Count(string(content), edit.Replace); n != 1 {
			l.fault(e.source, path+".replace", "the text to replace stands %d times in the starter's %s, and must stand there once", n, edit.File)
		}
	}
}

// dockerfiles checks that the starter and the solution have one.
func (l *linter) dockerfiles(e *Exercise) {
	if e.Compose != nil {
		// Each of its services has a Dockerfile of its own, or none.
		l.composeFiles(e)
		return
	}
	name := e.Dockerfile
	if name == "" {
		name = "Dockerfile"
	}
	for _, layer := range []string{"starter", "solution"} {
		files, err := e.readTree(layer)
		if err != nil {
			l.fault(e.source, "dockerfile", "%v", err)
		} else if _, ok := files[name]; !ok {
			l.fault(e.source, "dockerfile", "the %s has no %s", layer, name)
		}
	}
}

// composeFiles checks that the solution has the Compose files that are graded.
func (l *linter) composeFiles(e *Exercise) {
	there := make(map[string]bool)
	for _, layer := range []string{"starter", "solution"} {
		files, err := e.readTree(layer)
		if err != nil {
			l.fault(e.source, "compose", "%v", err)
			return
		}
		for name := range files {
			there[name] = true
		}
	}
	for i, name := range e.Compose.Files {
		if !there[name] {
			l.fault(e.source, fmt.Sprintf("compose.files[%d]", i), "the solution has no %s", name)
		}
	}
	if len(e.Compose.Files) == 0 && !slices.ContainsFunc(compose.DefaultFiles(), func(name string) bool { return there[name] }) {
		l.fault(e.source, "compose", "the solution has no %s", compose.DefaultFiles()[0])
	}
}

func (l *linter) variants(e *Exercise) {
	starter, err := e.readTree("starter")
	if err != nil {
		return // said by edit already
	}
	for _, v := range e.Variants {
		if strings.TrimSpace(v.About) == "" {
			l.fault(v.source, "about", "about, what the variant does differently, is missing")
		}
		required := l.failsOne(e, v.source, "fails", v.Fails)
		if required != (v.Verdict == checker.OutcomeFailed) {
			l.fault(v.source, "verdict", "the verdict %s doesn't follow from the checks that fail: it is failed just when a required one is among them", v.Verdict)
		}
		for i, name := range v.Remove {
			if _, ok := starter[name]; !ok {
				l.fault(v.source, fmt.Sprintf("remove[%d]", i), "the starter has no %s to leave out", name)
			}
		}
	}
}

// enough checks that there are variants of both kinds to prove the checks by.
func (l *linter) enough(e *Exercise) {
	passing, failing := 0, 0
	for _, in := range e.Stacks {
		passed, failed := in.count(checker.OutcomePassed), in.count(checker.OutcomeFailed)
		passing, failing = passing+passed, failing+failed
		if len(e.Stacks) > 1 && min(passed, failed) < minInStack {
			l.fault(in.source, "", "%d variants that pass and %d that fail: each stack has at least %d of both", passed, failed, minInStack)
		}
	}
	s := e.source
	if len(e.Stacks) > 1 {
		s = *s.under
	}
	if passing < minPassing {
		l.fault(s, "", "%d variants that pass: at least %d styles other than the solution's must", passing, minPassing)
	}
	if failing < minFailing {
		l.fault(s, "", "%d variants that fail: at least %d flawed ones must", failing, minFailing)
	}
}

// count is how many variants must get that verdict.
func (e *Exercise) count(verdict checker.Outcome) int {
	n := 0
	for _, v := range e.Variants {
		if v.Verdict == verdict {
			n++
		}
	}
	return n
}

// proofs checks that each check is seen to fail somewhere, in whichever stack:
// one that nothing fails might as well not look.
func (l *linter) proofs(e *Exercise) {
	var seen []string
	for _, in := range e.Stacks {
		seen = append(seen, in.StarterFails...)
		for _, v := range in.Variants {
			seen = append(seen, v.Fails...)
		}
	}
	for _, in := range e.Stacks {
		for i, c := range in.Checks {
			if !slices.Contains(seen, c.ID) {
				l.fault(in.source, fmt.Sprintf("checks[%d]", i), "nothing fails %s, neither the starter nor a variant: nobody knows that it can fail", c.ID)
			}
		}
	}
}
