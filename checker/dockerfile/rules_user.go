package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// userRules are about who the service runs as.
func userRules() []Rule {
	return []Rule{
		{
			ID: "runs-as-root", Severity: Warning, Lesson: lessonUsers, check: runsAsRoot,
			Why: "A flaw in the service then hands out root in the container, with its files and capabilities. " +
				"Create a user or take a number, and name it in USER in the last stage.",
		},
		{
			ID: "user-unknown", Severity: Mistake, Lesson: lessonUsers, check: userUnknown,
			Why: "Docker looks the name up in the image's /etc/passwd, and does not start a container whose user is not there: \"unable to find user\". " +
				"Create it in this stage, or write a number, which needs no entry.",
		},
		{
			ID: "user-tools", Severity: Mistake, Lesson: lessonUsers, check: userTools,
			Why: "Debian, from 13 on, has groupadd and useradd in its base image and no adduser; Alpine has addgroup and adduser alone. " +
				"A number in USER needs neither.",
		},
		{
			ID: "install-unwritable", Severity: Mistake, Lesson: lessonUsers, check: installUnwritable,
			Why: "WORKDIR has made the folder for the user of that moment, who was root, so the install ends in \"permission denied\". " +
				"Write USER above WORKDIR, or install as root and switch the user below: files that are only read need no owner.",
		},
		{
			ID: "user-without-number", Severity: Advice, Lesson: lessonUsers, check: userWithoutNumber,
			Why: "Files in a volume belong to a number, and which one this user gets depends on the packages of the day. Fix it: useradd --uid 10001, on Alpine adduser -u 10001.",
		},
	}
}

func runsAsRoot(r *review) {
	if in := r.final.last("USER"); in != nil && len(in.Args) > 0 {
		if user := in.expand(in.Args[0]); r.isRoot(user) && user != "" && !r.givesUpRoot() {
			r.say(in.Line, "USER "+user+" is root")
		}
		return
	}
	base := r.final.base().Base
	img, ok := describe(base)
	root := base == scratch && r.final.starts() != nil || ok && img.official && isRuntime(img.name) ||
		ok && img.distroless() && !strings.Contains(img.tag, "nonroot")
	if !root || r.givesUpRoot() {
		return
	}
	message := "no USER: the service runs as root"
	for _, in := range r.every("USER") {
		if len(in.Args) > 0 && !r.isRoot(in.expand(in.Args[0])) {
			message += fmt.Sprintf("; the USER in line %d belongs to another stage", in.Line)
			break
		}
	}
	r.say(r.lastFrom(), message)
}

// isRoot tells whether a user, as USER names it, is root: by its number, by its
// name, or by a number that the Dockerfile gives to another name. Without a name
// it is root, as in most base images.
func (r *review) isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "" || name == "root" || name == "0" || slices.Contains(r.rootNames(), name)
}

// passwdLine is a line of /etc/passwd that gives a name the number 0.
var passwdLine = regexp.MustCompile(`([a-z_][a-z0-9_-]*):[^:\s]*:0:`)

// rootNames are the names, other than root, to which the Dockerfile gives the
// number 0.
func (r *review) rootNames() []string {
	if r.roots != nil {
		return r.roots
	}
	names := []string{}
	for _, in := range r.every("RUN") {
		for _, m := range passwdLine.FindAllStringSubmatch(in.script(), -1) {
			names = append(names, m[1])
		}
		for _, call := range in.calls() {
			if tool := path.Base(call[0]); (tool == "useradd" || tool == "adduser") && option(call, "-u", "--uid") == "0" {
				names = append(names, call[len(call)-1])
			}
		}
	}
	r.roots = names
	return names
}

// givesUpRoot tells that the start changes the user by itself, or may do so in
// a script: one of the project's that names such a tool, or any where the image
// gets a tool that is made for it.
func (r *review) givesUpRoot() bool {
	made := []string{"gosu", "su-exec"}
	tools := append(made, "setpriv", "runuser", "su", "s6-setuidgid", "chpst")
	for _, call := range r.startCalls() {
		if slices.Contains(tools, path.Base(call[0])) {
			return true
		}
		script := string(r.read(r.projectFile(call[0])))
		if slices.ContainsFunc(tools, func(tool string) bool { return strings.Contains(script, tool+" ") }) {
			return true
		}
	}
	return slices.ContainsFunc(made, r.final.brings) || slices.ContainsFunc(made, r.mentions)
}

// hasUser tells whether a base image surely has, or may have, a user of a name.
func hasUser(base, name string) bool {
	if base == scratch {
		return false
	}
	img, ok := describe(base)
	if !ok || !(img.official && isRuntime(img.name) || img.distroless()) {
		return true
	}
	common := []string{"root", "daemon", "bin", "nobody"}
	switch {
	case img.distroless():
		common = []string{"root", "nobody", "nonroot"}
	case img.debian():
		common = append(common, "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy", "www-data", "backup", "list", "irc", "_apt", "ubuntu")
	case img.alpine():
		common = append(common, "adm", "lp", "sync", "shutdown", "halt", "mail", "news", "uucp", "operator", "man", "postmaster",
			"cron", "ftp", "sshd", "at", "squid", "xfs", "games", "cyrus", "vpopmail", "ntp", "smmsp", "guest", "www-data")
	default:
		return true // other systems have other lists
	}
	if img.name == "node" {
		common = append(common, "node")
	}
	return slices.Contains(common, name)
}

// userUnknown speaks where no step of the chain mentions the user's name or runs
// a script, so that none can have made it.
func userUnknown(r *review) {
	in := r.final.last("USER")
	if in == nil || len(in.Args) == 0 {
		return
	}
	name, _, _ := strings.Cut(in.expand(in.Args[0]), ":")
	if name == "" || unresolved(name) || number.MatchString(name) || hasUser(r.final.base().Base, name) {
		return
	}
	for _, other := range r.final.instructions {
		switch other.Name {
		case "RUN":
			for _, call := range other.calls() {
				if slices.ContainsFunc(call, func(w string) bool { return strings.Contains(w, name) || unresolved(w) }) || mayDoAnything(call) {
					return
				}
			}
			if strings.Contains(other.script(), name) {
				return
			}
		case "COPY", "ADD":
			if target := other.Args[len(other.Args)-1]; strings.HasPrefix(target, "/etc") || target == "/" || strings.Contains(other.Text, "passwd") {
				return
			}
		}
	}
	r.say(in.Line, "USER "+name+", and nothing in this stage makes that user")
}

func userTools(r *review) {
	for stage, in := range r.every("RUN") {
		c := r.chain(stage)
		img, ok := describe(c.base().Base)
		if !ok {
			continue
		}
		var missing []string
		switch {
		case img.trixie() && !c.installs("adduser"):
			missing = []string{"adduser", "addgroup"}
		case img.alpine() && !c.installs("shadow"):
			missing = []string{"useradd", "groupadd"}
		}
		for _, call := range in.calls() {
			if tool := path.Base(call[0]); slices.Contains(missing, tool) {
				r.say(in.Line, tool+" is not in "+c.base().Base)
				break
			}
		}
	}
}

// installUnwritable looks at npm and its like, which write into the folder where
// they run. Any chown above may have opened it.
func installUnwritable(r *review) {
	for stage, in := range r.every("RUN") {
		c := r.chain(stage)
		user := in.user
		if r.isRoot(user) || unresolved(user) || c.opened(in.Line) {
			continue
		}
		made := c.workdirMade(in)
		if made == nil || !r.isRoot(made.user) {
			continue
		}
		for _, call := range in.calls() {
			tool, ok := dependencyInstall(call)
			if ok && (tool == "npm" || tool == "yarn" || tool == "pnpm") && option(call, "--prefix", "-C", "--dir", "--cwd") == "" {
				r.say(in.Line, fmt.Sprintf("%s runs as %s in a folder that root made in line %d", dependencyCommand(call), user, made.Line))
				break
			}
		}
	}
}

// opened tells whether something above a line may have given a folder to
// another user.
func (c chain) opened(line int) bool {
	return slices.ContainsFunc(c.instructions, func(in *Instruction) bool {
		return in.Line < line && in.Name == "RUN" && slices.ContainsFunc(in.calls(), func(call []string) bool {
			name := path.Base(call[0])
			return name == "chown" || name == "chmod" || name == "install" || name == "su" || strings.HasSuffix(name, ".sh")
		})
	})
}

// workdirMade is the WORKDIR that makes the folder in which a RUN works, or
// nil where the folder may be there already.
func (c chain) workdirMade(run *Instruction) *Instruction {
	want := run.workdir
	for _, in := range c.instructions {
		if in.Line >= run.Line {
			break
		}
		if in.Name == "WORKDIR" && within(in.workdirBelow(), want) {
			if want == "/" || want == "/tmp" || within(want, "/home") && strings.Count(want, "/") < 3 {
				return nil
			}
			return in
		}
		if (in.Name == "COPY" || in.Name == "ADD") && len(in.Args) > 1 && within(want, in.target()) {
			return nil // made by a COPY, which may have set an owner
		}
	}
	return nil
}

func userWithoutNumber(r *review) {
	in := r.final.last("USER")
	if in == nil || len(in.Args) == 0 {
		return
	}
	name, _, _ := strings.Cut(in.expand(in.Args[0]), ":")
	for _, run := range r.final.runs() {
		for _, call := range run.calls() {
			tool := path.Base(call[0])
			if (tool != "useradd" && tool != "adduser") || !slices.Contains(call, name) || slices.ContainsFunc(call, unresolved) {
				continue
			}
			numbered := slices.ContainsFunc(call, func(w string) bool {
				return w == "-u" || strings.HasPrefix(w, "--uid") || len(w) > 2 && w[0] == '-' && w[1] != '-' && strings.Contains(w, "u")
			})
			if !numbered {
				r.say(run.Line, tool+" gives "+name+" whatever number is free")
			}
		}
	}
}
