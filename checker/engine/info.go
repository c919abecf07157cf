package engine

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/system"
	"github.com/moby/moby/client"

	"shipshape/checker"
)

// containerdStore is how the engine names the driver of the containerd image
// store.
const containerdStore = "io.containerd.snapshotter.v1"

// facts are what is read of an engine once.
type facts struct {
	store string
	cpus  int
	// uidBase is the engine's uid that root of a container is, where the
	// engine remaps users; 0 where it doesn't, unknownBase where it does and
	// does not tell to what.
	uidBase int
}

// unknownBase is the uidBase of an engine whose uids can't be read: its root may
// be anybody.
const unknownBase = -1

// Info describes the engine.
func (c *Client) Info(ctx context.Context) (checker.EngineInfo, error) {
	f, err := c.learn(ctx)
	if err != nil {
		return checker.EngineInfo{}, err
	}
	return checker.EngineInfo{
		Version: c.version, API: c.api.ClientVersion(), Builder: "buildkit",
		Store: f.store, Host: c.host, Platform: c.platform,
	}, nil
}

// learn asks for the facts, the first time.
func (c *Client) learn(ctx context.Context) (*facts, error) {
	c.factsOnce.Lock()
	defer c.factsOnce.Unlock()
	if c.facts != nil {
		return c.facts, nil
	}
	got, err := c.api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return nil, c.fault(ctx, "describe itself", err)
	}
	c.facts = readFacts(got.Info)
	return c.facts, nil
}

func readFacts(info system.Info) *facts {
	f := &facts{store: "classic", cpus: info.NCPU}
	for _, row := range info.DriverStatus {
		if slices.Contains(row[:], containerdStore) {
			f.store = "containerd"
		}
	}
	if slices.ContainsFunc(info.SecurityOptions, func(o string) bool { return strings.Contains(o, "name=userns") }) {
		// With remapped users the engine keeps its data in a folder named by
		// the uid and gid that root becomes: /var/lib/docker/100000.100000.
		uid, _, _ := strings.Cut(filepath.Base(info.DockerRootDir), ".")
		var err error
		if f.uidBase, err = strconv.Atoi(uid); err != nil || f.uidBase <= 0 {
			f.uidBase = unknownBase
		}
	}
	return f
}

// losesFiles is the fault of an engine that remaps users and builds as Docker
// 20.10 does: its builder writes copied files as the machine's root, whom no
// container knows, so that the finished image is without them.
func (c *Client) losesFiles(f *facts) error {
	if f.uidBase == 0 || !strings.HasPrefix(c.version, "20.") {
		return nil
	}
	return &checker.EnvironmentError{
		Problem: "Docker " + c.version + " leaves files out of the images that it builds while it remaps users",
		Remedy:  "Use a newer Docker Engine (28 does it right), or one without userns-remap.",
	}
}
