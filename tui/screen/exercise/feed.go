package exercise

import (
	"strings"
	"sync"

	"shipshape/checker"
	"shipshape/checker/inert"
)

const (
	// logLines and logBytes bound what is kept of a step's output; it is
	// shown in a few lines.
	logLines = 40
	logBytes = 8 << 10
)

// feed carries events from the grade's goroutine to the screen. The grade never
// waits for the screen: of a step that changes a thousand times between two
// frames only its last state is kept, so neither a slow terminal nor a log of
// hundreds of megabytes can hold a grade up or fill the memory.
type feed struct {
	wake chan struct{} // holds one token while there is something to take

	mu      sync.Mutex
	pending []checker.Event
	steps   map[stepKey]int // where a step stands in pending
}

type stepKey struct{ build, digest string }

func newFeed() *feed {
	return &feed{wake: make(chan struct{}, 1), steps: map[stepKey]int{}}
}

// observe is the grade's observer.
func (f *feed) observe(ev checker.Event) {
	f.mu.Lock()
	f.add(ev)
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *feed) add(ev checker.Event) {
	step, ok := ev.(checker.StepChanged)
	if !ok {
		f.pending = append(f.pending, ev)
		return
	}
	k := stepKey{step.Build, step.Step.Digest}
	if at, ok := f.steps[k]; ok {
		f.pending[at] = step
		return
	}
	f.steps[k] = len(f.pending)
	f.pending = append(f.pending, step)
}

// take empties the feed and makes the events' texts short and harmless.
func (f *feed) take() []checker.Event {
	f.mu.Lock()
	events := f.pending
	f.pending, f.steps = nil, map[stepKey]int{}
	f.mu.Unlock()
	for i, ev := range events {
		if s, ok := ev.(checker.StepChanged); ok {
			s.Step.Name = inert.Line(s.Step.Name)
			s.Step.Log = tail(s.Step.Log)
			s.Step.Err = inert.Text(s.Step.Err)
			events[i] = s
		}
	}
	return events
}

// tail is the end of a step's output, made harmless.
func tail(log string) string {
	if len(log) > logBytes {
		log = log[len(log)-logBytes:]
		if _, rest, ok := strings.Cut(log, "\n"); ok {
			log = rest
		}
	}
	lines := strings.Split(strings.TrimRight(log, "\r\n"), "\n")
	lines = lines[max(len(lines)-logLines, 0):]
	for i, l := range lines {
		// A carriage return redraws the line: only what is drawn last counts.
		l = strings.TrimRight(l, "\r")
		lines[i] = l[strings.LastIndexByte(l, '\r')+1:]
	}
	return inert.Text(strings.ToValidUTF8(strings.Join(lines, "\n"), "�"))
}
