package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// userBefore is the user in whose name an instruction of a chain runs; empty
// for the base image's own.
func (c chain) userBefore(line int) string {
	user := ""
	for _, in := range c.instructions {
		if in.Name == "USER" && in.Line < line && len(in.Args) > 0 {
			user = in.expand(in.Args[0])
		}
	}
	return user
}

// endsAsOther tells that the image names a user other than root for run time.
func (r *review) endsAsOther() bool {
	in := r.final.last("USER")
	return in != nil && len(in.Args) > 0 && !r.isRoot(in.expand(in.Args[0]))
}

// entered is a mode that lets everybody enter a folder.
var entered = regexp.MustCompile(`^([0-7]?[0-7]{2}[1357]|[ugo]*[ao]?[+=][rw]*[xX][rwxX]*)$`)

// opensRootHome tells that a chain lets others into /root.
func (c chain) opensRootHome() bool {
	for _, in := range c.runs() {
		for _, call := range in.calls() {
			if len(call) > 2 && path.Base(call[0]) == "chmod" &&
				strings.TrimSuffix(call[len(call)-1], "/") == "/root" && slices.ContainsFunc(call, entered.MatchString) {
				return true
			}
		}
	}
	return false
}

func lostPipUser(r *review) {
	if !r.endsAsOther() {
		return
	}
	// With one of these set, the other user's Python looks elsewhere.
	for _, name := range []string{"PYTHONUSERBASE", "PYTHONPATH", "HOME"} {
		if _, set := r.final.vars().Get(name); set {
			return
		}
	}
	for _, in := range r.final.runs() {
		if !r.isRoot(r.final.userBefore(in.Line)) {
			continue
		}
		for _, call := range in.calls() {
			if Matches(call, "pip install") && slices.Contains(call, "--user") {
				r.say(in.Line, "pip install --user as root puts packages under /root/.local, and the service runs as another user")
			}
		}
	}
}

func rootOnlyPackages(r *review) {
	if !r.endsAsOther() || r.final.opensRootHome() {
		return
	}
	for _, in := range r.final.instructions {
		switch in.Name {
		case "RUN":
			for _, call := range in.calls() {
				if dir := r.packageFolder(call, in); underRoot(dir) {
					r.say(in.Line, "packages go to "+dir+", and the service runs as another user")
				}
			}
		case "COPY":
			if dir := copiedPackages(in); underRoot(dir) {
				r.say(in.Line, "packages are copied to "+dir+", and the service runs as another user")
			}
		}
	}
}

func underRoot(dir string) bool { return dir == "/root" || strings.HasPrefix(dir, "/root/") }

// packageFolder is where a call puts packages: the folder of a virtual
// environment, or pip's --target and --prefix; empty for other calls.
func (r *review) packageFolder(call []string, in *Instruction) string {
	dir := ""
	switch p := plain(call); {
	case p[0] == "venv" || p[0] == "virtualenv" || Matches(call, "uv venv"):
		if last := p[len(p)-1]; len(p) > 1 && !strings.HasPrefix(last, "-") && last != "venv" {
			dir = last
		}
	case p[0] == "pip":
		dir = option(p, "--target", "-t", "--prefix")
	}
	if dir == "" || unresolved(dir) {
		return ""
	}
	dir = strings.Replace(dir, "~", "/root", 1)
	if !path.IsAbs(dir) {
		dir = path.Join(r.final.workdirBefore(in.Line), dir)
	}
	return path.Clean(dir)
}

// copiedPackages is the target of a COPY --from that moves installed packages.
func copiedPackages(in *Instruction) string {
	if _, ok := in.flag("from"); !ok || len(in.Args) < 2 {
		return ""
	}
	src := in.expand(in.Args[0])
	for _, part := range []string{"/.local", "venv", "site-packages"} {
		if strings.Contains(src, part) {
			return path.Clean(in.expand(in.Args[len(in.Args)-1]))
		}
	}
	return ""
}

// workdirBefore is the working directory of an instruction.
func (c chain) workdirBefore(line int) string {
	dir := "/"
	for _, in := range c.instructions {
		if in.Name != "WORKDIR" || in.Line >= line || len(in.Args) == 0 {
			continue
		}
		if d := in.expand(in.Args[0]); path.IsAbs(d) {
			dir = d
		} else {
			dir = path.Join(dir, d)
		}
	}
	return dir
}

// option is the value of the first of some options, as "--x v" or "--x=v"; for
// a short one also "-xv" is not looked for, since no rule needs it.
func option(call []string, names ...string) string {
	for i, w := range call {
		for _, name := range names {
			if w == name && i+1 < len(call) {
				return call[i+1]
			}
			if v, ok := strings.CutPrefix(w, name+"="); ok {
				return v
			}
		}
	}
	return ""
}
