package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

const (
	// sweepPasses bounds how often a sweep looks again. One pass more than
	// finds something is usual: a container that is on its way out counts.
	sweepPasses = 20
	// passPause lies between two passes.
	passPause = 250 * time.Millisecond
	// untagged is how engines before API 1.43 name an image without a name.
	untagged = "<none>:<none>"
)

// Swept counts what a sweep removed.
type Swept struct {
	Containers, Images, Networks, Volumes int
}

// Total is the number of all things removed.
func (s Swept) Total() int { return s.Containers + s.Images + s.Networks + s.Volumes }

// SweepStale removes what crashed runs left: those whose lock lies here and is
// held by nobody. Runs of other data folders are left alone, since nobody here
// can tell whether they live.
func (c *Client) SweepStale(ctx context.Context) (Swept, error) {
	stale := findCrashed(c.lockDirs())
	if len(stale) == 0 {
		return Swept{}, nil
	}
	swept, err := c.sweep(ctx, func(labels map[string]string) bool {
		return slices.ContainsFunc(stale, func(d crashed) bool { return d.id == labels[RunLabel] })
	})
	for _, d := range stale {
		err = joinFirst(err, d.done(err == nil, time.Now()))
	}
	return swept, err
}

// Clean removes everything that shipshape made on the engine from this machine
// but what live runs use and the stand-ins for base images. A run is known to live
// by its lock, in whatever data folder that lies. Whether another machine's run
// lives can't be told here: what it made is removed only where everywhere is set,
// and otherwise the others are named.
func (c *Client) Clean(ctx context.Context, everywhere bool) (swept Swept, others []string, err error) {
	swept, err = c.sweep(ctx, func(labels map[string]string) bool {
		other := elsewhere(labels)
		if other == "" {
			return !alive(labels[RunLabel], labels[lockLabel])
		}
		if !everywhere && !slices.Contains(others, other) {
			others = append(others, other)
		}
		return everywhere
	})
	slices.Sort(others)
	return swept, others, err
}

// sweep removes all that carries a run's label and is wanted, and looks again
// until it finds nothing. What carries no such label, or a stand-in's, is never
// touched, whatever wanted says.
func (c *Client) sweep(ctx context.Context, wanted func(labels map[string]string) bool) (Swept, error) {
	s := &sweeper{c: c, wanted: func(labels map[string]string) bool {
		id := labels[RunLabel]
		return id != "" && id != standIn && wanted(labels)
	}}
	for pass := 1; ; pass++ {
		found, err := s.pass(ctx)
		if !found && err == nil {
			return s.swept, nil
		}
		if pass == sweepPasses || err != nil && engineGone(err) {
			if err == nil {
				err = errors.New("things that were removed are still listed")
			}
			return s.swept, c.fault(ctx, "remove what a grade left", err)
		}
		if err != nil || pass > 1 {
			select {
			case <-ctx.Done():
				return s.swept, c.fault(ctx, "remove what a grade left", ctx.Err())
			case <-time.After(passPause):
			}
		}
	}
}

type sweeper struct {
	c      *Client
	wanted func(labels map[string]string) bool
	swept  Swept
}

// pass removes what one look finds, containers first, since they hold the
// rest. It reports whether it found anything to remove.
func (s *sweeper) pass(ctx context.Context) (found bool, err error) {
	var faults []error
	for _, kind := range []func(context.Context) (bool, error){s.containers, s.images, s.networks, s.volumes} {
		some, err := kind(ctx)
		found = found || some
		if err != nil {
			faults = append(faults, err)
		}
		if err != nil && engineGone(err) {
			break
		}
	}
	return found, errors.Join(faults...)
}

// labelled filters for the label with any value: the value is compared here,
// exactly.
func labelled() client.Filters { return make(client.Filters).Add("label", RunLabel) }

// containers removes those that a run made itself, side by side: ending one
// takes the engine a good tenth of a second, most of it waiting.
func (s *sweeper) containers(ctx context.Context) (bool, error) {
	list, err := s.c.api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: labelled()})
	if err != nil {
		return false, fmt.Errorf("list containers: %w", err)
	}
	t := tally{count: &s.swept.Containers}
	var removals sync.WaitGroup
	for _, item := range list.Items {
		if s.wanted(item.Labels) && item.Labels[containerLabel] == item.Labels[RunLabel] {
			removals.Go(func() {
				_, err := s.c.api.ContainerRemove(ctx, item.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
				t.removed("container", item.ID, err)
			})
		}
	}
	removals.Wait()
	return t.found, errors.Join(t.faults...)
}

// images removes images without a name: a name is the learner's, since no run
// gives one. An image that something else came to use is left to its user.
func (s *sweeper) images(ctx context.Context) (bool, error) {
	list, err := s.c.api.ImageList(ctx, client.ImageListOptions{All: true, Filters: labelled()})
	if err != nil {
		return false, fmt.Errorf("list images: %w", err)
	}
	t := tally{count: &s.swept.Images}
	for _, item := range list.Items {
		named := slices.ContainsFunc(item.RepoTags, func(tag string) bool { return tag != untagged })
		if named || !s.wanted(item.Labels) {
			continue
		}
		// Parents are not pruned: one may be an image of the learner's.
		_, err := s.c.api.ImageRemove(ctx, item.ID, client.ImageRemoveOptions{})
		if errdefs.IsConflict(err) {
			continue
		}
		t.removed("image", item.ID, err)
	}
	return t.found, errors.Join(t.faults...)
}

func (s *sweeper) networks(ctx context.Context) (bool, error) {
	list, err := s.c.api.NetworkList(ctx, client.NetworkListOptions{Filters: labelled()})
	if err != nil {
		return false, fmt.Errorf("list networks: %w", err)
	}
	t := tally{count: &s.swept.Networks}
	for _, item := range list.Items {
		if s.wanted(item.Labels) {
			_, err := s.c.api.NetworkRemove(ctx, item.ID, client.NetworkRemoveOptions{})
			t.removed("network", item.ID, err)
		}
	}
	return t.found, errors.Join(t.faults...)
}

func (s *sweeper) volumes(ctx context.Context) (bool, error) {
	list, err := s.c.api.VolumeList(ctx, client.VolumeListOptions{Filters: labelled()})
	if err != nil {
		return false, fmt.Errorf("list volumes: %w", err)
	}
	t := tally{count: &s.swept.Volumes}
	for _, item := range list.Items {
		if s.wanted(item.Labels) {
			_, err := s.c.api.VolumeRemove(ctx, item.Name, client.VolumeRemoveOptions{})
			t.removed("volume", item.Name, err)
		}
	}
	return t.found, errors.Join(t.faults...)
}

// tally gathers how the removals of one kind went; several may go on at once.
type tally struct {
	mu     sync.Mutex
	count  *int
	found  bool
	faults []error
}

// removed takes the outcome of one removal. What is gone already, or being
// removed by somebody else, is no fault; the next pass sees whether it went.
func (t *tally) removed(kind, id string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.found = true
	switch {
	case err == nil:
		*t.count++
	case errdefs.IsNotFound(err):
	case errdefs.IsConflict(err) && containsAny(err.Error(), "already in progress"):
	default:
		t.faults = append(t.faults, fmt.Errorf("remove %s %s: %w", kind, id, err))
	}
}

// remove removes one container, running or not, with its anonymous volumes; a
// cancelled ctx does not keep it from that.
func (c *Client) remove(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	_, err := c.api.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsNotFound(err) || errdefs.IsConflict(err) && containsAny(err.Error(), "already in progress") {
		return nil
	}
	return c.fault(ctx, "remove a container", err)
}

// noImage tells an image that isn't there from other errors.
func noImage(ref string, err error) error {
	if errdefs.IsNotFound(err) {
		return fmt.Errorf("%w: %s", checker.ErrNoImage, ref)
	}
	return err
}
