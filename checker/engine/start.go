package engine

import (
	"context"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/versions"

	"shipshape/checker"
)

const (
	// createTime bounds the creation of a container, which is not given up
	// halfway: a request that nobody waits for may still create one.
	createTime = time.Minute
	// startIntervalAPI is the first API that knows a health test's interval
	// during the start period.
	startIntervalAPI = "1.44"
)

// Start implements [checker.Engine].
func (r *Run) Start(ctx context.Context, req checker.RunRequest) (checker.Container, error) {
	ctx, done := r.begin(ctx)
	defer done()
	f, err := r.client.learn(ctx)
	if err != nil {
		return nil, err
	}
	id, err := r.create(ctx, r.containerOptions(req, f))
	if err != nil {
		return nil, err
	}
	api := r.client.api
	if _, err = api.ContainerStart(ctx, id, client.ContainerStartOptions{}); err == nil {
		return &running{client: r.client, id: id, port: req.Port}, nil
	}
	fault := r.startFault(ctx, id, err)
	return nil, joinFirst(fault, r.client.remove(ctx, id))
}

// create creates a container and waits for its id, also when ctx is cancelled
// meanwhile: then it removes the container again.
func (r *Run) create(ctx context.Context, o client.ContainerCreateOptions) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", r.client.fault(ctx, "create a container", err)
	}
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTime)
	defer cancel()
	created, err := r.client.api.ContainerCreate(patient, o)
	if err == nil && ctx.Err() != nil {
		return "", joinFirst(r.client.fault(ctx, "start a container", ctx.Err()), r.client.remove(ctx, created.ID))
	}
	switch {
	case err == nil:
		return created.ID, nil
	case patient.Err() != nil:
		r.unsettle()
	case errdefs.IsNotFound(err):
		err = noImage(o.Config.Image, err)
	case imagesFault(err.Error()):
		return "", &checker.StartError{Message: plain(err.Error())}
	}
	return "", r.client.fault(ctx, "create a container", err)
}

func (r *Run) containerOptions(req checker.RunRequest, f *facts) client.ContainerCreateOptions {
	cfg := &container.Config{
		Image:       req.Image,
		Entrypoint:  req.Entrypoint,
		Cmd:         req.Cmd,
		User:        req.User,
		Env:         req.Env,
		Labels:      r.containerLabels(),
		Healthcheck: r.health(req.Health),
	}
	host := &container.HostConfig{
		Resources:   resources(req.Limits, f.cpus),
		SecurityOpt: []string{"no-new-privileges:true"},
		LogConfig: container.LogConfig{
			Type: "json-file",
			// A service may log without end: two files of this size are kept.
			Config: map[string]string{"max-size": "4m", "max-file": "2"},
		},
		RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyDisabled},
	}
	if port, ok := network.PortFrom(uint16(req.Port), network.TCP); ok && req.Port > 0 { //nolint:gosec // a TCP port fits
		address := netip.AddrFrom4([4]byte{127, 0, 0, 1})
		if r.client.remote != "" {
			// The engine's loopback is out of reach from here.
			address = netip.IPv4Unspecified()
		}
		cfg.ExposedPorts = network.PortSet{port: {}}
		host.PortBindings = network.PortMap{port: {{HostIP: address}}}
	}
	return client.ContainerCreateOptions{Config: cfg, HostConfig: host}
}

// health keeps the image's own test, which an empty one inherits, and changes
// its timings.
func (r *Run) health(t *checker.HealthTiming) *container.HealthConfig {
	if t == nil {
		return &container.HealthConfig{Test: []string{"NONE"}}
	}
	h := &container.HealthConfig{
		Interval: t.Interval,
		Timeout:  t.Timeout,
		// Zero would inherit the image's, in which failures don't count.
		StartPeriod: max(t.StartPeriod, container.MinimumDuration),
		Retries:     t.Retries,
	}
	if versions.GreaterThanOrEqualTo(r.client.api.ClientVersion(), startIntervalAPI) {
		h.StartInterval = t.Interval
	}
	return h
}

// resources turns limits into the engine's; it refuses more CPUs than the
// machine has.
func resources(l checker.Limits, cpus int) container.Resources {
	var r container.Resources
	if l.MemoryMB > 0 {
		r.Memory = l.MemoryMB << 20
		r.MemorySwap = r.Memory // memory and swap together: none on top
	}
	if l.CPUs > 0 {
		share := l.CPUs
		if cpus > 0 {
			share = min(share, float64(cpus))
		}
		r.NanoCPUs = int64(share * 1e9)
	}
	if l.PIDs > 0 {
		r.PidsLimit = &l.PIDs
	}
	return r
}

// startFault tells an image that can't be started from an engine that can't
// start anything.
func (r *Run) startFault(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil || diskFull(err.Error()) || engineGone(err) || !imagesFault(err.Error()) {
		return r.client.fault(ctx, "start the container", err)
	}
	e := &checker.StartError{Message: runtimeMessage(plain(err.Error()))}
	if got, err := r.client.api.ContainerInspect(ctx, id, client.ContainerInspectOptions{}); err == nil && got.Container.State != nil {
		if code := got.Container.State.ExitCode; code == 126 || code == 127 {
			e.ExitCode = code
		}
	}
	return e
}

// imagesFault recognizes what the image alone can cause: what it starts, as
// whom, and in which folder.
func imagesFault(message string) bool {
	message = strings.ToLower(message)
	return containsAny(message,
		"no command specified", "executable file not found", "exec format error",
		"unable to find user", "unable to find group", "no matching entries in passwd file",
		"chdir to cwd", "mkdir cwd", "cannot mkdir", "invalid user", "uids and gids must be in range",
		"the working directory", "is a directory: unknown",
	) || regexp.MustCompile(`(exec:?|container process|stat) .*(no such file or directory|permission denied|not a directory|is a directory)`).MatchString(message)
}

// runtimeMessage keeps of the runtime's chain of messages what the learner can
// use: the part that begins with what was executed.
func runtimeMessage(message string) string {
	message = strings.TrimSuffix(message, ": unknown")
	for _, begin := range []string{"exec: ", "unable to find ", "chdir to cwd", "exec "} {
		if i := strings.LastIndex(message, begin); i >= 0 {
			return message[i:]
		}
	}
	return message
}
