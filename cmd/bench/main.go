// Command bench measures the figures that shipshape keeps, and prints each next
// to its goal. All of a run's figures come from the same machine in the same
// minutes; where a goal is a ratio, both of its sides do.
//
// It is no test: a busy machine misses goals that shipshape meets.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// limit ends the run: what was not measured by then is told as such.
const limit = 10 * time.Minute

// bench is one run of all benchmarks.
type bench struct {
	// binary is shipshape, stripped, and empty the least Bubble Tea program.
	binary, empty string
	// work is a folder for temporary files.
	work string
	rows []row
}

func main() {
	grades := flag.Int("grades", 5, "how often each solution is graded")
	frames := flag.Int("frames", 30, "how often the tutor is started")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := run(ctx, *frames, *grades); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, frames, grades int) error {
	work, err := os.MkdirTemp("", "shipshape-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	b := &bench{work: work, binary: filepath.Join(work, "shipshape"), empty: filepath.Join(work, "empty")}
	for name, pkg := range map[string]string{b.binary: "shipshape/cmd/shipshape", b.empty: "shipshape/cmd/bench/empty"} {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", name, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
	}
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"binary size", b.size},
		{"first frame", func() error { return b.firstFrame(ctx, frames) }},
		{"key to frame", func() error { return b.keys(ctx) }},
		{"grades", func() error { return b.grades(ctx, grades) }},
	} {
		fmt.Fprintf(os.Stderr, "measuring: %s\n", part.name)
		if err := part.measure(); err != nil {
			b.failed(part.name, err)
		}
	}
	b.print(os.Stdout)
	return ctx.Err()
}
