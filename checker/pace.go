package checker

import (
	"context"
	"time"
)

const (
	// usualCall is how long an engine that is not busy takes at most to tell a
	// container's state. Measured: 2 to 7 ms on an idle machine, 80 to 160 ms
	// on one with twelve busy processes for each core.
	usualCall = 25 * time.Millisecond
	// mostStretch bounds how much longer than stated a deadline becomes.
	mostStretch = 6
)

// pace is how quickly an engine answers just now. The engine's answers need the
// same processors and disks as a service that starts or shuts down, so they tell
// how much longer than usual that may take: slow is not wrong.
type pace struct {
	// call is how long a call takes: later calls count more.
	call time.Duration
}

// note takes in how long one call took.
func (p *pace) note(took time.Duration) {
	if p.call == 0 {
		p.call = took
		return
	}
	p.call = (3*p.call + took) / 4
}

// stretch returns how long something may take here that is given limit on an
// engine that is not busy: as many times longer as its calls are, up to
// mostStretch.
func (p *pace) stretch(limit time.Duration) time.Duration {
	longer := min(max(float64(p.call)/float64(usualCall), 1), mostStretch)
	return time.Duration(longer * float64(limit))
}

// slowCalls are how many calls of an engine tell that it is not busy: on a crowded
// machine one or another of them gets a processor at once.
const slowCalls = 4

// slow reports whether the engine was slow when its pace was taken, or is now.
func (p *pace) slow(ctx context.Context, c Container) (bool, error) {
	slow := p.call > usualCall
	for i := 0; i < slowCalls && !slow; i++ {
		now, _, err := paceOf(ctx, c)
		if err != nil {
			return false, err
		}
		slow = now.call > usualCall
	}
	return slow, nil
}

// clocked is a container that takes its engine's pace whenever its state is asked
// for. It is not for several goroutines.
type clocked struct {
	Container
	now, worst pace
}

func (c *clocked) State(ctx context.Context) (State, error) {
	p, state, err := paceOf(ctx, c.Container)
	c.now.note(p.call)
	c.worst.call = max(c.worst.call, c.now.call)
	return state, err
}

// paceOf takes the pace of an engine by asking for a container's state.
func paceOf(ctx context.Context, c Container) (pace, State, error) {
	var p pace
	began := time.Now()
	state, err := c.State(ctx)
	p.note(time.Since(began))
	return p, state, err
}
