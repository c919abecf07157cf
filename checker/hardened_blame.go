package checker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"shipshape/checker/dockerfile"
)

// softening takes one part of the hardening back, to see whether it is the one
// that the service cannot bear.
type softening struct {
	// what names the part, as in "with a read-only root".
	what string
	take func(*RunRequest)
	why  string
	line dockerfile.Blame
}

func (k *Hardened) softenings(ev *evidence) []softening {
	limits := ev.limits()
	all := []softening{
		{
			what: "a read-only root filesystem",
			take: func(r *RunRequest) { r.ReadOnly, r.Tmpfs = false, nil },
			why: "Where nothing can be written, nobody leaves anything behind. Let the service write to a tmpfs, such as /tmp, or to a volume, " +
				"and prepare in the build what it writes at its start.",
			line: dockerfile.BlameCmd,
		}, {
			what: "its capabilities dropped",
			take: func(r *RunRequest) { r.DropCapabilities, r.Capabilities = false, nil },
			why: "Without capabilities root has no power over others' files and users: chown, su and gosu fail, and so does a program that carries " +
				"capabilities of its own. Set owners in the build, start as the run-time user, and listen on a port above 1023.",
			line: dockerfile.BlameEntrypoint,
		},
	}
	if k.MemoryMB > 0 {
		all = append(all, softening{
			what: fmt.Sprintf("%d MiB of memory", k.MemoryMB),
			take: func(r *RunRequest) { r.Limits.MemoryMB = limits.MemoryMB },
			why:  "A service without a limit takes down its neighbours. Find out what it needs, and keep it from taking more: fewer workers, smaller caches.",
			line: dockerfile.BlameCmd,
		})
	}
	if k.PIDs > 0 {
		all = append(all, softening{
			what: fmt.Sprintf("at most %d processes and threads", k.PIDs),
			take: func(r *RunRequest) { r.Limits.PIDs = limits.PIDs },
			why:  "A service that starts a thread or process for everything can be made to fill the machine. Give its pools a size.",
			line: dockerfile.BlameCmd,
		})
	}
	return all
}

// What fails with and without the hardening is none of its doing.
const (
	nowhere    = "it does not work without the hardening either: "
	untestable = "its health test fails without the hardening as well: "
)

// warmUp looks whether a service that answers, and does not work, only needs its
// time: as long as it takes without the hardening. There it may take what other
// checks give it; one that has no need of that is told at once, and nothing that is
// tried after it is waited for either. Where the service works nowhere, the finding
// says so.
func (k *Hardened) warmUp(ctx context.Context, ev *evidence, image *Image, plain *service, limited *attempt, f finding) (finding, patience, error) {
	within := image.healthyWithin(quickTimeout)
	if limited.unwell != "" {
		left := within - time.Since(plain.since)
		if limited.unable {
			left = 0
		}
		passes, err := passesPlain(ctx, plain, image, left)
		if err != nil {
			return f, patience{}, err
		}
		if !passes {
			f.observed, f.line = untestable+limited.unwell, ev.blame(dockerfile.BlameHealthcheck)
			return f, patience{}, nil
		}
	}
	free, err := k.try(ctx, ev, image, k.unhardened(ev, image), patience{answers: max(wellSoon, ev.ready()), test: within})
	if err != nil {
		return f, patience{}, err
	}
	ev.discard(free.container)
	switch {
	case free.unserved != "":
		f.observed, f.line = nowhere+free.unserved, ev.blame(dockerfile.BlameCmd)
		return f, patience{}, nil
	case free.unwell != "":
		f.observed, f.line = untestable+free.unwell, ev.blame(dockerfile.BlameHealthcheck)
		return f, patience{}, nil
	}
	// Within limits it may be slower.
	longer := 2 * time.Since(free.since)
	p := patience{answers: max(wellSoon, longer), test: longer}
	return f, p, k.see(ctx, ev, image, limited, patience{answers: longer, test: longer})
}

// blame finds the part of the hardening without which the service works. The
// service itself decides: what a log says may be anything.
func (k *Hardened) blame(ctx context.Context, ev *evidence, image *Image, limited *attempt, p patience, f finding) (finding, error) {
	f.observed = "hardened like that, it does not work: " + limited.trouble()
	f.line = ev.blame(dockerfile.BlameCmd)
	softenings := k.softenings(ev)
	if limited.state.OOMKilled {
		slices.Reverse(softenings) // what is likely is tried first
	}
	for _, s := range softenings {
		req := k.request(ev, image)
		s.take(&req)
		soft, err := k.try(ctx, ev, image, req, p)
		if err != nil {
			return finding{}, err
		}
		if !soft.works() {
			ev.discard(soft.container)
			continue
		}
		defer ev.discard(soft.container)
		f.observed = fmt.Sprintf("it does not work with %s, and works without that: %s", s.what, limited.trouble())
		f.why, f.line = s.why, ev.blame(s.line)
		if !req.ReadOnly {
			return k.nameWritten(ctx, soft, limited, f)
		}
		return f, nil
	}
	f.why = "No single part of the hardening is to blame: with any one of them taken back, it still does not work."
	return f, nil
}

// passesPlain tells whether the health test succeeds, within a time, in the
// container without hardening.
func passesPlain(ctx context.Context, plain *service, image *Image, within time.Duration) (bool, error) {
	return poll(ctx, within, func() (bool, error) {
		return succeeds(ctx, plain.container, cmp.Or(image.HealthTimeout, ownTimeout), image.healthCommand())
	})
}

// nameWritten tells which files a service wrote that could write: those that
// have no tmpfs to go to.
func (k *Hardened) nameWritten(ctx context.Context, soft, limited *attempt, f finding) (finding, error) {
	changes, err := soft.container.Changes(ctx)
	if err != nil {
		return finding{}, err
	}
	written := slices.DeleteFunc(ownChanges(changes), func(name string) bool { return below(name, k.Tmpfs) })
	if len(written) > 0 {
		f.observed = fmt.Sprintf("it writes %s, and does not work with a read-only root filesystem: %s", listed(written), limited.trouble())
	}
	return f, nil
}
