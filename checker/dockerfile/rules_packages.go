package dockerfile

import (
	"path"
	"slices"
	"strings"
)

func isAptInstall(call []string) bool {
	return Matches(call, "apt-get install") || Matches(call, "apt install")
}

func isAptUpdate(call []string) bool {
	return Matches(call, "apt-get update") || Matches(call, "apt update")
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
	for _, m := range mounts(in) {
		target := path.Clean("/" + m["target"])
		if m["target"] != "" && (folder == target || strings.HasPrefix(folder, target+"/")) {
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
			installs, updates := slices.ContainsFunc(calls, isAptInstall), slices.ContainsFunc(calls, isAptUpdate)
			if installs && !updates && updated && !mountsOver(in, "/var/lib/apt/lists") {
				r.say(in.Line, "apt-get install stands in another RUN than apt-get update")
			}
			updated = updated || updates
		}
	}
}

func aptListsLeft(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		if !slices.ContainsFunc(calls, isAptUpdate) || mountsOver(in, "/var/lib/apt/lists") ||
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
			if isAptInstall(call) && !slices.Contains(call, "--no-install-recommends") {
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
			if Matches(call, "apk add") && !slices.Contains(call, "--no-cache") {
				r.say(in.Line, "apk add without --no-cache")
			}
		}
	}
}

func pipCacheLeft(r *review) {
	for _, in := range r.final.runs() {
		if _, off := in.vars.Get("PIP_NO_CACHE_DIR"); off {
			continue
		}
		calls := in.calls()
		cached := slices.ContainsFunc(mounts(in), func(m map[string]string) bool { return m["type"] == "cache" })
		if cached || removes(calls, ".cache") || slices.ContainsFunc(calls, func(c []string) bool { return Matches(c, "pip cache purge") }) {
			continue
		}
		for _, call := range calls {
			// Without an index nothing is downloaded.
			if Matches(call, "pip install") && !slices.Contains(call, "--no-cache-dir") && !slices.Contains(call, "--no-index") {
				r.say(in.Line, "pip install without --no-cache-dir")
			}
		}
	}
}

func userTools(r *review) {
	for i := range r.Stages {
		c := r.chain(i)
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
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if in.Name != "RUN" {
				continue
			}
			for _, call := range in.calls() {
				if tool := path.Base(call[0]); slices.Contains(missing, tool) {
					r.say(in.Line, tool+" is not in "+c.base().Base)
					break
				}
			}
		}
	}
}
