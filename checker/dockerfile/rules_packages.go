package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// packageRules are about the distribution's packages.
func packageRules() []Rule {
	return []Rule{
		{
			ID: "wrong-package-manager", Severity: Mistake, Lesson: lessonBases, check: wrongPackageManager,
			Why: "The program is not there, and the step ends in \"not found\". Alpine has apk; Debian and Ubuntu have apt-get.",
		},
		{
			ID: "install-as-user", Severity: Mistake, Lesson: lessonUsers, check: installAsUser,
			Why: "Only root may install packages of the system; the step ends in \"permission denied\". Move it above the USER line.",
		},
		{
			ID: "apt-asks", Severity: Mistake, check: aptAsks,
			Why: "apt-get asks before it installs more than what was named, and in a build nobody answers, so it aborts. Add -y.",
		},
		{
			ID: "apt-update-apart", Severity: Warning, Lesson: lessonCache, check: aptUpdateApart,
			Why: "The list of packages comes from cache and grows old, until a version that it names is gone and the install fails. " +
				"Write apt-get update && apt-get install in one RUN.",
		},
		{
			ID: "apt-no-update", Severity: Mistake, check: aptNoUpdate,
			Why: "The image comes without lists of packages, so apt-get knows none of these names: \"Unable to locate package\". " +
				"Write apt-get update && apt-get install in one RUN.",
		},
		{
			ID: "apt-lists-left", Severity: Advice, Lesson: lessonSize, check: aptListsLeft,
			Why: "The lists of packages stay in the layer. Remove them in the same RUN: rm -rf /var/lib/apt/lists/*.",
		},
		{
			ID: "apt-recommends", Severity: Advice, Lesson: lessonSize, check: aptRecommends,
			Why: "Recommended packages come along, which a service seldom needs. Add --no-install-recommends.",
		},
		{
			ID: "apk-cache-left", Severity: Advice, Lesson: lessonSize, check: apkCacheLeft,
			Why: "The index stays in the layer. Add --no-cache.",
		},
		{
			ID: "dnf-cache-left", Severity: Advice, Lesson: lessonSize, check: dnfCacheLeft,
			Why: "What was downloaded stays in the layer. End the same RUN with dnf clean all.",
		},
		{
			ID: "system-upgrade", Severity: Advice, Lesson: lessonScanning, check: systemUpgrade,
			Why: "It stores a second copy of everything that it replaces, and what it brings depends on the day, or on the cache. Take a newer base image, and build again regularly.",
		},
		{
			ID: "build-tools-left", Severity: Warning, Lesson: lessonStages, check: buildToolsLeft,
			Why: "The service does not need them to run; they cost space and help an intruder. Build in a stage of its own, and copy the result, or install, use and remove them in one RUN.",
		},
		{
			ID: "debug-tools-left", Severity: Advice, check: debugToolsLeft,
			Why: "Nothing is repaired in a running container: the image is built anew. Leave such tools out, or keep them in a target for work.",
		},
		{
			ID: "debian-frontend", Severity: Advice, check: debianFrontend,
			Why: "The variable stays in the image and is there when the service runs. Set it in the RUN, or as ARG.",
		},
	}
}

func isAptInstall(call []string) bool {
	return Matches(call, "apt-get install") || Matches(call, "apt install")
}

func isAptUpdate(call []string) bool {
	return Matches(call, "apt-get update") || Matches(call, "apt update")
}

// systemInstall tells a call of a distribution's package manager.
func systemInstall(call []string) bool { return len(call) > 0 && installsWith(call) != "" }

// installsWith is the command by which a call installs packages of the
// distribution; empty for other calls.
func installsWith(call []string) string {
	for _, command := range []string{"apt-get install", "apt install", "apk add", "dnf install", "microdnf install", "yum install"} {
		if Matches(call, command) {
			return command
		}
	}
	return ""
}

// packagesOf are the packages that a call installs, without versions.
func packagesOf(call []string) []string {
	if !systemInstall(call) {
		return nil
	}
	var out []string
	seen := false
	for i, w := range call[1:] {
		if !seen {
			seen = w == "install" || w == "add"
			continue
		}
		// apk's -t takes the name of a group, apt's -t and -o another word.
		if strings.HasPrefix(w, "-") || slices.Contains([]string{"-t", "--virtual", "-o", "--target-release"}, call[i]) {
			continue
		}
		name, _, _ := strings.Cut(w, "=")
		name, _, _ = strings.Cut(name, "~")
		name, _, _ = strings.Cut(name, ":")
		out = append(out, name)
	}
	return out
}

// installs tells whether a chain installs one of some packages with the
// system's package manager.
func (c chain) installs(packages ...string) bool {
	for _, in := range c.runs() {
		for _, call := range in.calls() {
			if slices.ContainsFunc(packagesOf(call), func(p string) bool { return slices.Contains(packages, p) }) {
				return true
			}
		}
	}
	return false
}

// removes tells whether one of the calls deletes something below a folder.
func removes(calls [][]string, folder string) bool {
	return slices.ContainsFunc(calls, func(call []string) bool {
		name := path.Base(call[0])
		return (name == "rm" || name == "find") &&
			slices.ContainsFunc(call, func(w string) bool { return strings.Contains(w, folder) })
	})
}

// mountsOver tells whether a RUN mounts something at or above a folder, so that
// what is written there is not in the layer.
func mountsOver(in *Instruction, folder string) bool {
	return slices.ContainsFunc(mounts(in), func(m map[string]string) bool {
		return m["target"] != "" && within(folder, path.Join("/", in.expand(m["target"])))
	})
}

// mountsUnder tells whether a RUN mounts something below a folder.
func mountsUnder(in *Instruction, folder string) bool {
	return slices.ContainsFunc(mounts(in), func(m map[string]string) bool {
		return m["target"] != "" && within(path.Join("/", in.expand(m["target"])), folder)
	})
}

func wrongPackageManager(r *review) {
	for stage, in := range r.every("RUN") {
		c := r.chain(stage)
		base := c.base().Base
		img, ok := describe(base)
		if !ok {
			continue
		}
		for _, call := range in.calls() {
			tool := path.Base(call[0])
			apt := tool == "apt-get" || tool == "apt"
			if apt && img.alpine() || tool == "apk" && img.debian() {
				r.say(in.Line, tool+" is not in "+base)
				break
			}
		}
	}
}

func installAsUser(r *review) {
	for _, in := range r.every("RUN") {
		user := in.user
		if r.isRoot(user) || unresolved(user) {
			continue
		}
		for _, call := range in.calls() {
			// With sudo or the like, the user may well be allowed to.
			if _, starts := starters(path.Base(call[0])); starts {
				break
			}
			if systemInstall(call) {
				r.say(in.Line, brief(call)+" runs as "+user)
				break
			}
		}
	}
}

// assent is how apt-get is told not to ask.
var assent = regexp.MustCompile(`^(-[a-zA-Z]*y[a-zA-Z]*|--yes|--assume-yes|-qq|-[a-zA-Z]*qq[a-zA-Z]*|-q=2|--force-yes|--assume-no)$`)

func aptAsks(r *review) {
	for _, in := range r.every("RUN") {
		script := in.script()
		if r.said("wrong-package-manager", in.Line) || strings.Contains(script, "Assume-Yes") || strings.Contains(script, "yes |") || r.configuredToAssent() {
			continue
		}
		for _, call := range in.calls() {
			upgrade := Matches(call, "apt-get upgrade") || Matches(call, "apt-get dist-upgrade") || Matches(call, "apt upgrade")
			if (isAptInstall(call) || upgrade) && !slices.ContainsFunc(call, assent.MatchString) &&
				!slices.ContainsFunc(call, unresolved) {
				r.say(in.Line, brief(call[:2])+" without -y")
				break
			}
		}
	}
}

// configuredToAssent tells that a setting keeps apt-get from asking.
func (r *review) configuredToAssent() bool {
	for _, in := range r.every("RUN", "COPY", "ENV") {
		if strings.Contains(in.Text, "Assume-Yes") || strings.Contains(in.Text, "apt.conf") {
			return true
		}
	}
	return false
}

func aptUpdateApart(r *review) {
	for i := range r.Stages {
		updated := false
		for _, in := range r.chain(i).runs() {
			calls := in.calls()
			at, updates := slices.IndexFunc(calls, isAptInstall), slices.ContainsFunc(calls, isAptUpdate)
			if at >= 0 && !updates && updated && !slices.ContainsFunc(calls[:at], bringsAptLists) && !mountsOver(in, "/var/lib/apt/lists") {
				r.say(in.Line, "apt-get install stands in another RUN than apt-get update")
			}
			updated = updated || updates
		}
	}
}

// aptNoUpdate speaks for bases that surely come without lists. A local .deb
// needs none unless it depends on other packages.
func aptNoUpdate(r *review) {
	for i := range r.Stages {
		c := r.chain(i)
		img, ok := describe(c.base().Base)
		if !ok || !img.debian() {
			continue
		}
		updated := false
		for _, in := range c.runs() {
			for _, call := range in.calls() {
				updated = updated || isAptUpdate(call) || !isAptInstall(call) && bringsAptLists(call)
				named := slices.ContainsFunc(packagesOf(call), func(p string) bool { return !strings.Contains(p, "/") })
				if isAptInstall(call) && named && !updated && !mountsOver(in, "/var/lib/apt/lists") && !r.said(r.rule.ID, in.Line) {
					r.say(in.Line, "apt-get install, and no apt-get update above it")
				}
			}
		}
	}
}

// bringsAptLists tells a call that may update the lists by itself: a script, or
// one that is fetched. What a shell is given as text has calls of its own.
func bringsAptLists(call []string) bool {
	_, isText := shellArgument(call)
	return isShell(call[0]) && !isText || strings.HasSuffix(call[0], ".sh") || call[0] == "." || call[0] == "source" ||
		strings.Contains(call[0], "/") && !systemInstall(call)
}

func aptListsLeft(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		if r.said("wrong-package-manager", in.Line) || !slices.ContainsFunc(calls, isAptUpdate) || mountsOver(in, "/var/lib/apt/lists") ||
			removes(calls, "/var/lib/apt") || slices.ContainsFunc(calls, func(c []string) bool {
			return Matches(c, "apt-get distclean") || Matches(c, "apt-get dist-clean")
		}) {
			continue
		}
		r.say(in.Line, "apt's lists of packages stay in the image")
	}
}

func aptRecommends(r *review) {
	for _, in := range r.final.runs() {
		if strings.Contains(in.script(), "Install-Recommends") {
			return // set for this and the following ones
		}
		for _, call := range in.calls() {
			if isAptInstall(call) && !slices.Contains(call, "--no-install-recommends") && !r.said("wrong-package-manager", in.Line) {
				r.say(in.Line, "apt-get install without --no-install-recommends")
			}
		}
	}
}

func apkCacheLeft(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		if removes(calls, "/var/cache/apk") || mountsOver(in, "/var/cache/apk") || mountsOver(in, "/etc/apk/cache") {
			continue
		}
		for _, call := range calls {
			if Matches(call, "apk add") && !slices.Contains(call, "--no-cache") && !r.said("wrong-package-manager", in.Line) {
				r.say(in.Line, "apk add without --no-cache")
			}
		}
	}
}

func dnfCacheLeft(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		cleaned := slices.ContainsFunc(calls, func(c []string) bool {
			return Matches(c, "dnf clean") || Matches(c, "microdnf clean") || Matches(c, "yum clean")
		})
		if cleaned || removes(calls, "/var/cache") || mountsOver(in, "/var/cache/dnf") || mountsOver(in, "/var/cache/yum") {
			continue
		}
		for _, call := range calls {
			switch command := installsWith(call); command {
			case "dnf install", "microdnf install", "yum install":
				r.say(in.Line, command+" and no clean-up")
			}
		}
	}
}

func systemUpgrade(r *review) {
	for _, in := range r.final.runs() {
		for _, call := range in.calls() {
			for _, command := range []string{
				"apt-get upgrade", "apt-get dist-upgrade", "apt-get full-upgrade", "apt upgrade", "apt full-upgrade", "apk upgrade",
				"dnf upgrade", "dnf update", "yum update", "microdnf update",
			} {
				if Matches(call, command) {
					r.say(in.Line, command+" replaces packages of the base image")
				}
			}
		}
	}
}

// buildTool is a package that only building needs.
var buildTool = regexp.MustCompile(`^(gcc|g\+\+|clang|make|cmake|build-essential|build-base|cargo|rustc|python3-dev|pkg-config|pkgconf|musl-dev|linux-headers|libc6?-dev|default-jdk|openjdk-.*-jdk.*|lib.+-dev|.+-dev)$`)

func buildToolsLeft(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		undone := slices.ContainsFunc(calls, removesPackages)
		var tools []string
		for _, call := range calls {
			for _, p := range packagesOf(call) {
				if buildTool.MatchString(p) && !slices.Contains(tools, p) {
					tools = append(tools, p)
				}
			}
		}
		if len(tools) > 0 && !undone {
			r.say(in.Line, shortList(tools)+" "+verb(tools, "stay")+" in the image")
		}
	}
}

// removesPackages tells a call that takes packages of the system away again.
func removesPackages(call []string) bool {
	for _, command := range []string{
		"apt-get purge", "apt-get remove", "apt-get autoremove", "apt purge", "apt remove", "apt autoremove",
		"apk del", "dnf remove", "yum remove", "microdnf remove",
	} {
		if Matches(call, command) {
			return true
		}
	}
	return false
}

func debugToolsLeft(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		var tools []string
		for _, call := range calls {
			for _, p := range packagesOf(call) {
				switch p {
				case "vim", "nano", "less", "telnet", "net-tools", "iputils-ping", "iproute2", "strace", "gdb", "htop", "tcpdump",
					"dnsutils", "bind-tools", "nmap", "emacs", "screen", "tmux", "man-db":
					tools = append(tools, p)
				}
			}
		}
		if len(tools) > 0 && !slices.ContainsFunc(calls, removesPackages) {
			r.say(in.Line, shortList(tools)+" "+verb(tools, "serve")+" people, not the service")
		}
	}
}

func debianFrontend(r *review) {
	if line := r.final.setBy("DEBIAN_FRONTEND"); line > 0 {
		if v, _ := r.final.vars().Get("DEBIAN_FRONTEND"); v != "" {
			r.say(line, "ENV DEBIAN_FRONTEND="+v)
		}
	}
}
