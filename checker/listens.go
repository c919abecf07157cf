package checker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"shipshape/checker/dockerfile"
)

// Listens: the service is reached from outside its container, so it listens on
// more than loopback.
type Listens struct {
	// Closed are further ports, that nobody outside the container may reach:
	// nothing listens there, or on loopback alone.
	Closed []int `yaml:"closed"`
	// Only: nobody outside the container may reach any TCP port beside the
	// service's own, whatever its number. Closed has nothing to add then.
	Only bool `yaml:"only"`
}

func (k *Listens) unsound(a Assignment) []Unsound {
	var found []Unsound
	if k.Only && len(k.Closed) > 0 {
		found = append(found, unsoundf("closed", "it has nothing to add to only, which closes every port"))
	}
	for i, port := range k.Closed {
		if port < 1 || port > 65535 || port == a.Service.Port {
			found = append(found, unsoundf(fmt.Sprintf("closed[%d]", i), "%d is no port beside the service's own", port))
		}
	}
	return found
}

func (k *Listens) look(ctx context.Context, ev *evidence) (finding, error) {
	s, err := ev.running(ctx)
	if err != nil {
		return finding{}, err
	}
	port := ev.sub.Assignment.Service.Port
	f := finding{
		expected: fmt.Sprintf("port %d is reached from outside the container", port),
		line:     ev.blame(dockerfile.BlameCmd),
	}
	if !s.answered {
		f.observed, f.line = s.problem(port), cmp.Or(s.listening.line, f.line)
		return f, nil
	}
	if k.Only || len(k.Closed) > 0 {
		return k.others(ctx, s, port, f)
	}
	f.passed, f.observed = true, "it answered through the published port"
	return f, nil
}

// others looks at the ports beside the service's own.
func (k *Listens) others(ctx context.Context, s *service, own int, f finding) (finding, error) {
	none := "none of " + portList(k.Closed)
	if k.Only {
		none = "no other"
	}
	f.expected += ", and " + none
	var (
		open  []int
		known bool
	)
	// A listener of its own may open after the main one.
	_, err := poll(ctx, wellSoon-time.Since(s.since), func() (_ bool, err error) {
		if open, known, err = listenedPorts(ctx, s.tools); err != nil {
			return false, err
		}
		open = slices.DeleteFunc(open, func(p int) bool { return p == own || !k.Only && !slices.Contains(k.Closed, p) })
		return len(open) > 0 || !known, nil
	})
	if err != nil {
		return finding{}, err
	}
	if !known {
		return finding{}, unreadablePorts()
	}
	if len(open) > 0 {
		f.observed = fmt.Sprintf("it listens on port %s for everybody who reaches the container", portList(open))
		return f, nil
	}
	f.passed, f.observed = true, fmt.Sprintf("it answered through the published port, and listens on %s but for itself", none)
	return f, nil
}

// unreadablePorts is the fault of a machine that lacks what ports are read with.
func unreadablePorts() error {
	return &EnvironmentError{
		Problem: "which ports the service listens on cannot be read: the image has nothing to read it with",
		Remedy:  "Get the base image that the grader reads it with: `shipshape images pull`, or `shipshape images build`.",
	}
}
