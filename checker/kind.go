package checker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shipshape/checker/inert"
)

// kind is what each sort of check does: it looks at the evidence and says what
// it found. An [*EnvironmentError] makes the check ungradable, a [*BuildError]
// makes it skipped.
type kind interface {
	look(ctx context.Context, ev *evidence) (finding, error)
}

// checkable is a kind whose settings can be unsound.
type checkable interface {
	unsound(a Assignment) []Unsound
}

// comparing is a kind that may measure against the exercise's starter.
type comparing interface {
	needsStarter() bool
}

// Unsound is something in a check's settings that makes a grade meaningless or
// impossible: a fault of the exercise, not of a submission.
type Unsound struct {
	// Path leads from the check to the setting, as in "cached.work.log".
	Path string
	// Problem says what is wrong, as half a sentence.
	Problem string
}

// unsoundf is one at a path below the kind's own key; empty for the kind itself.
func unsoundf(path, format string, args ...any) Unsound {
	return Unsound{Path: path, Problem: fmt.Sprintf(format, args...)}
}

// Unsound finds what is wrong with the check's settings within an assignment.
func (s Spec) Unsound(a Assignment) []Unsound {
	name, k, err := s.kind()
	if err != nil {
		return []Unsound{unsoundf("", `%v; a kind without settings is written as in "builds: {}"`, err)}
	}
	c, ok := k.(checkable)
	if !ok {
		return nil
	}
	found := c.unsound(a)
	for i := range found {
		found[i].Path = strings.TrimSuffix(name+"."+found[i].Path, ".")
	}
	return found
}

// NeedsStarter reports whether the check measures against the exercise's
// starter, so that a submission has to have one.
func (s Spec) NeedsStarter() bool {
	_, k, err := s.kind()
	if err != nil {
		return false
	}
	c, ok := k.(comparing)
	return ok && c.needsStarter()
}

// finding is a verdict with its evidence.
type finding struct {
	passed   bool
	expected string
	observed string
	// why replaces the spec's own, where the evidence tells more.
	why  string
	line int
}

// Kind returns the key under which the spec says what must be seen, such as
// "runs_as". A spec must have exactly one.
func (s Spec) Kind() (string, error) {
	name, _, err := s.kind()
	return name, err
}

func (s Spec) kind() (string, kind, error) {
	var (
		name  string
		found kind
		count int
	)
	add := func(key string, set bool, k kind) {
		if set {
			name, found = key, k
			count++
		}
	}
	add("builds", s.Builds != nil, s.Builds)
	add("serves", s.Serves != nil, s.Serves)
	add("runs_as", s.RunsAs != nil, s.RunsAs)
	add("health", s.Health != nil, s.Health)
	add("image_size", s.ImageSize != nil, s.ImageSize)
	add("cached", s.Cached != nil, s.Cached)
	add("imports", s.Imports != nil, s.Imports)
	add("static_binary", s.Static != nil, s.Static)
	add("listens", s.Listens != nil, s.Listens)
	add("stops", s.Stops != nil, s.Stops)
	add("layers", s.Layers != nil, s.Layers)
	add("contents", s.Contents != nil, s.Contents)
	add("linked", s.Linked != nil, s.Linked)
	add("logs", s.Logs != nil, s.Logs)
	add("exposes", s.Exposes != nil, s.Exposes)
	add("configured", s.Configured != nil, s.Configured)
	add("pinned", s.Pinned != nil, s.Pinned)
	add("runs", s.Runs != nil, s.Runs)
	add("secrets", s.Secrets != nil, s.Secrets)
	add("context", s.Context != nil, s.Context)
	add("hardened", s.Hardened != nil, s.Hardened)
	add("writes", s.Writes != nil, s.Writes)
	add("tagged", s.Tagged != nil, s.Tagged)
	add("refuses", s.Refuses != nil, s.Refuses)
	add("compose_up", s.ComposeUp != nil, s.ComposeUp)
	add("compose_healthy", s.ComposeHealthy != nil, s.ComposeHealthy)
	add("compose_ordered", s.ComposeOrdered != nil, s.ComposeOrdered)
	add("compose_persists", s.ComposePersists != nil, s.ComposePersists)
	add("compose_reaches", s.ComposeReaches != nil, s.ComposeReaches)
	add("compose_isolated", s.ComposeIsolated != nil, s.ComposeIsolated)
	add("compose_secret", s.ComposeSecret != nil, s.ComposeSecret)
	if count != 1 {
		return "", nil, fmt.Errorf("check %q names %d kinds; it needs exactly one", s.ID, count)
	}
	return name, found, nil
}

// result is the spec's result before it is known.
func (s Spec) result(lesson string) Result {
	r := Result{
		ID: s.ID, Title: s.Title, Required: !s.Optional, Points: s.Points,
		Why: s.Why, Lesson: s.Lesson, Concept: s.Concept,
	}
	if r.Lesson == "" {
		r.Lesson = lesson
	}
	return r
}

// run fills r with what the check finds.
func (s Spec) run(ctx context.Context, ev *evidence, r *Result) {
	began := time.Now()
	defer func() { r.DurationMS = time.Since(began).Milliseconds() }()

	_, k, err := s.kind()
	if err != nil {
		r.Status, r.Observed = StatusError, err.Error()
		r.Remedy = "This is a fault of the exercise: `shipshape course lint` shows where."
		return
	}
	f, err := k.look(ctx, ev)
	if err != nil {
		fillError(r, err)
		return
	}
	r.Status = StatusFail
	if f.passed {
		r.Status = StatusPass
	}
	// What a container or its service said stands in here: it is made inert
	// once, for all who print a result.
	r.Expected, r.Observed, r.DockerfileLine = f.expected, inert.Text(f.observed), f.line
	if f.why != "" {
		r.Why = f.why
	}
}

// fillError turns what kept a check from looking into its result.
func fillError(r *Result, err error) {
	var (
		environment *EnvironmentError
		build       *BuildError
	)
	switch {
	case errors.As(err, &environment):
		r.Status, r.Observed, r.Remedy = StatusError, inert.Text(environment.Error()), environment.Remedy
	case errors.As(err, &build):
		r.Status, r.DockerfileLine = StatusSkip, build.Line
		r.Observed = "not looked at: there is no image, because the build failed"
	default:
		// An error that nobody named is no evidence against the learner.
		r.Status, r.Observed = StatusError, inert.Text(err.Error())
		r.Remedy = "Run the check again; `shipshape doctor` shows whether the engine is well."
	}
}
