package dockerfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// networkRules are about where the service listens.
func networkRules() []Rule {
	return []Rule{
		{
			ID: "loopback-only", Severity: Warning, Lesson: lessonListen, check: loopbackOnly,
			Why: "127.0.0.1 is the container's own loopback: nothing outside of the container, not even a published port, reaches it. " +
				"Listen on 0.0.0.0.",
		},
		{
			ID: "no-expose", Severity: Advice, Lesson: lessonListen, check: noExpose,
			Why: "EXPOSE opens nothing, but it tells people and tools which port the service listens on.",
		},
		{
			ID: "privileged-port", Severity: Advice, Lesson: lessonListen, check: privilegedPort,
			Why: "Docker lets every user listen below 1024 in a container; other run-times and host networking do not. Listen on a port such as 8080, and publish it as -p 80:8080.",
		},
		{
			ID: "other-port", Severity: Advice, Lesson: lessonListen, check: otherPort,
			Why: "EXPOSE should tell the port that the service really listens on: people and tools go by it.",
		},
	}
}

func loopbackOnly(r *review) {
	for _, name := range []string{"HOST", "BIND", "BIND_ADDRESS", "LISTEN_ADDR", "LISTEN_ADDRESS", "FLASK_RUN_HOST", "UVICORN_HOST"} {
		v, _ := r.final.vars().Get(name)
		if !isLoopback(v) {
			continue
		}
		if line := r.final.setBy(name); line > 0 {
			r.say(line, name+" is set to "+v)
		}
	}
	in := r.final.starts()
	if in == nil {
		return
	}
	for _, call := range r.startCalls() {
		if slices.ContainsFunc(call, unresolved) {
			continue // what the variable holds at run time may say otherwise
		}
		call = plain(unwrapped(call))
		told := addresses(call, "--host", "--bind", "-b", "--address", "--listen", "--hostname")
		if len(told) == 0 {
			if server := r.defaultsToLoopback(call); server != "" {
				r.say(in.Line, server+" listens on 127.0.0.1 when it is told no address")
			}
		} else if !slices.ContainsFunc(told, func(address string) bool { return !isLoopback(address) }) {
			r.say(in.Line, "the service is told to listen on "+told[0])
		}
	}
}

// addresses are the values of some options of a plain call, in their order. Servers
// of Python take -b with the address in the same word as well.
func addresses(call []string, names ...string) []string {
	server := call[0]
	var out []string
	for i, word := range call {
		name, value, joined := strings.Cut(word, "=")
		switch {
		case slices.Contains(names, word) && i+1 < len(call):
			out = append(out, call[i+1])
		case joined && slices.Contains(names, name):
			out = append(out, value)
		case (server == "gunicorn" || server == "hypercorn") && len(word) > 2 && strings.HasPrefix(word, "-b"):
			out = append(out, word[2:])
		}
	}
	return out
}

func isLoopback(address string) bool {
	host := strings.TrimPrefix(address, "http://")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.Count(host, ":") == 1 {
		host = host[:i]
	}
	return host == "127.0.0.1" || host == "localhost" || host == "::1" || strings.HasPrefix(host, "[::1]")
}

// defaultsToLoopback names the server that a call starts when that one, told no
// address, listens on loopback alone.
func (r *review) defaultsToLoopback(call []string) string {
	has := func(env string) bool { _, ok := r.final.vars().Get(env); return ok }
	option := func(names ...string) bool {
		return slices.ContainsFunc(call, func(w string) bool {
			name, _, _ := strings.Cut(w, "=")
			return slices.Contains(names, name)
		})
	}
	switch name := call[0]; {
	case name == "uvicorn" && !option("--uds", "--fd") && !has("UVICORN_HOST"):
		return "uvicorn"
	case name == "flask" && slices.Contains(call, "run") && !option("-h") && !has("FLASK_RUN_HOST"):
		return "flask run"
	case name == "hypercorn" && !option("-c", "--config", "--quic-bind", "--insecure-bind"):
		return "hypercorn"
	case name == "gunicorn" && !option("-c", "--config") && !has("PORT") && !has("GUNICORN_CMD_ARGS") &&
		r.Files != nil && !r.has("gunicorn.conf.py"):
		return "gunicorn"
	case Matches(call, "fastapi dev"):
		return "fastapi dev"
	}
	return ""
}

func noExpose(r *review) {
	img, _ := describe(r.final.base().Base)
	if r.service() && r.final.last("EXPOSE") == nil && len(img.ports()) == 0 {
		r.say(r.lastFrom(), "the image has no EXPOSE")
	}
}

func privilegedPort(r *review) {
	if !r.endsAsOther() {
		return
	}
	for _, in := range r.final.instructions {
		if in.Name != "EXPOSE" {
			continue
		}
		first, _ := in.ports()
		if at := slices.IndexFunc(first, func(p int) bool { return p > 0 && p < 1024 }); at >= 0 {
			r.say(in.Line, fmt.Sprintf("port %d, and the service does not run as root", first[at]))
		}
	}
}

// exposed tells whether the final image exposes a port; known is false where the
// file exposes none, or one that the text does not tell.
func (r *review) exposed(port int) (ok, known bool) {
	img, _ := describe(r.final.base().Base)
	ok = slices.Contains(img.ports(), port)
	for _, in := range r.final.instructions {
		if in.Name != "EXPOSE" {
			continue
		}
		first, last := in.ports()
		if len(first) < len(in.Args) {
			return false, false
		}
		known = true
		for i := range first {
			ok = ok || first[i] <= port && port <= last[i]
		}
	}
	return ok, known
}

// otherPort compares EXPOSE with the port that the start names, or ENV PORT.
func otherPort(r *review) {
	in := r.final.last("EXPOSE")
	if in == nil {
		return
	}
	told, by := r.toldPort()
	if told == 0 {
		return
	}
	if ok, known := r.exposed(told); known && !ok {
		r.say(in.Line, fmt.Sprintf("EXPOSE does not name %d, which %s says", told, by))
	}
}

// toldPort is the port that the service is told to listen on, and who says so;
// 0 where the text does not tell.
func (r *review) toldPort() (port int, by string) {
	for _, call := range r.startCalls() {
		told := []string{option(call, "--port")}
		for _, address := range addresses(plain(unwrapped(call)), "--bind", "-b") {
			told = append(told, addressPort(address))
		}
		for _, word := range told {
			if p := portNumber(word); p > 0 {
				return p, "the start"
			}
		}
		if slices.ContainsFunc(call, unresolved) {
			return 0, ""
		}
	}
	if v, ok := r.final.vars().Get("PORT"); ok && r.final.setBy("PORT") > 0 {
		return portNumber(v), "ENV PORT"
	}
	return 0, ""
}

// addressPort is the part behind the last colon.
func addressPort(address string) string {
	return address[strings.LastIndexByte(address, ':')+1:]
}

// portNumber reads a port; 0 for what is none.
func portNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}
