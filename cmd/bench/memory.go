package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

// watchPeak reads, until a process ends, the most resident memory that it had
// (VmHWM), and sends the last value read, in bytes; 0 where /proc has none.
//
// The kernel's figure for an ended child would count this program's own memory
// from before the exec as well.
func watchPeak(pid int) <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var most int64
		for {
			value, ok := highWater(pid)
			if !ok {
				peak <- most
				return
			}
			most = max(most, value)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return peak
}

func highWater(pid int) (bytes int64, ok bool) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, found := strings.CutPrefix(s.Text(), "VmHWM:"); found {
			var kib int64
			if _, err := fmt.Sscanf(strings.TrimSpace(rest), "%d kB", &kib); err != nil {
				return 0, false
			}
			return kib << 10, true
		}
	}
	return 0, false // a process that has ended has no memory
}
