package checker

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// ComposeReaches: one service reaches a port of another by its name.
type ComposeReaches struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
	// Port is the one that To listens on in its container.
	Port int `yaml:"port"`
}

// ComposeIsolated: one service does not reach a port of another, though that one
// listens on it.
type ComposeIsolated struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
	Port int    `yaml:"port"`
}

func (k *ComposeReaches) unsound(a Assignment) []Unsound {
	return unsoundWay(a, k.From, k.To, k.Port)
}

func (k *ComposeIsolated) unsound(a Assignment) []Unsound {
	return unsoundWay(a, k.From, k.To, k.Port)
}

func unsoundWay(a Assignment, from, to string, port int) []Unsound {
	found := unsoundCompose(a, map[string]string{"from": from, "to": to})
	if port < 1 || port > 65535 {
		found = append(found, unsoundf("port", "port is %d: the one that %s listens on, 1 to 65535", port, to))
	}
	return found
}

func (k *ComposeReaches) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: fmt.Sprintf("from the container of %s, %s:%d takes a connection", k.From, k.To, k.Port)}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		from, err := st.unit(k.From)
		if err != nil {
			return failed(f, err)
		}
		var said string
		reached, err := st.drive(ctx, st.units, func() (bool, error) {
			var ok bool
			ok, said, err = st.connect(ctx, from, k.To, k.Port)
			return ok, err
		})
		if err != nil {
			return failed(f, err)
		}
		f.passed, f.observed = reached, "it does"
		if !reached {
			f.observed = "it does not: " + said
			if to, err := st.unit(k.To); err == nil {
				f.why = apart(st, from, to)
			}
		}
		return f, nil
	})
}

// apart explains why two services do not meet.
func apart(st *stack, from, to *unit) string {
	for _, a := range from.Networks {
		for _, b := range to.Networks {
			if a.Network == b.Network {
				return fmt.Sprintf("They share the network %s, where %s goes by its name. It has to listen on that port on all of its addresses.", a.Network, to.Name)
			}
		}
	}
	return fmt.Sprintf("They share no network (%s, %s). A service's name is known on its own networks alone.",
		st.project.Place("services", from.Name, "networks"), st.project.Place("services", to.Name, "networks"))
}

func (k *ComposeIsolated) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: fmt.Sprintf("%s:%d takes connections, and none from the container of %s", k.To, k.Port, k.From)}
	return ev.onStack(ctx, f, func(ctx context.Context, st *stack, f finding) (finding, error) {
		from, err := st.unit(k.From)
		if err != nil {
			return failed(f, err)
		}
		to, err := st.unit(k.To)
		if err != nil {
			return failed(f, err)
		}
		// That nobody listens shows no isolation, so the service is asked from
		// its own container first.
		var said string
		listens, err := st.drive(ctx, st.units, func() (bool, error) {
			var ok bool
			ok, said, err = st.connect(ctx, to, k.To, k.Port)
			return ok, err
		})
		if err != nil {
			return failed(f, err)
		}
		if !listens {
			f.observed = fmt.Sprintf("%s does not take connections from its own container either: %s", k.To, said)
			return f, nil
		}
		reached, said, err := st.connect(ctx, from, k.To, k.Port)
		if err != nil {
			return failed(f, err)
		}
		f.passed, f.observed = !reached, fmt.Sprintf("%s does not reach it: %s", from.Name, said)
		if reached {
			f.observed = fmt.Sprintf("%s reaches it", from.Name)
			f.why = "Who shares a network with a service reaches every port that it listens on, published or not. Services that have no business with one another belong on different networks."
		}
		return f, nil
	})
}

// connect tries to connect to a port of a service by its name, from another's
// container, with a program of a base image: what the submission's own images
// call so need not be that. It returns what the program said.
func (st *stack) connect(ctx context.Context, from *unit, to string, port int) (reached bool, said string, err error) {
	if from.container == nil {
		return false, "its container has ended", nil
	}
	for _, argv := range connectors(to, port) {
		output, ok, err := from.tools.run(ctx, argv...)
		if err != nil {
			return false, "", err
		}
		if ok {
			said := strings.TrimSpace(output)
			return strings.HasSuffix(said, connected), shown(strings.TrimSuffix(said, connected)), nil
		}
	}
	return false, "", &EnvironmentError{
		Problem: "no image at hand has a program to connect with",
		Remedy:  "Get alpine:3.22 or python:3.13-slim, with `docker pull` or `shipshape images build`.",
	}
}

// connected is what a connector says at last when it was.
const connected = "shipshape: connected"

// connectors are commands that connect to a port: for images with an
// interpreter, and for those with busybox.
func connectors(host string, port int) [][]string {
	number := strconv.Itoa(port)
	return [][]string{
		{"python3", "-c", `import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()
    print("` + connected + `")
except OSError as e:
    print(e)`, host, number},
		{"node", "-e", `const s = require("net").connect(process.argv[2], process.argv[1]);
s.setTimeout(2000, () => s.destroy(new Error("timed out")));
s.on("connect", () => { console.log("` + connected + `"); s.end(); });
s.on("error", (e) => console.log(e.message));`, host, number},
		{"sh", "-c", `nc -w 2 "$0" "$1" -e true 2>&1 && echo "` + connected + `"`, host, number},
	}
}
