package checker

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// tcpListen is the state LISTEN in the kernel's tables of sockets
// (include/net/tcp_states.h).
const tcpListen = "0A"

// onlyLoopback returns the loopback addresses, with the port, that a container
// listens on, when it listens on that port and on no other address. It is nil
// when that cannot be told, as in an image without cat.
func onlyLoopback(ctx context.Context, c Container, port int) []string {
	var loopback []string
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		got, err := c.Exec(ctx, "", "cat", table)
		if err != nil || got.NotFound {
			return nil
		}
		for _, a := range listeners(got.Output) {
			if int(a.Port()) != port {
				continue
			}
			if !a.Addr().Unmap().IsLoopback() {
				return nil
			}
			loopback = append(loopback, a.String())
		}
	}
	slices.Sort(loopback)
	return loopback
}

// listeners reads the listening addresses out of a table such as
// /proc/net/tcp. Lines that it does not understand are passed over.
func listeners(table string) []netip.AddrPort {
	var found []netip.AddrPort
	lines := bufio.NewScanner(strings.NewReader(table))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || fields[3] != tcpListen {
			continue
		}
		if a, err := kernelAddress(fields[1]); err == nil {
			found = append(found, a)
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
