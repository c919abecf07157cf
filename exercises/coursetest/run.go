package coursetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shipshape/checker"
	"shipshape/checker/jobs"
	"shipshape/exercises"
)

// Options say what to prove and how.
type Options struct {
	Catalog *exercises.Catalog
	// Only are the slugs of the exercises to prove; none means all.
	Only []string
	// Grade grades one submission; it is called from Jobs goroutines.
	Grade func(context.Context, checker.Submission) (*checker.Report, error)
	// Name builds an image with names, until forget is called; it is asked for
	// submissions to exercises that have tags. Nil names none.
	Name func(ctx context.Context, req checker.BuildRequest, names []string) (forget func() error, err error)
	// Observe, when set, is told each proof as it ends, from one goroutine at
	// a time.
	Observe func(Line)
	// Jobs is how many submissions are graded at once; 0 means one.
	Jobs int
	// TempDir is where the submissions are written; empty for the system's.
	TempDir string
}

// Summary is what a run of proofs found.
type Summary struct {
	// Lines stand in the catalog's order: starter, solution, variants, of one
	// stack after the other.
	Lines []Line `json:"lines"`
	// Exercises, Variants and Proofs count what was graded: each starter,
	// solution and variant is one proof.
	Exercises int `json:"exercises"`
	Variants  int `json:"variants"`
	Proofs    int `json:"proofs"`
	// Wrong and Ungradable are those of the proofs that did not hold.
	Wrong      int           `json:"wrong"`
	Ungradable int           `json:"ungradable"`
	Duration   time.Duration `json:"duration"`
}

// UnknownExerciseError says that Options.Only names an exercise that the
// catalog doesn't have.
type UnknownExerciseError struct{ Slug string }

func (e *UnknownExerciseError) Error() string {
	return fmt.Sprintf("no exercise %q in this course", e.Slug)
}

// proof is one submission to write and grade.
type proof struct {
	exercise *exercises.Exercise
	line     Line
	names    names
	naming   *naming
	write    func(dir string) error
}

// Run grades the submissions of a course. A proof that doesn't hold is no
// error: see [Summary]. An error is an unknown slug, a temporary folder that
// can't be written, or a cancelled ctx; the Summary then has the lines that
// were done.
func Run(ctx context.Context, o Options) (*Summary, error) {
	began := time.Now()
	chosen, err := choose(o)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(o.TempDir, "shipshape-course-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the submissions can't be made: %w", err)
	}
	defer os.RemoveAll(work)

	var proofs []*proof
	for _, e := range chosen {
		for _, in := range e.Stacks {
			proofs = append(proofs, proofsOf(in)...)
			if err := in.WriteStarter(starterDir(work, in)); err != nil {
				return nil, fmt.Errorf("the starter of %s can't be written: %w", e.Slug, err)
			}
		}
	}
	named := &naming{build: o.Name}
	for _, p := range proofs {
		p.naming = named
	}
	err = jobs.Run(ctx, proofs, jobs.Options[*proof]{
		AtOnce: o.Jobs,
		Do:     func(ctx context.Context, p *proof) error { return p.prove(ctx, o, work) },
		Done: func(p *proof) {
			if o.Observe != nil {
				o.Observe(p.line)
			}
		},
		Undecided: func(p *proof) bool { return p.line.Status == Ungradable },
	})
	s := summarize(len(chosen), proofs)
	s.Duration = time.Since(began)
	return s, err
}

func starterDir(work string, e *exercises.Exercise) string {
	return filepath.Join(work, e.Slug, "of-"+e.Stack)
}

func choose(o Options) ([]*exercises.Exercise, error) {
	if len(o.Only) == 0 {
		return o.Catalog.Exercises, nil
	}
	for _, slug := range o.Only {
		if o.Catalog.Exercise(slug) == nil {
			return nil, &UnknownExerciseError{Slug: slug}
		}
	}
	var chosen []*exercises.Exercise
	for _, e := range o.Catalog.Exercises {
		if slices.Contains(o.Only, e.Slug) {
			chosen = append(chosen, e)
		}
	}
	return chosen, nil
}

func proofsOf(e *exercises.Exercise) []*proof {
	state := func(submission string, outcome checker.Outcome, fails []string, write func(dir string) error) *proof {
		want := Verdict{Outcome: outcome, Fails: []string{}}
		for _, c := range e.Checks {
			if slices.Contains(fails, c.ID) {
				want.Fails = append(want.Fails, c.ID)
			}
		}
		if len(e.Stacks) > 1 {
			submission = e.Stack + "/" + submission
		}
		return &proof{exercise: e, write: write, line: Line{Exercise: e.Slug, Submission: submission, Want: want}}
	}
	proofs := []*proof{
		state("starter", checker.OutcomeFailed, e.StarterFails, e.WriteStarter),
		state("solution", checker.OutcomePassed, nil, func(dir string) error {
			_, err := e.WriteSolution(dir)
			return err
		}),
	}
	proofs[1].names.own = e.Tags
	for _, v := range e.Variants {
		p := state("variants/"+v.Name, v.Verdict, v.Fails, func(dir string) error {
			return e.WriteVariant(dir, v.Name)
		})
		p.line.Says = v.Says
		p.names = names{own: e.Tags, starter: v.StarterTags}
		if v.Tags != nil {
			p.names.own = v.Tags
		}
		proofs = append(proofs, p)
	}
	return proofs
}

// dir is where the proof's submission is written.
func (p *proof) dir(work string) string {
	return filepath.Join(work, p.exercise.Slug, strings.ReplaceAll(p.line.Submission, "/", "-"))
}

// prove writes, grades and compares one submission, perhaps not for the first
// time. Its error ends the run's
// success; what the grader says of the submission does not.
func (p *proof) prove(ctx context.Context, o Options, work string) error {
	dir := p.dir(work)
	p.line.Differences, p.line.Problem, p.line.Remedy = nil, "", ""
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := p.write(dir); err != nil {
		return fmt.Errorf("%s of %s can't be written: %w", p.line.Submission, p.exercise.Slug, err)
	}
	began := time.Now()
	var report *checker.Report
	sub := p.exercise.Submission(dir, starterDir(work, p.exercise))
	err := p.naming.during(ctx, p, sub, func() (err error) {
		report, err = o.Grade(ctx, sub)
		return err
	})
	p.line.Duration = time.Since(began)
	switch environment, ok := errors.AsType[*checker.EnvironmentError](err); {
	case ctx.Err() != nil:
		return ctx.Err()
	case ok:
		p.line.Status, p.line.Problem, p.line.Remedy = Ungradable, environment.Error(), environment.Remedy
	case err != nil:
		p.line.Status, p.line.Problem = Wrong, err.Error()
	default:
		p.line.compare(p.exercise, report)
	}
	return nil
}

func summarize(exercises int, proofs []*proof) *Summary {
	s := &Summary{Exercises: exercises, Lines: []Line{}}
	for _, p := range proofs {
		if p.line.Status == "" {
			continue // the run was cancelled before it
		}
		s.Lines = append(s.Lines, p.line)
		if strings.Contains(p.line.Submission, "variants/") {
			s.Variants++
		}
		s.Count(p.line.Status)
	}
	return s
}

// Count counts a proof that ended so.
func (s *Summary) Count(status Status) {
	s.Proofs++
	switch status {
	case Wrong:
		s.Wrong++
	case Ungradable:
		s.Ungradable++
	}
}
