package checker

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

// Hardened: the service works in a container with a read-only root filesystem,
// without capabilities and new privileges, within limits. It must serve, with
// the nonce, and become healthy where the image has a health test.
type Hardened struct {
	// Tmpfs are the paths that are writable all the same.
	Tmpfs []string `yaml:"tmpfs"`
	// Capabilities are those that it keeps, as in "NET_BIND_SERVICE".
	Capabilities []string `yaml:"capabilities"`
	// MemoryMB is in MiB, PIDs counts processes and threads; 0 leaves the
	// exercise's own limit.
	MemoryMB int64 `yaml:"memory_mb"`
	PIDs     int64 `yaml:"pids"`
	// Path is asked beside the service's own and must answer 200: a route, for
	// instance, that writes.
	Path string `yaml:"path"`
	// NoNonce drops the demand that the nonce stands in the body.
	NoNonce bool `yaml:"no_nonce"`
}

// leastMemoryMB is the least memory, in MiB, that an engine gives a container.
const leastMemoryMB = 6

// capabilityName is how the engine's options name a capability.
var capabilityName = regexp.MustCompile(`^[A-Z][A-Z_]*$`)

func (k *Hardened) unsound(Assignment) []Unsound {
	found := relativePaths("tmpfs", k.Tmpfs)
	for i, c := range k.Capabilities {
		if !capabilityName.MatchString(c) || strings.HasPrefix(c, "CAP_") {
			found = append(found, unsoundf(fmt.Sprintf("capabilities[%d]", i), "%q is no capability as in NET_BIND_SERVICE", c))
		}
	}
	if k.MemoryMB != 0 && k.MemoryMB < leastMemoryMB {
		found = append(found, unsoundf("memory_mb", "memory_mb is %d: engines give %d MiB at least", k.MemoryMB, leastMemoryMB))
	}
	if k.PIDs < 0 {
		found = append(found, unsoundf("pids", "pids is negative"))
	}
	return found
}

func (k *Hardened) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	plain, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	f := finding{expected: k.expected()}
	// One that works nowhere is not to be blamed on the hardening.
	problem, err := k.unserved(ctx, ev, plain, max(wellSoon, ev.ready()-time.Since(plain.since)))
	if err != nil {
		return finding{}, err
	}
	if problem != "" {
		f.observed = nowhere + problem
		f.line = ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	p := patience{answers: wellSoon}
	limited, err := k.try(ctx, ev, image, k.request(ev, image), p)
	if err != nil {
		return finding{}, err
	}
	if limited.answered && !limited.works() {
		if f, p, err = k.warmUp(ctx, ev, image, plain, limited, f); err != nil || f.observed != "" {
			return f, err
		}
	}
	ev.discard(limited.container)
	if limited.works() {
		f.passed, f.observed = true, "it serves, hardened like that"
		if len(image.HealthTest) > 0 {
			f.observed += ", and its health test says healthy"
		}
		return f, nil
	}
	return k.blame(ctx, ev, image, limited, p, f)
}

// request asks for a container with all that hardens it.
func (k *Hardened) request(ev *evidence, image *Image) RunRequest {
	req := k.unhardened(ev, image)
	req.ReadOnly, req.Tmpfs = true, k.Tmpfs
	req.DropCapabilities, req.Capabilities = true, k.Capabilities
	req.Limits.MemoryMB = cmp.Or(k.MemoryMB, req.Limits.MemoryMB)
	req.Limits.PIDs = cmp.Or(k.PIDs, req.Limits.PIDs)
	return req
}

// unhardened asks for a container with nothing that hardens it.
func (k *Hardened) unhardened(ev *evidence, image *Image) RunRequest {
	if len(image.HealthTest) == 0 {
		return ev.runRequest(image.ID)
	}
	return ev.healthRequest(image, cmp.Or(image.HealthTimeout, ownTimeout))
}

// patience is how long a service that has answered may take until it does so
// without errors, and until its health test says healthy.
type patience struct{ answers, test time.Duration }

// attempt is one run of the service with what, as half a sentence, did not work
// in it: its answers, or its health test. Both are empty where all did.
type attempt struct {
	*service
	unserved, unwell string
	// cut tells that the last run of the test had no time to end, and unable that
	// the test calls what is not there.
	cut, unable bool
}

func (a *attempt) works() bool { return a.trouble() == "" }

func (a *attempt) trouble() string { return cmp.Or(a.unserved, a.unwell) }

// try runs the service in a container of its own, and once more where its health
// test was cut off on a crowded machine, where it may only have waited for a
// processor: slow is not wrong, and it gets as much longer as programs take there.
func (k *Hardened) try(ctx context.Context, ev *evidence, image *Image, req RunRequest, p patience) (*attempt, error) {
	a, err := k.tryOnce(ctx, ev, image, req, p)
	if err != nil || !a.cut {
		return a, err
	}
	crowding, err := a.tools.mostCrowded(ctx)
	if err != nil || crowding < crowded {
		return a, err
	}
	ev.discard(a.container)
	patient := *req.Health
	patient.Timeout = time.Duration(min(crowding, mostCrowding) * float64(patient.Timeout))
	req.Health = &patient
	return k.tryOnce(ctx, ev, image, req, p)
}

// tryOnce runs the service, and looks at it.
func (k *Hardened) tryOnce(ctx context.Context, ev *evidence, image *Image, req RunRequest, p patience) (*attempt, error) {
	s, err := ev.launch(ctx, req)
	if err != nil {
		return nil, err
	}
	a := &attempt{service: s}
	return a, k.see(ctx, ev, image, a, p)
}

// see looks at what works in a container.
func (k *Hardened) see(ctx context.Context, ev *evidence, image *Image, a *attempt, p patience) (err error) {
	a.unwell, a.cut, a.unable = "", false, false
	if a.unserved, err = k.unserved(ctx, ev, a.service, p.answers); err != nil || a.unserved != "" || len(image.HealthTest) == 0 {
		return err
	}
	return a.test(ctx, ev, p.test)
}

// unserved tells what is wrong with the answers of a service, each of which may be
// an error for a while.
func (k *Hardened) unserved(ctx context.Context, ev *evidence, s *service, within time.Duration) (string, error) {
	svc := ev.sub.Assignment.Service
	if !s.answered {
		return s.problem(svc.Port), nil
	}
	route := cmp.Or(svc.Path, "/")
	answer, err := askUntilWell(ctx, s.container, route, within)
	problem := wrong(route, answer, err)
	if problem == "" && !k.NoNonce && !strings.Contains(answer.Body, ev.nonce) {
		problem = fmt.Sprintf("GET %s answers without the value that was written into the source for this grade: %s", route, shown(answer.Body))
	}
	if problem == "" && k.Path != "" {
		answer, err = askUntilWell(ctx, s.container, k.Path, within)
		problem = wrong(k.Path, answer, err)
	}
	if problem == "" {
		return "", nil
	}
	if fatal(err) {
		return "", err
	}
	log, err := s.container.Logs(ctx, logTail)
	return problem + quoted(log), err
}

// wellSoon is how long it may take after its first answer, at the least, until all
// of a service is ready.
const wellSoon = 3 * time.Second

// askUntilWell asks a route until it answers 200, and returns the last answer.
func askUntilWell(ctx context.Context, c Container, route string, within time.Duration) (Response, error) {
	var (
		answer Response
		silent error
	)
	_, err := poll(ctx, within, func() (bool, error) {
		answer, silent = c.Do(ctx, http.MethodGet, route, askTimeout)
		return fatal(silent) || silent == nil && answer.Status == http.StatusOK, nil
	})
	return answer, cmp.Or(err, silent)
}

// wrong tells what is wrong with one answer.
func wrong(route string, answer Response, err error) string {
	switch {
	case err != nil:
		return fmt.Sprintf("GET %s: %v", route, err)
	case answer.Status != http.StatusOK:
		return fmt.Sprintf("GET %s answers %d: %s", route, answer.Status, shown(answer.Body))
	}
	return ""
}

// testRuns is how many runs of the health test have to fail at least, once the
// service answers, before it is said never to become healthy.
const testRuns = 4

// test waits for a service that answers to be called healthy, and tells what its
// test says if it is not within a time.
func (a *attempt) test(ctx context.Context, ev *evidence, within time.Duration) error {
	var seen time.Time
	first, began := true, time.Now()
	state, _, err := Watch(ctx, a.container, within+ev.ready()+ownTimeout, func(s State) (bool, error) {
		runs := 0
		for _, run := range s.HealthRuns {
			if first && run.Started.After(seen) {
				seen = run.Started
			} else if run.Started.After(seen) {
				runs++
			}
		}
		first = false
		_, unable := missingTool(s.HealthRuns)
		a.unable = unable == certain
		never := runs >= testRuns && time.Since(began) >= within
		return !s.Running || s.Health == "healthy" || a.unable || never, nil
	})
	if err != nil || state.Running && state.Health == "healthy" {
		return err
	}
	runs := state.HealthRuns
	a.unwell, a.cut = "it answers, and "+neverHealthy(state), len(runs) > 0 && runs[len(runs)-1].cut()
	return nil
}

func (k *Hardened) expected() string {
	parts := []string{"a read-only root filesystem"}
	if len(k.Tmpfs) > 0 {
		parts[0] += " with a tmpfs at " + strings.Join(k.Tmpfs, ", ")
	}
	if len(k.Capabilities) == 0 {
		parts = append(parts, "no capabilities")
	} else {
		parts = append(parts, "no capabilities but "+strings.Join(k.Capabilities, ", "))
	}
	if k.MemoryMB > 0 {
		parts = append(parts, fmt.Sprintf("%d MiB of memory", k.MemoryMB))
	}
	if k.PIDs > 0 {
		parts = append(parts, fmt.Sprintf("at most %d processes and threads", k.PIDs))
	}
	return "the service works with " + strings.Join(parts, ", ")
}
