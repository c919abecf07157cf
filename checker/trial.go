package checker

import "context"

// eager is a kind that takes long and disturbs nobody, so that it begins before
// what it needs has passed. When that fails, it is given up.
type eager interface {
	eager()
}

// trial is one check on its way to a result.
type trial struct {
	run    func(ctx context.Context) Result
	ctx    context.Context //nolint:containedctx // that of the check, which ends with it
	cancel context.CancelFunc
	// early holds the result of one that began before its time; nil for one
	// that did not.
	early chan Result
}

// newTrial begins the check of s if its kind is eager.
func newTrial(ctx context.Context, s Spec, lesson string, ev *evidence) *trial {
	t := &trial{run: func(ctx context.Context) Result {
		r := s.result(lesson)
		s.run(ctx, ev, &r)
		return r
	}}
	t.ctx, t.cancel = context.WithCancel(ctx)
	_, k, err := s.kind()
	if _, ok := k.(eager); !ok || err != nil || len(s.Needs) == 0 {
		return t
	}
	t.early = make(chan Result, 1)
	go func() { t.early <- t.run(t.ctx) }()
	return t
}

// result is the check's result, looked for now or since the trial began.
func (t *trial) result() Result {
	defer t.cancel()
	if t.early != nil {
		return <-t.early
	}
	return t.run(t.ctx)
}

// giveUp ends the trial, and returns when it has ended.
func (t *trial) giveUp() {
	t.cancel()
	if t.early != nil {
		<-t.early
	}
}
