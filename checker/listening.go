package checker

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"shipshape/checker/dockerfile"
)

// listening is where a container listens that does not answer.
type listening struct {
	// known is false where nothing could look.
	known bool
	// addresses are in the order of their ports.
	addresses []netip.AddrPort
	// source says what in the image names the port that it listens on instead
	// of the expected one, such as "ENV PORT=9000", or the loopback address, and
	// line where; empty and 0 where nothing does.
	source string
	line   int
	// firm: the source means this service's port, and no other of its own.
	firm bool
	// since is when these addresses were first seen.
	since time.Time
}

// lasting is how long a service may listen on another port alone, one that its
// command names, before it is said to do no more: it may open one for metrics
// long before its own.
const lasting = 6 * time.Second

// hopeless looks where the service listens, and reports whether it will never
// answer: because it listens on the expected port for its own container alone,
// or, as its image tells it to, on another port.
func (s *service) hopeless(ctx context.Context, ev *evidence) (bool, error) {
	sockets, ok, err := s.tools.sockets(ctx)
	if err != nil || !ok {
		return false, err
	}
	now := listeningOn(sockets)
	now.since = time.Now()
	again := s.listening.known && slices.Equal(s.listening.addresses, now.addresses)
	if again {
		now.since = s.listening.since
	}
	port := ev.sub.Assignment.Service.Port
	loopback := now.onlyLoopback(port)
	switch {
	case loopback:
		err = now.findLoopback(ctx, ev)
	case len(now.on(port)) == 0:
		err = now.findPort(ctx, ev, port)
	}
	s.listening = now
	if err != nil || loopback {
		return true, err
	}
	return again && (now.firm || now.source != "" && time.Since(now.since) >= lasting), nil
}

// listeningOn is where sockets listen.
func listeningOn(sockets []socket) listening {
	l := listening{known: true}
	for _, s := range listeners(sockets) {
		l.addresses = append(l.addresses, s.address)
	}
	return l
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
	case l.onlyLoopback(port) && l.source != "":
		return fmt.Sprintf("listens on %s only, as %s says: no one outside the container can reach that", addressList(l.on(port)), l.source)
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

// findPort finds what in the image names a port that it listens on instead of the
// expected one: a variable of its environment that is the port or ends in it, as
// in "0.0.0.0:9000", else a word of its command. Nothing is found in an image
// that names the expected port as well: it may yet come to that.
func (l *listening) findPort(ctx context.Context, ev *evidence, expected int) error {
	names := func(port int) (setting, error) {
		number := strconv.Itoa(port)
		return ev.setting(ctx, func(_, value string) bool {
			return value == number || strings.HasSuffix(value, ":"+number)
		}, regexp.MustCompile(`(^|\D)`+number+`(\D|$)`).MatchString)
	}
	if it, err := names(expected); err != nil || it.source != "" {
		return err
	}
	for _, other := range l.addresses {
		it, err := names(int(other.Port()))
		if err != nil {
			return err
		}
		if it.source != "" {
			l.source, l.line = it.source, it.line
			switch strings.ToUpper(it.variable) {
			case "PORT", "HTTP_PORT", "APP_PORT", "SERVER_PORT", "SERVICE_PORT", "LISTEN_PORT", "WEB_PORT":
				l.firm = true
			}
			return nil
		}
	}
	return nil
}

// findLoopback finds what in the image names a loopback address to listen on: a
// variable of its environment that is called as such ones are, else a word of
// its command.
func (l *listening) findLoopback(ctx context.Context, ev *evidence) error {
	loopback := regexp.MustCompile(`127\.0\.0\.1|\blocalhost\b|\[?::1\]?`)
	it, err := ev.setting(ctx, func(name, value string) bool {
		switch strings.ToUpper(name) {
		case "HOST", "BIND", "ADDR", "ADDRESS", "LISTEN", "BIND_ADDR", "BIND_ADDRESS", "BIND_HOST", "LISTEN_ADDR", "LISTEN_ADDRESS", "LISTEN_HOST":
			return loopback.MatchString(value)
		}
		return false
	}, loopback.MatchString)
	l.source, l.line = it.source, it.line
	return err
}

// setting is something in an image's configuration that decides where the
// service listens: a variable, or a word of its command.
type setting struct {
	// source is how it is told, such as "ENV PORT=9000".
	source string
	line   int
	// variable is the variable's name; empty for a word of the command.
	variable string
}

// setting finds the first variable of the image's environment, else the first
// word of its command, that is as wanted.
func (ev *evidence) setting(ctx context.Context, variable func(name, value string) bool, word func(string) bool) (setting, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return setting{}, err
	}
	file, err := ev.dockerfile()
	if err != nil {
		return setting{}, err
	}
	for _, v := range image.Env {
		if name, value, _ := strings.Cut(v, "="); variable(name, value) {
			return setting{source: "ENV " + v, line: file.BlameEnv(name), variable: name}, nil
		}
	}
	for _, w := range slices.Concat(image.Entrypoint, image.Cmd) {
		if word(w) {
			return setting{source: fmt.Sprintf("the command's %q", shortInstruction(w)), line: file.Blame(dockerfile.BlameCmd)}, nil
		}
	}
	return setting{}, nil
}
