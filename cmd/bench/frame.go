package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"shipshape/cmd/internal/termtest"
	"shipshape/lessons"
)

// frameGoal is exec to first frame, median.
const frameGoal = 40 * time.Millisecond

// firstFrame measures from exec until the first frame is in the terminal, for
// terminals that answer and for those that do not. Starts of shipshape and of
// the empty program take turns, so that both see the same machine.
func (b *bench) firstFrame(ctx context.Context, times int) error {
	course, err := lessons.Load(lessons.Embedded())
	if err != nil {
		return err
	}
	title := course.Lessons[0].Title
	for _, kind := range []struct {
		name   string
		silent bool
	}{{"a terminal that answers", false}, {"a silent terminal", true}} {
		var ours, whole, least []time.Duration
		for range times {
			d, err := b.frames(ctx, b.empty, kind.silent, "nothing to see")
			if err != nil {
				return fmt.Errorf("the empty program: %w", err)
			}
			least = append(least, d[0])
			if d, err = b.frames(ctx, b.binary, kind.silent, "shipshape", title[:min(len(title), 12)]); err != nil {
				return err
			}
			ours, whole = append(ours, d[0]), append(whole, d[1])
		}
		b.add("exec to first frame, "+kind.name, millis(median(ours)), millis(frameGoal)+" median", median(ours) <= frameGoal)
		b.note("  until the course stands in it", millis(median(whole)))
		b.note("  an empty Bubble Tea program there", fmt.Sprintf("%s (ratio %.2f)", millis(median(least)), ratio(median(ours), median(least))))
	}
	return nil
}

// frames are the times of one start until each marker is on the screen.
func (b *bench) frames(ctx context.Context, binary string, silent bool, markers ...string) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	term, err := termtest.Start(b.command(ctx, binary), termtest.Options{Columns: 100, Rows: 30, Silent: silent})
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	for _, marker := range markers {
		var at time.Time
		if at, err = term.Await(ctx, 0, marker); err != nil {
			break
		}
		times = append(times, at.Sub(term.Started))
	}
	_ = term.Signal(syscall.SIGKILL) // its end is of no interest
	_, _ = term.Wait()
	return times, err
}

// command runs a binary with a data folder of the benchmark's own.
func (b *bench) command(ctx context.Context, binary string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_DATA_HOME="+filepath.Join(b.work, "data"))
	return cmd
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }
