package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"shipshape/cmd/internal/termtest"
	"shipshape/lessons"
)

const (
	keyGoal = 16 * time.Millisecond
	// presses is how many keys are measured: enough for a 99th percentile.
	presses = 400
	// stride is how many lines are scrolled one way before turning back.
	stride = 20
	// settle lets a frame be drawn whole before the next key.
	settle = 25 * time.Millisecond
)

// keys measures from a key to the frame that it makes, on the longest lesson.
func (b *bench) keys(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	course, title, err := b.longest()
	if err != nil {
		return err
	}
	term, err := termtest.Start(b.command(ctx, b.binary, "--course", course), termtest.Options{Columns: 100, Rows: 30})
	if err != nil {
		return err
	}
	defer func() {
		_ = term.Signal(syscall.SIGKILL)
		_, _ = term.Wait()
	}()
	if _, err := term.Await(ctx, 0, title[:min(len(title), 12)]); err != nil {
		return err
	}
	if err := press(ctx, term, "\r"); err != nil {
		return fmt.Errorf("opening the lesson: %w", err)
	}
	time.Sleep(time.Second) // the lesson is rendered behind its first frame
	var times []time.Duration
	for i := range presses {
		key := "j"
		if i/stride%2 == 1 {
			key = "k"
		}
		began := time.Now()
		from := term.Len()
		if err := term.Type(key); err != nil {
			return err
		}
		at, err := term.AwaitOutput(ctx, from)
		if err != nil {
			return fmt.Errorf("key %d: %w", i+1, err)
		}
		times = append(times, at.Sub(began))
		time.Sleep(settle)
	}
	p99 := percentile(times, 99)
	b.add("key to frame, longest lesson", fmt.Sprintf("%s (median %s)", millis(p99), millis(median(times))), millis(keyGoal)+" at the 99th percentile", p99 <= keyGoal)
	return nil
}

// press sends a key and waits for something to come of it.
func press(ctx context.Context, term *termtest.Terminal, key string) error {
	from := term.Len()
	if err := term.Type(key); err != nil {
		return err
	}
	_, err := term.AwaitOutput(ctx, from)
	return err
}

// longest writes a course that has the longest lesson only, so that the tutor
// opens on it.
func (b *bench) longest() (dir, title string, err error) {
	embedded := lessons.Embedded()
	course, err := lessons.Load(embedded)
	if err != nil {
		return "", "", err
	}
	var longest *lessons.Lesson
	most := -1
	for _, l := range course.Lessons {
		length := 0
		for _, s := range l.Sections {
			length += len(s.Markdown) + len(s.Reveal)
		}
		if length > most {
			longest, most = l, length
		}
	}
	dir = filepath.Join(b.work, "course")
	if err := os.MkdirAll(filepath.Join(dir, "exercises"), 0o755); err != nil {
		return "", "", err
	}
	lesson, err := fs.Sub(embedded, longest.Slug)
	if err != nil {
		return "", "", err
	}
	return dir, longest.Title, os.CopyFS(filepath.Join(dir, "lessons", longest.Slug), lesson)
}
