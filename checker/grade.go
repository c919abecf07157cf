package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Options of a grade.
type Options struct {
	// Only are the ids of the checks to run, together with those that they
	// need; empty for all.
	Only []string
	// Tools are names of images with a shell, cat and kill. Where the engine
	// has one, it helps to look into containers whose own image has none, when
	// the images of the exercise and of the Dockerfile have none either.
	Tools []string
	// Observe is told what happens; nil hears nothing.
	Observe Observer
}

// ErrNoCheck says that Options.Only names a check that the submission has not.
var ErrNoCheck = errors.New("no such check")

// Grade builds, runs and examines a submission on an engine. Checks that do not
// need one another run side by side, on evidence that they share: one build,
// one container.
//
// The verdicts, also those of a faulty environment, are in the report. Grade
// returns an error only when the context is cancelled, when Options.Only names
// an unknown check, or when the assignment itself is unsound. Sweeping the
// engine afterwards is the caller's part.
func Grade(ctx context.Context, eng Engine, sub Submission, opts Options) (*Report, error) {
	began := time.Now()
	if err := sub.Assignment.sound(); err != nil {
		return nil, err
	}
	specs, err := choose(sub.Assignment.Checks, opts.Only)
	if err != nil {
		return nil, err
	}
	report := &Report{Schema: ReportSchema, Exercise: sub.Exercise}
	if info, err := eng.Info(ctx); err == nil {
		report.Engine = &info
	}
	tell := serialized(opts.Observe)
	grade, end := context.WithCancel(ctx)
	ev := newEvidence(grade, eng, sub, specs, tell)
	defer func() {
		// What a check began and then gave up ends before the engine is swept.
		end()
		ev.wg.Wait()
	}()
	ev.extraTools = opts.Tools

	report.Checks = runAll(ctx, specs, sub.Lesson, ev, tell)
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	report.Image = ev.imageReport(ctx)
	report.Notices = ev.notices()
	report.Checks = append(report.Checks, ev.advice()...)
	report.settle(began)
	return report, nil
}

// choose returns the checks of the given ids with all that they need, in the
// order in which they are declared.
func choose(all []Spec, only []string) ([]Spec, error) {
	if len(only) == 0 {
		return all, nil
	}
	byID := make(map[string]Spec, len(all))
	for _, s := range all {
		byID[s.ID] = s
	}
	wanted := make(map[string]bool)
	var want func(id string) error
	want = func(id string) error {
		s, ok := byID[id]
		if !ok {
			return fmt.Errorf("%w: %q", ErrNoCheck, id)
		}
		if wanted[id] {
			return nil
		}
		wanted[id] = true
		for _, need := range s.Needs {
			if err := want(need); err != nil {
				return err
			}
		}
		return nil
	}
	for _, id := range only {
		if err := want(id); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(s Spec) bool { return !wanted[s.ID] }), nil
}

// serialized makes an observer safe to call from checks that run side by side.
func serialized(observe Observer) Observer {
	if observe == nil {
		return func(Event) {}
	}
	var mu sync.Mutex
	return func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		observe(e)
	}
}

// runAll runs each check once those that it needs have ended, and returns the
// results in the order of the specs.
func runAll(ctx context.Context, specs []Spec, lesson string, ev *evidence, tell Observer) []Result {
	results := make([]Result, len(specs))
	ended := make(map[string]chan struct{}, len(specs))
	index := make(map[string]int, len(specs))
	for i, s := range specs {
		ended[s.ID] = make(chan struct{})
		index[s.ID] = i
	}
	var wg sync.WaitGroup
	for i, s := range specs {
		wg.Go(func() {
			defer close(ended[s.ID])
			ahead := newTrial(ctx, s, lesson, ev)
			for _, need := range s.Needs {
				<-ended[need]
			}
			r := s.result(lesson)
			if blocker := unmet(s, specs, results, index); blocker != nil {
				ahead.giveUp()
				r.Status = StatusSkip
				r.Observed = fmt.Sprintf("not looked at: it needs %q, which did not pass", blocker.Title)
			} else {
				tell(CheckStarted{ID: s.ID, Title: s.Title})
				r = ahead.result()
			}
			results[i] = r
			if ev.tenants.leave(s) {
				ev.vacate()
			}
			if ctx.Err() == nil {
				tell(CheckDone{Result: r})
			}
		})
	}
	wg.Wait()
	return results
}

// unmet returns the first check that s needs and that did not pass, or nil.
func unmet(s Spec, specs []Spec, results []Result, index map[string]int) *Spec {
	for _, need := range s.Needs {
		if i := index[need]; results[i].Status != StatusPass {
			return &specs[i]
		}
	}
	return nil
}
