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
	problem, err := k.unserved(ctx, ev, plain)
	if err != nil {
		return finding{}, err
	}
	if problem != "" {
		f.observed = "it does not work without the hardening either: " + problem
		f.line = ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	limited, err := k.try(ctx, ev, image, k.request(ev, image))
	if err != nil {
		return finding{}, err
	}
	ev.discard(limited.container)
	if limited.works() {
		f.passed, f.observed = true, "it serves, hardened like that"
		if len(image.HealthTest) > 0 {
			f.observed += ", and its health test says healthy"
		}
		return f, nil
	}
	return k.blame(ctx, ev, image, plain, limited, f)
}

// request asks for a container with all that hardens it.
func (k *Hardened) request(ev *evidence, image *Image) RunRequest {
	req := ev.runRequest(image.ID)
	req.ReadOnly, req.Tmpfs = true, k.Tmpfs
	req.DropCapabilities, req.Capabilities = true, k.Capabilities
	req.Limits.MemoryMB = cmp.Or(k.MemoryMB, req.Limits.MemoryMB)
	req.Limits.PIDs = cmp.Or(k.PIDs, req.Limits.PIDs)
	if len(image.HealthTest) > 0 {
		req.Health = &HealthTiming{Interval: healthInterval, Timeout: cmp.Or(image.HealthTimeout, ownTimeout), Retries: 1}
	}
	return req
}

// attempt is one run of the service with what, as half a sentence, did not work
// in it: its answers, or its health test. Both are empty where all did.
type attempt struct {
	*service
	unserved, unwell string
}

func (a *attempt) works() bool { return a.trouble() == "" }

func (a *attempt) trouble() string { return cmp.Or(a.unserved, a.unwell) }

// try runs the service in a container of its own, and once more where its health
// test was cut off on a crowded machine, where it may only have waited for a
// processor: slow is not wrong, and it gets as much longer as programs take there.
func (k *Hardened) try(ctx context.Context, ev *evidence, image *Image, req RunRequest) (*attempt, error) {
	a, cut, err := k.tryOnce(ctx, ev, image, req)
	if err != nil || !cut {
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
	a, _, err = k.tryOnce(ctx, ev, image, req)
	return a, err
}

// tryOnce runs the service; cut tells that its health test had no time to end.
func (k *Hardened) tryOnce(ctx context.Context, ev *evidence, image *Image, req RunRequest) (a *attempt, cut bool, err error) {
	s, err := ev.launch(ctx, req)
	if err != nil {
		return nil, false, err
	}
	a = &attempt{service: s}
	if a.unserved, err = k.unserved(ctx, ev, s); err != nil || a.unserved != "" || len(image.HealthTest) == 0 {
		return a, false, err
	}
	a.unwell, cut, err = unwell(ctx, ev, s.container)
	return a, cut, err
}

// unserved tells what is wrong with the answers of a service.
func (k *Hardened) unserved(ctx context.Context, ev *evidence, s *service) (string, error) {
	svc := ev.sub.Assignment.Service
	if !s.answered {
		return s.problem(svc.Port), nil
	}
	route := cmp.Or(svc.Path, "/")
	answer, err := askUntilWell(ctx, s.container, route)
	problem := wrong(route, answer, err)
	if problem == "" && !k.NoNonce && !strings.Contains(answer.Body, ev.nonce) {
		problem = fmt.Sprintf("GET %s answers without the value that was written into the source for this grade: %s", route, shown(answer.Body))
	}
	if problem == "" && k.Path != "" {
		answer, err = askUntilWell(ctx, s.container, k.Path)
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

// wellSoon is how long a service that has answered may go on answering with
// errors, because a part of it is not ready.
const wellSoon = 3 * time.Second

// askUntilWell asks a route until it answers 200, and returns the last answer.
func askUntilWell(ctx context.Context, c Container, route string) (Response, error) {
	var (
		answer Response
		silent error
	)
	_, err := poll(ctx, wellSoon, func() (bool, error) {
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

// testRuns is how many runs of the health test have to fail, once the service
// answers, before it is said never to become healthy.
const testRuns = 4

// unwell waits for a service that answers to be called healthy, and tells what
// its test says if it is not; cut tells that the last run had no time to end.
func unwell(ctx context.Context, ev *evidence, c Container) (said string, cut bool, err error) {
	var seen time.Time
	first := true
	state, _, err := Watch(ctx, c, cmp.Or(ev.sub.Assignment.Service.Ready, defaultReady)+ownTimeout, func(s State) (bool, error) {
		runs := 0
		for _, run := range s.HealthRuns {
			if first && run.Started.After(seen) {
				seen = run.Started
			} else if run.Started.After(seen) {
				runs++
			}
		}
		first = false
		return !s.Running || s.Health == "healthy" || runs >= testRuns, nil
	})
	if err != nil || state.Running && state.Health == "healthy" {
		return "", false, err
	}
	runs := state.HealthRuns
	return "it answers, and " + neverHealthy(state), len(runs) > 0 && runs[len(runs)-1].cut(), nil
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
