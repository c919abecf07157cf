package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// row is one line of the table.
type row struct{ figure, measured, goal, met string }

// add notes a figure with its goal.
func (b *bench) add(figure, measured, goal string, met bool) {
	word := "met"
	if !met {
		word = "NOT MET"
	}
	b.rows = append(b.rows, row{figure, measured, goal, word})
}

// note adds a figure that has no goal of its own.
func (b *bench) note(figure, measured string) {
	b.rows = append(b.rows, row{figure, measured, "", ""})
}

func (b *bench) failed(figure string, err error) {
	b.rows = append(b.rows, row{figure, "not measured: " + err.Error(), "", ""})
}

func (b *bench) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "figure\tmeasured\tgoal\t")
	for _, r := range b.rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.figure, r.measured, r.goal, r.met)
	}
	_ = t.Flush() // standard output: there is nowhere to tell
}

// percentile is the nearest-rank percentile, from 0 to 100, of some times.
func percentile(times []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return sorted[max(rank, 1)-1]
}

func median(times []time.Duration) time.Duration { return percentile(times, 50) }

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// size measures the stripped binary.
func (b *bench) size() error {
	const goal = 30_000_000
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	b.add("binary, stripped", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "30 MB", info.Size() <= goal)
	return nil
}
