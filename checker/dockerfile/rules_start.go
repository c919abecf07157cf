package dockerfile

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// startScript is the CMD's or ENTRYPOINT's script if a shell runs it: the shell
// form, or an exec form that names a shell itself.
func (in *Instruction) startScript() (string, bool) {
	if !in.Exec {
		return in.script(), len(in.Args) > 0
	}
	if len(in.Args) > 0 && isShell(in.Args[0]) {
		return shellArgument(in.Args)
	}
	return "", false
}

func shellAsPID1(r *review) {
	in := r.final.starts()
	if in == nil || brokenJSON(in) {
		return
	}
	text, ok := in.startScript()
	if !ok {
		return
	}
	file, err := parseShell(text)
	if err != nil || len(file.Stmts) == 0 {
		return
	}
	last := file.Stmts[len(file.Stmts)-1]
	if endsInExec(last) || len(file.Stmts) == 1 && isSimple(last) {
		// One simple command: the shell makes way for it by itself.
		return
	}
	r.say(in.Line, "a shell with more than one command starts the service")
}

func isSimple(s *syntax.Stmt) bool {
	_, call := s.Cmd.(*syntax.CallExpr)
	return call && !s.Background && !s.Negated
}

func endsInExec(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return len(c.Args) > 0 && c.Args[0].Lit() == "exec"
	case *syntax.BinaryCmd:
		return c.Op != syntax.Pipe && c.Op != syntax.PipeAll && endsInExec(c.Y)
	}
	return false
}

// brokenJSON tells a shell form that was meant as JSON.
func brokenJSON(in *Instruction) bool {
	text := strings.TrimSpace(strings.Join(in.Args, " "))
	return !in.Exec && strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]")
}

func jsonQuotes(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if (in.Name == "CMD" || in.Name == "ENTRYPOINT") && brokenJSON(in) {
				r.say(in.Line, in.Name+" looks like the exec form and is no valid JSON")
			}
		}
	}
}

func cmdIgnored(r *review) {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	if entry != nil && cmd != nil && !entry.Exec && len(entry.Args) > 0 && !brokenJSON(entry) {
		r.say(cmd.Line, "this CMD is never used")
	}
}

func noShell(r *review) {
	if !r.hasNoShell() {
		return
	}
	for _, in := range append(r.final.runs(), r.final.last("ENTRYPOINT"), r.final.last("CMD")) {
		if in != nil && !in.Exec && len(in.Args) > 0 && !brokenJSON(in) {
			r.say(in.Line, in.Name+" in the shell form, and "+r.final.base().Base+" has no shell")
		}
	}
}

func installAtStart(r *review) {
	in := r.final.starts()
	for _, call := range r.startCalls() {
		if _, ok := dependencyInstall(call); ok {
			r.say(in.Line, brief(call)+" runs at each start")
			return
		}
	}
}

func lostShellState(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if in.Name != "RUN" || in.Exec {
				continue
			}
			calls := in.calls()
			if len(calls) > 0 && !slices.ContainsFunc(calls, func(c []string) bool { return !onlyShellState(c) }) {
				r.say(in.Line, "this RUN changes nothing but its own shell")
			}
		}
	}
}

func onlyShellState(call []string) bool {
	switch call[0] {
	case "cd", "export", "umask", "alias":
		return true
	case ".", "source":
		return len(call) > 1 && path.Base(call[1]) == "activate"
	}
	return false
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
		v := option(call, "--host", "--bind", "-b", "--address", "--listen", "--hostname")
		if isLoopback(v) {
			r.say(in.Line, "the service is told to listen on "+v)
		} else if server := r.defaultsToLoopback(call, v); server != "" {
			r.say(in.Line, server+" listens on 127.0.0.1 when it is told no address")
		}
	}
}

// setBy is the line of the last ENV that sets a variable.
func (c chain) setBy(name string) int {
	line := 0
	for _, in := range c.instructions {
		if in.Name == "ENV" && slices.ContainsFunc(in.Args, func(kv string) bool { return strings.HasPrefix(kv, name+"=") }) {
			line = in.Line
		}
	}
	return line
}

func isLoopback(address string) bool {
	host := strings.TrimPrefix(address, "http://")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.Count(host, ":") == 1 {
		host = host[:i]
	}
	return host == "127.0.0.1" || host == "localhost" || host == "::1" || strings.HasPrefix(host, "[::1]")
}

// startCalls are the calls that start the service, an ENTRYPOINT in exec form
// put together with its CMD.
func (r *review) startCalls() [][]string {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	switch {
	case entry == nil && cmd == nil:
		return nil
	case entry == nil:
		return cmd.calls()
	case cmd == nil || !entry.Exec:
		return entry.calls()
	case !cmd.Exec:
		return append(entry.calls(), cmd.calls()...)
	}
	both := *entry
	both.Args = slices.Concat(entry.Args, cmd.Args)
	return both.calls()
}

// defaultsToLoopback names the server that a call starts when that one, told no
// address, listens on loopback alone. host is what an option names.
func (r *review) defaultsToLoopback(call []string, host string) string {
	call = plain(call)
	has := func(env string) bool { _, ok := r.final.vars().Get(env); return ok }
	option := func(names ...string) bool {
		return slices.ContainsFunc(call, func(w string) bool {
			name, _, _ := strings.Cut(w, "=")
			return slices.Contains(names, name)
		})
	}
	if host != "" {
		return ""
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
