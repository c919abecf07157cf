package engine

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/versions"
	"golang.org/x/sync/semaphore"

	"shipshape/checker"
)

const (
	// minAPI is the oldest API that is spoken: Docker 20.10's, the first
	// engine whose BuildKit needs no experimental switch.
	minAPI = "1.41"
	// answerTime is how long an engine may take for its first answer.
	answerTime = 10 * time.Second
)

// Options say which engine to open.
type Options struct {
	// Host is written as in DOCKER_HOST; empty for DOCKER_HOST, else the
	// current docker context, else the default socket.
	Host string
	// DataDir is the folder that holds shipshape's data; locks of runs are
	// kept in its folder "runs".
	DataDir string
	// Patience is how long the engine may be silent in the middle of a call; 0
	// for a minute. What works long in silence by its nature, such as a build,
	// has other limits.
	Patience time.Duration
}

// Client is one container engine. It is safe for use by several goroutines.
type Client struct {
	api *client.Client
	// unhurried is for the calls that may be silent for long: see silentFor.
	unhurried *client.Client
	host      string
	// source tells where the host was read.
	source string
	// remote is the machine on which published ports are reached, empty when
	// it is this one.
	remote string
	// remoteIP is its address, and everywhere tells that the engine does not
	// own that.
	remoteIP   netip.Addr
	everywhere atomic.Bool

	dataDir string
	version string
	// platform is the engine's, such as "linux/amd64".
	platform string
	patience time.Duration

	// builds holds a place for each build that runs: see turn.
	builds *semaphore.Weighted

	factsOnce sync.Mutex
	facts     *facts
}

// Open connects to an engine. It returns a [*checker.EnvironmentError] with a
// remedy when none answers, or one that shipshape can't use.
func Open(ctx context.Context, o Options) (*Client, error) {
	at, err := ownSurroundings().endpoint(o.Host)
	if err != nil {
		return nil, err
	}
	if err := reachable(ctx, at); err != nil {
		return nil, err
	}
	c := &Client{host: at.host, source: at.source, remote: remoteName(at.host), dataDir: o.DataDir, patience: cmp.Or(o.Patience, defaultPatience), builds: semaphore.NewWeighted(everyBuild)}
	if c.api, err = c.connect(at, true); err != nil {
		return nil, noEngine(at, err)
	}
	if err := c.greet(ctx, at); err != nil {
		return nil, errors.Join(err, c.api.Close())
	}
	c.locate(ctx)
	if c.unhurried, err = c.connect(at, false, client.WithAPIVersion(c.api.ClientVersion())); err != nil {
		return nil, errors.Join(noEngine(at, err), c.api.Close())
	}
	return c, nil
}

// Close closes the connections. It ends no runs.
func (c *Client) Close() error { return errors.Join(c.api.Close(), c.unhurried.Close()) }

// connect makes a client for the engine. Without reuse, each call has a
// connection of its own, and with it a patience of its own.
func (c *Client) connect(at endpoint, reuse bool, more ...client.Opt) (*client.Client, error) {
	var http1 http.Protocols // connections are upgraded, which HTTP/2 can't be
	http1.SetHTTP1(true)
	opts := []client.Opt{
		client.WithUserAgent("shipshape"), client.WithAPIVersionFromEnv(),
		client.WithHTTPClient(&http.Client{
			Transport:     &http.Transport{TLSClientConfig: at.tls, DisableKeepAlives: !reuse, Protocols: &http1},
			CheckRedirect: client.CheckRedirect,
		}),
		client.WithHost(at.host),
	}
	if scheme, address, _ := strings.Cut(at.host, "://"); scheme != "npipe" {
		opts = append(opts, client.WithDialContext(patientDialer(scheme, address, c.patience)))
	}
	return client.New(append(opts, more...)...)
}

// greet negotiates the API's version and refuses engines that can't do what a
// grade needs.
func (c *Client) greet(ctx context.Context, at endpoint) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	ping, err := c.api.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	if ping.APIVersion != "" && versions.LessThan(ping.APIVersion, minAPI) {
		return &checker.EnvironmentError{
			Problem: "the Docker engine at " + at.host + " is too old: it speaks API " + ping.APIVersion + ", and " + minAPI + " is needed",
			Remedy:  "Install Docker Engine 20.10 or newer.",
		}
	}
	if err != nil {
		return noEngine(at, err)
	}
	if speaks := c.api.ClientVersion(); versions.LessThan(speaks, minAPI) {
		return &checker.EnvironmentError{
			Problem: "DOCKER_API_VERSION asks for API " + speaks + ", and " + minAPI + " is needed",
			Remedy:  "Unset DOCKER_API_VERSION.",
		}
	}
	if ping.OSType != "" && ping.OSType != "linux" {
		return &checker.EnvironmentError{
			Problem: "the engine at " + at.host + " runs " + ping.OSType + " containers",
			Remedy:  "Switch Docker Desktop to Linux containers.",
		}
	}
	v, err := c.api.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return noEngine(at, err)
	}
	for _, part := range v.Components {
		if strings.Contains(part.Name, "Podman") {
			return &checker.EnvironmentError{
				Problem: "Podman answers at " + at.host + ": its builder is not BuildKit, tells of no steps, and leaves health tests out of images",
				Remedy:  "Install Docker Engine, or set DOCKER_HOST to one. Lessons, quizzes and `shipshape check --static` need none.",
			}
		}
	}
	c.version, c.platform = v.Version, path.Join(v.Os, v.Arch)
	return nil
}

// reachable tries the socket before the client does, whose errors don't say
// whether a socket is missing, closed to the user, or deaf.
func reachable(ctx context.Context, at endpoint) error {
	scheme, address, ok := strings.Cut(at.host, "://")
	if !ok || scheme == "ssh" {
		return &checker.EnvironmentError{
			Problem: "the engine's address " + at.host + ", from " + at.source + ", is not one that shipshape can use",
			Remedy:  "Set DOCKER_HOST to unix://… or tcp://…. For an engine behind ssh, run shipshape on its machine (ssh HOST shipshape …): the ports of what is graded have to be in reach as well.",
		}
	}
	if scheme != "unix" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", address)
	if err != nil {
		return noEngine(at, err)
	}
	return conn.Close()
}
