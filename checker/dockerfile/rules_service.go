package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// serviceRules are about what a container is for: one service in the
// foreground, that says on its output what it does.
func serviceRules() []Rule {
	return []Rule{
		{
			ID: "several-services", Severity: Warning, Lesson: lessonContainers, check: severalServices,
			Why: "One container then is up while half of it is down; health, restarts, scaling and logs belong to one process each. Give each service a container of its own.",
		},
		{
			ID: "ends-at-once", Severity: Mistake, Lesson: lessonContainers, check: endsAtOnce,
			Why: "It puts itself in the background, and a container ends when its first process does. Start it in the foreground.",
		},
		{
			ID: "idle-start", Severity: Warning, Lesson: lessonContainers, check: idleStart,
			Why: "It keeps the container up and serves nobody; an engine sees no difference between a service that works and one that died. Start the service itself.",
		},
		{
			ID: "dev-server", Severity: Warning, Lesson: lessonStages, check: devServer,
			Why: "It is made for work at the desk: slow, talkative, watching files, or compiling at each start. Keep it in a target for development, and start what is made for production in the last stage.",
		},
		{
			ID: "development-mode", Severity: Warning, Lesson: lessonStages, check: developmentMode,
			Why: "Frameworks then show their insides to everybody who meets an error, and are slow. Leave it out of the last stage, and set it where you develop.",
		},
		{
			ID: "logs-to-file", Severity: Warning, Lesson: lessonLogs, check: logsToFile,
			Why: "docker logs and every collector read standard output; a file grows in the container's own layer and is gone with it. Write to standard output and error.",
		},
		{
			ID: "time-zone-missing", Severity: Warning, Lesson: lessonStatic, check: timeZoneMissing,
			Why: "The image has no table of time zones, so the service stays on UTC without a word. Install tzdata, or keep to UTC.",
		},
	}
}

func severalServices(r *review) {
	for _, call := range r.startCalls() {
		switch name := path.Base(call[0]); {
		case name == "supervisord", name == "systemd", call[0] == "/sbin/init", name == "runsvdir", name == "honcho", name == "foreman", name == "circusd":
			r.say(r.final.starts().Line, name+" is started, which starts others")
			return
		case name == "sshd" && !r.startsOnly("sshd"):
			r.say(r.final.starts().Line, "sshd is started beside the service")
			return
		}
	}
	for _, in := range r.final.runs() {
		for _, call := range in.calls() {
			for _, p := range packagesOf(call) {
				switch p {
				case "openssh-server", "supervisor", "systemd", "cron", "cronie", "runit", "monit":
					if !r.startsOnly(programsOf(p)...) {
						r.say(in.Line, p+" is installed beside the service")
					}
				}
			}
		}
	}
}

// programsOf are the programs, and the names of the services, that a package
// brings and that may well be all that a container is for.
func programsOf(pkg string) []string {
	switch pkg {
	case "openssh-server":
		return []string{"sshd", "ssh"}
	case "cron", "cronie":
		return []string{"cron", "crond"}
	}
	return nil
}

// startsOnly tells that what the image starts is, or for all that the text tells
// may be, one of some programs and nothing else.
func (r *review) startsOnly(programs ...string) bool {
	is := func(word string) bool { return slices.Contains(programs, path.Base(word)) }
	own := false
	for _, call := range r.startCalls() {
		switch {
		case is(call[0]) || path.Base(call[0]) == "service" && len(call) > 1 && is(call[1]):
			own = true
		case onlyPrepares(call):
		case scriptOf(call) != "":
			if !slices.ContainsFunc(call[1:], is) && !r.scriptEndsIn(call, is) {
				return false
			}
			own = true
		default:
			return false
		}
	}
	return own
}

// onlyPrepares tells a call of a start that serves nobody: it makes things ready,
// shows a log, or starts what stands behind it.
func onlyPrepares(call []string) bool {
	switch path.Base(call[0]) {
	case "tail", "touch", "printenv", "sed", "wait", "sleep", "crontab", "ssh-keygen", "chpasswd":
		return true
	}
	_, starts := starters(path.Base(call[0]))
	_, isText := shellArgument(call)
	return starts || harmless(call) || isShell(call[0]) && isText
}

// scriptEndsIn tells that a script which a call runs starts, at its end, a program
// of some kind, or that nobody can tell.
func (r *review) scriptEndsIn(call []string, is func(string) bool) bool {
	name := scriptOf(call)
	handed := call[slices.Index(call, name)+1:]
	if slices.ContainsFunc(handed, func(w string) bool { return !strings.HasPrefix(w, "-") }) {
		return false // another program, which such scripts start
	}
	text := r.read(r.projectFile(name))
	if text == nil {
		return true
	}
	inside := caller{}
	inside.script(string(text))
	calls := slices.DeleteFunc(inside.calls, func(c []string) bool { return onlyPrepares(c) })
	return len(calls) == 0 || is(calls[len(calls)-1][0]) || unresolved(calls[len(calls)-1][0])
}

func endsAtOnce(r *review) {
	in := r.final.starts()
	for _, call := range r.startCalls() {
		has := func(words ...string) bool {
			return slices.ContainsFunc(call, func(w string) bool { return slices.Contains(words, w) })
		}
		background := false
		switch name := path.Base(call[0]); name {
		case "nginx":
			background = !strings.Contains(strings.Join(call, " "), "daemon off") && !r.mentions("daemon off") && !r.mentions("nginx.conf") && !has("-t", "-v", "-V", "-s")
		case "service", "systemctl", "apachectl", "apache2ctl":
			background = has("start") && !has("-D", "-DFOREGROUND")
		case "pm2":
			background = has("start") && !has("--no-daemon")
		case "gunicorn":
			background = has("-D", "--daemon")
		case "redis-server":
			background = has("--daemonize") && option(call, "--daemonize") == "yes"
		}
		// What follows in the same script may stay in the foreground.
		if calls := r.startCalls(); background && path.Base(calls[len(calls)-1][0]) == path.Base(call[0]) {
			r.say(in.Line, named(call)+" does not stay in the foreground")
			return
		}
	}
}

// mentions tells whether a RUN, COPY or ENV of the final image holds a text.
func (r *review) mentions(text string) bool {
	return slices.ContainsFunc(r.final.instructions, func(in *Instruction) bool {
		return in.Name != "CMD" && in.Name != "ENTRYPOINT" && (strings.Contains(in.Text, text) ||
			slices.ContainsFunc(in.called, func(c []string) bool { return strings.Contains(strings.Join(c, " "), text) }))
	})
}

func idleStart(r *review) {
	for _, call := range r.startCalls() {
		if Matches(call, "tail -f /dev/null") || Matches(call, "tail /dev/null") || Matches(call, "sleep infinity") {
			r.say(r.final.starts().Line, brief(call)+" is started")
			return
		}
	}
}

func devServer(r *review) {
	in := r.final.starts()
	for _, call := range r.startCalls() {
		inner := unwrapped(call)
		for _, command := range []string{
			"nodemon", "ts-node", "ts-node-dev", "tsx watch", "vite", "next dev", "nuxt dev", "webpack serve", "webpack-dev-server", "ng serve",
			"npm run dev", "yarn dev", "yarn run dev", "pnpm dev", "pnpm run dev", "bun run dev",
			"flask run", "fastapi dev", "go run", "air", "cargo run", "php artisan serve",
		} {
			if (Matches(call, command) || Matches(inner, command)) && !Matches(inner, "vite preview") && !Matches(inner, "vite build") {
				r.say(in.Line, brief(call)+" is for development")
				return
			}
		}
		switch {
		case slices.Contains(call, "runserver"):
			r.say(in.Line, "runserver is for development")
			return
		case Matches(inner, "rails server") && r.railsDevelops(inner):
			// By itself it is what starts Puma in production as well.
			r.say(in.Line, brief(call)+" starts for development")
			return
		case slices.Contains(call, "--reload") || slices.Contains(inner, "--watch") && path.Base(inner[0]) == "node":
			r.say(in.Line, path.Base(inner[0])+" watches the files")
			return
		}
	}
}

// railsDevelops tells that a call of Rails is surely told to be in development.
func (r *review) railsDevelops(call []string) bool {
	env, _ := r.final.vars().Get("RAILS_ENV")
	if told := option(call, "-e", "--environment"); told != "" {
		env = told
	}
	return env == "development"
}

// unwrapped is the command that a package manager is asked to run out of what it
// has installed, as by npx or poetry run; any other call as it is.
func unwrapped(call []string) []string {
	for _, runner := range []struct{ command, withWord string }{
		{"npx", "-p --package -c --call"}, {"bunx", "-p --package"},
		{"npm exec", "-p --package -c --call"}, {"pnpm exec", ""}, {"pnpm dlx", "--package"}, {"yarn exec", ""}, {"yarn dlx", "-p --package"},
		{"poetry run", ""}, {"pipenv run", ""}, {"pdm run", ""}, {"bundle exec", ""},
		{"uv run", "--with --package -p --python --project --directory --env-file --group --extra"},
		// yarn runs programs by their names alone, beside its own commands.
		{"yarn run", ""}, {"yarn", ""},
	} {
		if !Matches(call, runner.command) {
			continue
		}
		_, subcommand, _ := strings.Cut(runner.command, " ")
		rest := call[1+slices.Index(call[1:], subcommand)+1:]
		if subcommand == "" {
			rest = call[1:]
		}
		for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
			rest = rest[min(len(rest), 1+strings.Count(" "+runner.withWord+" ", " "+rest[0]+" ")):]
		}
		if len(rest) > 0 {
			return rest
		}
	}
	return call
}

// developmentMode looks at the variables by which frameworks are switched.
func developmentMode(r *review) {
	for _, in := range r.final.instructions {
		if in.Name != "ENV" {
			continue
		}
		for _, kv := range in.Args {
			name, value, _ := strings.Cut(kv, "=")
			if now, _ := r.final.vars().Get(name); now != in.expand(value) {
				continue // set again below
			}
			switch name {
			case "NODE_ENV", "FLASK_ENV", "RAILS_ENV", "APP_ENV", "ENVIRONMENT", "ASPNETCORE_ENVIRONMENT":
				value = strings.ToLower(in.expand(value))
				if value == "development" || value == "dev" {
					r.say(in.Line, "ENV "+kv)
				}
			case "FLASK_DEBUG", "DEBUG", "DJANGO_DEBUG":
				value = strings.ToLower(in.expand(value))
				if value == "1" || value == "true" {
					r.say(in.Line, "ENV "+kv)
				}
			}
		}
	}
}

// logOption is an option that names a file for a log, and logVariable such a
// variable.
var (
	logOption   = regexp.MustCompile(`^--?(access-?logfile|error-?logfile|log-?file|log-?path|access-log|error-log)$`)
	logVariable = regexp.MustCompile(`^(LOG_?FILE|LOG_?PATH|LOG_?DIR|ACCESS_LOG|ERROR_LOG)$`)
)

func logsToFile(r *review) {
	in := r.final.starts()
	if in != nil {
		if tree := in.shellTree(); tree != nil && redirectsOutput(tree) {
			r.say(in.Line, "the service's output goes to a file")
			return
		}
		for _, call := range r.startCalls() {
			for i, w := range call {
				name, value, joined := strings.Cut(w, "=")
				if !joined && i+1 < len(call) {
					value = call[i+1]
				}
				if logOption.MatchString(name) && isLogFile(value) {
					r.say(in.Line, name+" is "+value)
					return
				}
			}
		}
	}
	for _, env := range r.final.instructions {
		if env.Name != "ENV" {
			continue
		}
		for _, kv := range env.Args {
			if name, value, _ := strings.Cut(kv, "="); logVariable.MatchString(name) && isLogFile(value) {
				r.say(env.Line, "ENV "+name+" is "+value)
			}
		}
	}
}

// isLogFile tells a file on disk from a device and from standard output.
func isLogFile(name string) bool {
	return strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "/dev/") && !strings.HasPrefix(name, "/proc/")
}

// redirectsOutput tells that a script sends what its last command says to a
// file.
func redirectsOutput(tree *syntax.File) bool {
	found := false
	syntax.Walk(tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			return false
		case *syntax.Redirect:
			to := printed(n.Word)
			switch n.Op {
			case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll:
				found = found || strings.HasSuffix(to, ".log") || strings.HasPrefix(to, "/var/log/")
			}
		case *syntax.CallExpr:
			if len(n.Args) > 1 && n.Args[0].Lit() == "tee" {
				found = found || strings.HasSuffix(printed(n.Args[len(n.Args)-1]), ".log")
			}
		}
		return true
	})
	return found
}

// timeZoneMissing leaves Node.js out, which has a table of its own.
func timeZoneMissing(r *review) {
	line := r.final.setBy("TZ")
	zone, _ := r.final.vars().Get("TZ")
	if line == 0 || zone == "" || strings.EqualFold(zone, "UTC") || zone == "Etc/UTC" || unresolved(zone) || !strings.Contains(zone, "/") {
		return
	}
	base := r.final.base().Base
	img, ok := describe(base)
	bare := base == scratch || ok && (img.busybox() || img.name == "alpine")
	if bare && !r.final.installs("tzdata") && !r.mentions("zoneinfo") && !r.mentions("tzdata") {
		r.say(line, "TZ="+zone+" is set on "+base)
	}
}
