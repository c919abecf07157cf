package checker

import (
	"bufio"
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// The states of a socket in the kernel's tables (include/net/tcp_states.h).
const (
	tcpEstablished = "01"
	tcpListen      = "0A"
)

// socket is a row of the kernel's tables of TCP sockets.
type socket struct {
	address netip.AddrPort
	state   string
	// unread is how many bytes wait to be read; on a listening socket how many
	// connections wait to be accepted.
	unread int64
	// inode is "0" for a connection that nobody has accepted yet.
	inode string
}

// sockets reads the container's TCP sockets; ok is false where that cannot be
// told: see [tools.cat].
func (t *tools) sockets(ctx context.Context) (found []socket, ok bool, err error) {
	tables, ok, err := t.cat(ctx, "/proc/net/tcp", "/proc/net/tcp6")
	return readSockets(tables), ok, err
}

// engineResolver is where engines answer the DNS queries of containers on
// networks of their own: a listener there is none of the service's.
func engineResolver() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 11}) }

// listeners returns the listening ones of sockets, in the order of their ports.
func listeners(sockets []socket) []socket {
	var found []socket
	for _, s := range sockets {
		if s.state == tcpListen && s.address.Addr() != engineResolver() {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b socket) int {
		return cmp.Or(cmp.Compare(a.address.Port(), b.address.Port()), a.address.Compare(b.address))
	})
	return found
}

// readSockets reads tables such as /proc/net/tcp. Lines that it does not
// understand are passed over.
func readSockets(tables string) []socket {
	const (
		local, state, queues, inode = 1, 3, 4, 9
	)
	var found []socket
	lines := bufio.NewScanner(strings.NewReader(tables))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) <= inode {
			continue
		}
		_, waiting, _ := strings.Cut(fields[queues], ":")
		unread, err := strconv.ParseInt(waiting, 16, 64)
		if err != nil {
			continue
		}
		if a, err := kernelAddress(fields[local]); err == nil {
			found = append(found, socket{address: a, state: fields[state], unread: unread, inode: fields[inode]})
		}
	}
	return found
}

// kernelAddress decodes an address as the kernel prints it: hexadecimal, each
// group of four bytes in the order of a little-endian machine, as in
// "0100007F:1F90" for 127.0.0.1:8080.
func kernelAddress(s string) (netip.AddrPort, error) {
	host, port, ok := strings.Cut(s, ":")
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("no port in %q", s)
	}
	raw, err := hex.DecodeString(host)
	if err != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, fmt.Errorf("no address in %q", s)
	}
	for group := range slices.Chunk(raw, 4) {
		slices.Reverse(group)
	}
	addr, ok := netip.AddrFromSlice(raw)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("no address in %q", s)
	}
	number, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("no port in %q", s)
	}
	return netip.AddrPortFrom(addr, uint16(number)), nil
}
