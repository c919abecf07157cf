package engine

import (
	"context"
	"net"
	"net/netip"
	"net/url"
)

// remoteName returns the machine of a tcp host; empty for this one.
func remoteName(host string) string {
	u, err := url.Parse(host)
	if err != nil || u.Scheme == "unix" || u.Scheme == "npipe" {
		return ""
	}
	name := u.Hostname()
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		return ""
	}
	return name
}

// locate finds the address of a remote engine's machine, where its ports are
// then published.
func (c *Client) locate(ctx context.Context) {
	if c.remote == "" {
		return
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", c.remote)
	if err != nil || len(found) == 0 {
		c.everywhere.Store(true)
		return
	}
	c.remoteIP = found[0].Unmap()
}

// publishAt is the engine's address at which a graded container's port is
// published: the narrowest that is reached from here. On this machine that is
// loopback, on another the one that the engine itself was reached at.
func (c *Client) publishAt() netip.Addr {
	switch {
	case c.remote == "":
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case c.everywhere.Load():
		return netip.IPv4Unspecified()
	default:
		return c.remoteIP
	}
}

// widen tells, by the error of a start, that the engine does not own the address
// that it is reached at, as behind a router that forwards ports. From then on
// ports are published on all of its addresses.
func (c *Client) widen(err error) bool {
	if c.remote == "" || err == nil || !containsAny(err.Error(), "cannot assign requested address") {
		return false
	}
	c.everywhere.Store(true)
	return true
}
