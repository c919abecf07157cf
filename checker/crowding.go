package checker

import (
	"context"
	"strconv"
	"strings"
	"time"
)

const (
	// crowded is from when on a machine counts as crowded: see [tools.crowding].
	crowded = 2
	// crowdLooks are how often a crowd is looked for before a test is blamed for its
	// time, and crowdPause is between two looks: a short program often gets a
	// processor at once where a longer one waits for its next turn.
	crowdLooks = 5
	crowdPause = 100 * time.Millisecond
	// mostCrowding bounds by how much a crowded machine lengthens a deadline.
	mostCrowding = 8
)

// waited is how long the container's processes have waited for a processor, all
// in all, since they began (the second column of /proc/…/schedstat). On a machine
// that has others to serve this is no time of theirs. It is 0 where it cannot be
// told.
func (t *tools) waited(ctx context.Context) (time.Duration, error) {
	rows, ok, err := t.shell(ctx, "cat /proc/[0-9]*/schedstat")
	if err != nil || !ok {
		return 0, err
	}
	_, waited := schedstat(rows)
	return waited, nil
}

// crowding is how many times longer than alone a program takes in the container
// that does nothing but work: 1 on a machine with processors to spare, and where
// it cannot be told.
func (t *tools) crowding(ctx context.Context) (float64, error) {
	// Some ten milliseconds of work.
	row, ok, err := t.shell(ctx, `i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; cat /proc/$$/schedstat`)
	if err != nil || !ok {
		return 1, err
	}
	ran, waited := schedstat(row)
	if ran <= 0 {
		return 1, nil
	}
	return 1 + float64(waited)/float64(ran), nil
}

// mostCrowded is the most of several looks at the crowding.
func (t *tools) mostCrowded(ctx context.Context) (float64, error) {
	most := 1.0
	for range crowdLooks {
		crowding, err := t.crowding(ctx)
		if err != nil {
			return 0, err
		}
		most = max(most, crowding)
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-time.After(crowdPause):
		}
	}
	return most, nil
}

// schedstat sums up rows of /proc/…/schedstat: nanoseconds on a processor, those
// spent waiting for one, and how often there was one.
func schedstat(rows string) (ran, waited time.Duration) {
	for row := range strings.Lines(rows) {
		fields := strings.Fields(row)
		if len(fields) != 3 {
			continue
		}
		on, onErr := strconv.ParseInt(fields[0], 10, 64)
		off, offErr := strconv.ParseInt(fields[1], 10, 64)
		if onErr == nil && offErr == nil {
			ran += time.Duration(on)
			waited += time.Duration(off)
		}
	}
	return ran, waited
}
