package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shipshape/exercises"
)

const (
	// handGoal is a grade's time over that of the same engine work by hand.
	handGoal = 1.10
	// recheckGoal is a re-check after a one-line edit, median, warm.
	recheckGoal = 1500 * time.Millisecond
	// memoryGoal is the grader's peak, in bytes.
	memoryGoal = 64 << 20
)

// byHand are the exercises whose engine work the script does as well, one in each
// stack; capstone has every kind of check at once, and is measured alone.
func byHand() []string { return []string{"node-cache-order", "python-venv-user", "go-static"} }

const capstone = "ship-it"

// grades measures grades of solutions. The grade and the script take turns, so
// that both see the same machine.
func (b *bench) grades(ctx context.Context, times int) error {
	catalog, err := exercises.Load(exercises.Embedded())
	if err != nil {
		return err
	}
	var peak int64
	var rechecks []time.Duration
	for _, slug := range append(byHand(), capstone) {
		e := catalog.Exercise(slug)
		s := &subject{bench: b, exercise: e, dir: filepath.Join(b.work, slug), alone: slug == capstone}
		if _, err := e.WriteSolution(s.dir); err != nil {
			return err
		}
		if err := s.measure(ctx, times); err != nil {
			b.failed("grade of "+slug, err)
			continue
		}
		peak = max(peak, s.peak)
		if s.alone {
			b.note("grade of "+slug, seconds(median(s.grades)))
		} else {
			rechecks = append(rechecks, s.rechecks...)
			r := ratio(median(s.grades), median(s.hands))
			b.add("grade of "+slug+" over the same by hand",
				fmt.Sprintf("%.2f (%s over %s)", r, seconds(median(s.grades)), seconds(median(s.hands))),
				fmt.Sprintf("%.2f", handGoal), r <= handGoal)
		}
		b.add("re-check of "+slug+" after a one-line edit", seconds(median(s.rechecks)), seconds(recheckGoal)+" median", median(s.rechecks) <= recheckGoal)
	}
	if len(rechecks) == 0 {
		return errors.New("no exercise could be graded")
	}
	b.add("re-check, of those by hand too", seconds(median(rechecks)), seconds(recheckGoal)+" median", median(rechecks) <= recheckGoal)
	b.add("peak memory of a grade", fmt.Sprintf("%.1f MiB", float64(peak)/(1<<20)), "64 MiB", peak <= memoryGoal)
	return nil
}

// subject is one solution that is graded again and again.
type subject struct {
	bench    *bench
	exercise *exercises.Exercise
	dir      string
	// alone tells that there is no script to compare it with.
	alone bool

	grades, hands, rechecks []time.Duration
	// peak is the most memory that a grade had, in bytes.
	peak int64
}

func (s *subject) measure(ctx context.Context, times int) error {
	hand := func() (time.Duration, error) { return 0, nil }
	if !s.alone {
		script, err := s.script()
		if err != nil {
			return err
		}
		hand = func() (time.Duration, error) { return s.byHand(ctx, script) }
	}
	if _, err := s.check(ctx); err != nil { // warms the cache
		return err
	}
	if _, err := hand(); err != nil {
		return err
	}
	for range times {
		grade, err := s.check(ctx)
		if err != nil {
			return err
		}
		byHand, err := hand()
		if err != nil {
			return err
		}
		if err := s.edit(); err != nil {
			return err
		}
		recheck, err := s.check(ctx)
		if err != nil {
			return err
		}
		s.grades, s.hands, s.rechecks = append(s.grades, grade), append(s.hands, byHand), append(s.rechecks, recheck)
	}
	return nil
}

// check grades once, and keeps the most memory that it was seen to have.
func (s *subject) check(ctx context.Context) (time.Duration, error) {
	cmd := s.bench.command(ctx, s.bench.binary, "check", "--dir", s.dir, "--json", "--force")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	peak := watchPeak(cmd.Process.Pid)
	err := cmd.Wait()
	took := time.Since(began)
	s.peak = max(s.peak, <-peak)
	if err != nil {
		return 0, fmt.Errorf("the solution did not pass: %w\n%s", err, out.String())
	}
	return took, nil
}

// edit appends a comment to the file that the pipeline would write.
func (s *subject) edit() error {
	comment := map[string]string{"node": "//", "go": "//", "python": "#"}[s.exercise.Stack]
	source := map[string]string{"node": "server.js", "go": "main.go", "python": "server.py"}[s.exercise.Stack]
	f, err := os.OpenFile(filepath.Join(s.dir, source), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s edited at %d\n", comment, time.Now().UnixNano())
	return errors.Join(err, f.Close())
}

// byHand runs the script once.
func (s *subject) byHand(ctx context.Context, script string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, "sh", "-eu", "-c", script)
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("the script by hand: %w\n%s", err, out)
	}
	return time.Since(began), nil
}
