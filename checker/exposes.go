package checker

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shipshape/checker/dockerfile"
)

// Exposes: what the image says of its ports is what the service does. Each TCP
// port that it exposes is listened on, and the service's port is exposed.
type Exposes struct{}

func (k *Exposes) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	port := ev.sub.Assignment.Service.Port
	f := finding{
		expected: fmt.Sprintf("the image exposes port %d, and no TCP port that nothing listens on", port),
		line:     ev.blame(dockerfile.BlameExpose),
	}
	exposed := tcpPorts(image.ExposedPorts)
	if !slices.Contains(exposed, port) {
		f.observed = fmt.Sprintf("the image exposes %s; the service is reached on %d", portList(exposed), port)
		f.why = "EXPOSE opens nothing: it tells people and tools which port to publish. They go by it."
		return f, nil
	}
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	if s.container == nil || !s.answered && !s.state.Running {
		f.observed = "nothing ran long enough to be looked at: " + s.problem(port)
		f.line = ev.blame(dockerfile.BlameCmd)
		return f, nil
	}
	if s.answered && len(exposed) == 1 {
		f.passed, f.observed = true, fmt.Sprintf("it exposes %s, and answers there", portList(exposed))
		return f, nil
	}
	var (
		listening, dead []int
		known           bool
	)
	// A listener of its own, for figures say, may open after the main one.
	_, err = poll(ctx, wellSoon, func() (bool, error) {
		if listening, known, err = listenedPorts(ctx, s.tools); err != nil {
			return false, err
		}
		if s.answered && !slices.Contains(listening, port) {
			listening = append(listening, port)
		}
		dead = slices.DeleteFunc(slices.Clone(exposed), func(p int) bool { return slices.Contains(listening, p) })
		return len(dead) == 0 || !known, nil
	})
	if err != nil {
		return finding{}, err
	}
	switch {
	case len(dead) == 0:
		f.passed, f.observed = true, fmt.Sprintf("it exposes %s, and listens there", portList(exposed))
	case !known:
		return finding{}, unreadablePorts()
	default:
		f.observed = fmt.Sprintf("it exposes %s, and nothing listens on %s; the service listens on %s", portList(exposed), portList(dead), portList(listening))
		f.why = "A port that is exposed and dead sends those who go by it to nobody. An EXPOSE of the base image is inherited and cannot be taken back: choose another base then."
	}
	return f, nil
}

// tcpPorts reads an image's exposed ports, such as "8080/tcp"; those of other
// protocols are passed over.
func tcpPorts(exposed []string) []int {
	var ports []int
	for _, e := range exposed {
		number, protocol, _ := strings.Cut(e, "/")
		if protocol != "" && protocol != "tcp" {
			continue
		}
		if p, err := strconv.Atoi(number); err == nil && !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	slices.Sort(ports)
	return ports
}

// listenedPorts are the TCP ports on which a container listens for others, on
// more than loopback; not known where they cannot be read.
func listenedPorts(ctx context.Context, t *tools) (ports []int, known bool, err error) {
	// What the image calls cat may say anything.
	tables, known, err := t.foreignCat(ctx, "/proc/net/tcp", "/proc/net/tcp6")
	for _, l := range listeners(readSockets(tables)) {
		if !l.address.Addr().Unmap().IsLoopback() {
			ports = append(ports, int(l.address.Port()))
		}
	}
	return slices.Compact(ports), known, err
}

func portList(ports []int) string {
	if len(ports) == 0 {
		return "no TCP port"
	}
	var words []string
	for _, p := range ports {
		words = append(words, strconv.Itoa(p))
	}
	return listed(words)
}
