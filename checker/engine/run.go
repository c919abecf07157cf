package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"sync"
	"time"

	"shipshape/checker"
)

const (
	// RunLabel is the label of everything that shipshape makes on an engine;
	// its value is the run's id.
	RunLabel = "shipshape.run"
	// standIn is RunLabel's value on stand-ins for base images. Images that a
	// learner builds on one inherit it, so nothing that carries it is ever
	// swept.
	standIn = "standin"
	// lockLabel tells where the lock of a run lies, so that a process with
	// another data folder can see whether the run lives.
	lockLabel = "shipshape.lock"
	// machineLabel tells on which machine the lock lies.
	machineLabel = "shipshape.machine"
	// containerLabel, with the run's id as well, is on containers alone: a
	// container that a learner starts from a run's image inherits the other
	// labels, and is the learner's.
	containerLabel = "shipshape.container"
	// closeTime bounds the clean-up at a run's end.
	closeTime = time.Minute
)

// Run is what one grade does on an engine. It is safe for use by several
// goroutines.
type Run struct {
	client *Client
	id     string
	lock   *runLock

	mu sync.Mutex
	// working are the calls that may be creating something right now.
	working map[*call]struct{}
	// unsettled tells that something was cancelled whose end was not seen.
	unsettled bool
	closed    bool
	// views are containers, never started, through which images are read: by
	// the image's reference.
	views map[string]*view
}

var _ checker.Engine = (*Run)(nil)

// call is one call in progress.
type call struct {
	cancel context.CancelFunc
	ended  chan struct{}
}

// NewRun begins a run, after it removed what crashed ones left. What can't be
// removed is tried again by the next run, and by [Client.Clean], which tells.
func (c *Client) NewRun(ctx context.Context) (*Run, error) {
	_, _ = c.SweepStale(ctx) // whatever is left is no reason not to grade
	id, err := newID()
	if err != nil {
		return nil, err
	}
	lock, err := lockRun(c.lockDirs(), id)
	if err != nil {
		return nil, err
	}
	return &Run{client: c, id: id, lock: lock, working: make(map[*call]struct{}), views: make(map[string]*view)}, nil
}

func newID() (string, error) {
	var b [8]byte
	_, err := rand.Read(b[:])
	return hex.EncodeToString(b[:]), err
}

// ID returns the run's id, the value of its label.
func (r *Run) ID() string { return r.id }

// Info implements [checker.Engine].
func (r *Run) Info(ctx context.Context) (checker.EngineInfo, error) { return r.client.Info(ctx) }

// Sweep implements [checker.Engine]. Calls of this run that are in progress are
// cancelled and awaited first.
func (r *Run) Sweep(ctx context.Context) error {
	r.settle(ctx)
	_, err := r.client.sweep(ctx, func(labels map[string]string) bool { return labels[RunLabel] == r.id })
	return err
}

// Close sweeps the run and gives up its lock. What could not be removed is left
// to a later run. A second Close does nothing.
func (r *Run) Close() error {
	r.mu.Lock()
	closed := r.closed
	r.closed = true
	r.mu.Unlock()
	if closed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := r.Sweep(ctx)
	if err != nil || r.isUnsettled() {
		return joinFirst(err, r.lock.abandon())
	}
	if err := r.lock.release(); err != nil {
		return err
	}
	_, _ = r.client.SweepStale(ctx) // a crashed run's last request may have ended meanwhile
	return nil
}

// begin registers a call that may create something, so that a sweep can end
// it. The caller calls done at its end.
func (r *Run) begin(ctx context.Context) (_ context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	c := &call{cancel: cancel, ended: make(chan struct{})}
	r.mu.Lock()
	r.working[c] = struct{}{}
	r.mu.Unlock()
	return ctx, func() {
		cancel()
		r.mu.Lock()
		delete(r.working, c)
		r.mu.Unlock()
		close(c.ended)
	}
}

// settle cancels the calls in progress, waits for their ends, and forgets the
// views.
func (r *Run) settle(ctx context.Context) {
	r.mu.Lock()
	working := maps.Clone(r.working)
	clear(r.views)
	r.mu.Unlock()
	for c := range working {
		c.cancel()
	}
	for c := range working {
		select {
		case <-c.ended:
		case <-ctx.Done():
			r.unsettle()
			return
		}
	}
}

func (r *Run) unsettle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unsettled = true
}

func (r *Run) isUnsettled() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unsettled
}

// labels returns the labels of everything that the run creates.
func (r *Run) labels() map[string]string {
	return map[string]string{RunLabel: r.id, lockLabel: r.lock.path, machineLabel: thisMachine()}
}

// containerLabels returns the labels of the run's containers.
func (r *Run) containerLabels() map[string]string {
	labels := r.labels()
	labels[containerLabel] = r.id
	return labels
}
