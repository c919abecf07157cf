package checker

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shipshape/checker/dockerfile"
)

// listening is where a container listens that does not answer.
type listening struct {
	// known is false where nothing could look.
	known bool
	// addresses are in the order of their ports.
	addresses []netip.AddrPort
	// source says what in the image names the port that it listens on instead
	// of the expected one, such as "ENV PORT=9000", and line where; empty and 0
	// where nothing does.
	source string
	line   int
}

// hopeless looks where the service listens, and reports whether it will never
// answer: because it listens on the expected port for its own container alone,
// or, as its image tells it to, on another port.
func (s *service) hopeless(ctx context.Context, ev *evidence) (bool, error) {
	sockets, ok, err := s.tools.sockets(ctx)
	if err != nil || !ok {
		return false, err
	}
	now := listening{known: true}
	for _, l := range listeners(sockets) {
		now.addresses = append(now.addresses, l.address)
	}
	port := ev.sub.Assignment.Service.Port
	for _, other := range now.addresses {
		if len(now.on(port)) == 0 && now.source == "" {
			now.source, now.line, err = ev.portSource(ctx, int(other.Port()))
		}
	}
	before := s.listening
	s.listening = now
	if err != nil || now.onlyLoopback(port) {
		return true, err
	}
	// It may open a port for metrics first, so it is looked at twice, and only
	// what the image itself says is believed before the deadline.
	return now.source != "" && slices.Equal(before.addresses, now.addresses), nil
}

// on returns the addresses with a port.
func (l listening) on(port int) []netip.AddrPort {
	var found []netip.AddrPort
	for _, a := range l.addresses {
		if int(a.Port()) == port {
			found = append(found, a)
		}
	}
	return found
}

func (l listening) onlyLoopback(port int) bool {
	on := l.on(port)
	return len(on) > 0 && !slices.ContainsFunc(on, func(a netip.AddrPort) bool { return !a.Addr().Unmap().IsLoopback() })
}

// open reports whether a port is listened on at an address that the engine
// reaches over IPv4.
func (l listening) open(port int) bool {
	return slices.ContainsFunc(l.on(port), func(a netip.AddrPort) bool {
		return a.Addr().IsUnspecified() || a.Addr().Unmap().Is4() && !a.Addr().Unmap().IsLoopback()
	})
}

// onlyIPv6 reports whether a port is listened on at IPv6 addresses alone. Such a
// socket takes IPv4 connections as well, unless the program forbids it.
func (l listening) onlyIPv6(port int) bool {
	on := l.on(port)
	return len(on) > 0 && !slices.ContainsFunc(on, func(a netip.AddrPort) bool { return a.Addr().Unmap().Is4() })
}

// problem says, as half a sentence, what is wrong with where it listens; empty
// where nothing is, or nothing is known.
func (l listening) problem(port int) string {
	at := addressList(l.addresses)
	switch {
	case !l.known:
		return ""
	case len(l.addresses) == 0:
		return "listens on no port at all"
	case l.onlyLoopback(port):
		return fmt.Sprintf("listens on %s only: no one outside the container can reach that", addressList(l.on(port)))
	case len(l.on(port)) == 0 && l.source != "":
		return fmt.Sprintf("listens on %s, as %s says, and not on port %d", at, l.source, port)
	case len(l.on(port)) == 0:
		return fmt.Sprintf("listens on %s, and not on port %d", at, port)
	case l.onlyIPv6(port):
		return fmt.Sprintf("listens on %s, and gives no answer over IPv4: a socket for IPv6 alone is out of reach on the engine's network", at)
	}
	return ""
}

func addressList(addresses []netip.AddrPort) string {
	var texts []string
	for _, a := range addresses {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, " and ")
}

// portSource finds what in the image names a port: a variable of its environment
// that is the port or ends in it, as in "0.0.0.0:9000", else a word of its
// command.
func (ev *evidence) portSource(ctx context.Context, port int) (source string, line int, err error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return "", 0, err
	}
	file, err := ev.dockerfile()
	if err != nil {
		return "", 0, err
	}
	number := strconv.Itoa(port)
	for _, variable := range image.Env {
		name, value, _ := strings.Cut(variable, "=")
		if value == number || strings.HasSuffix(value, ":"+number) {
			return "ENV " + variable, file.BlameEnv(name), nil
		}
	}
	named := regexp.MustCompile(`(^|\D)` + number + `(\D|$)`)
	for _, word := range slices.Concat(image.Entrypoint, image.Cmd) {
		if named.MatchString(word) {
			return fmt.Sprintf("the command's %q", shortInstruction(word)), file.Blame(dockerfile.BlameCmd), nil
		}
	}
	return "", 0, nil
}
