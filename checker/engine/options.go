package engine

import (
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/versions"

	"shipshape/checker"
)

// startIntervalAPI is the first API that knows a health test's interval during
// the start period.
const startIntervalAPI = "1.44"

// containerOptions turns a request into the engine's terms.
func (r *Run) containerOptions(req checker.RunRequest, f *facts) client.ContainerCreateOptions {
	o := client.ContainerCreateOptions{
		Config: &container.Config{
			Image:       req.Image,
			Entrypoint:  req.Entrypoint,
			Cmd:         req.Cmd,
			User:        req.User,
			Env:         req.Env,
			WorkingDir:  req.WorkingDir,
			Labels:      r.containerLabels(),
			Healthcheck: r.health(req.Health),
		},
		HostConfig: &container.HostConfig{
			Resources:   resources(req.Limits, f.cpus),
			SecurityOpt: []string{"no-new-privileges:true"},
			LogConfig: container.LogConfig{
				Type: "json-file",
				// A service may log without end: two files of this size are kept.
				Config: map[string]string{"max-size": "4m", "max-file": "2"},
			},
			RestartPolicy:  container.RestartPolicy{Name: container.RestartPolicyDisabled},
			ReadonlyRootfs: req.ReadOnly,
			Mounts:         mounts(req),
		},
	}
	if req.Init {
		o.HostConfig.Init = &req.Init
	}
	if req.DropCapabilities {
		o.HostConfig.CapDrop = []string{"ALL"}
		o.HostConfig.CapAdd = req.Capabilities
	}
	r.connect(&o, req)
	return o
}

// mounts are a container's volumes and tmpfs.
func mounts(req checker.RunRequest) []mount.Mount {
	var all []mount.Mount
	for _, path := range req.Tmpfs {
		all = append(all, mount.Mount{Type: mount.TypeTmpfs, Target: path})
	}
	for _, v := range req.Volumes {
		all = append(all, mount.Mount{
			Type: mount.TypeVolume, Source: v.Volume, Target: v.Path, ReadOnly: v.ReadOnly,
			VolumeOptions: &mount.VolumeOptions{NoCopy: v.NoCopy},
		})
	}
	return all
}

// connect says which network a container is on and what it publishes.
func (r *Run) connect(o *client.ContainerCreateOptions, req checker.RunRequest) {
	switch {
	case req.Share != "":
		o.HostConfig.PidMode = container.PidMode("container:" + req.Share)
		o.HostConfig.NetworkMode = container.NetworkMode("container:" + req.Share)
	case req.Network != "":
		o.HostConfig.NetworkMode = container.NetworkMode(req.Network)
		o.NetworkingConfig = &network.NetworkingConfig{
			EndpointsConfig: map[string]*network.EndpointSettings{req.Network: {Aliases: req.Aliases}},
		}
	}
	if port, ok := network.PortFrom(uint16(published(req)), network.TCP); ok && published(req) > 0 { //nolint:gosec // a TCP port fits
		o.Config.ExposedPorts = network.PortSet{port: {}}
		o.HostConfig.PortBindings = network.PortMap{port: {{HostIP: r.client.publishAt()}}}
	}
}

// published is the port that a container publishes, 0 for none: one that lives
// in another's network can't.
func published(req checker.RunRequest) int {
	if req.Share != "" {
		return 0
	}
	return req.Port
}

// health keeps the image's own test, which an empty one inherits, and changes
// its timings.
func (r *Run) health(t *checker.HealthTiming) *container.HealthConfig {
	if t == nil {
		return &container.HealthConfig{Test: []string{"NONE"}}
	}
	h := &container.HealthConfig{
		Test:     t.Test,
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
