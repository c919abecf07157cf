package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// pythonRules are about where Python's packages are, and who can read them.
func pythonRules() []Rule {
	return []Rule{
		{
			ID: "lost-pip-user", Severity: Mistake, Lesson: lessonVenv, check: lostPipUser,
			Why: "Python looks for such packages in the home folder of the user who runs it, and /root is closed to others, so the service ends in ModuleNotFoundError. " +
				"Install into a virtual environment that everybody can read, such as /opt/venv, and put its bin folder on PATH.",
		},
		{
			ID: "root-only-packages", Severity: Mistake, Lesson: lessonVenv, check: rootOnlyPackages,
			Why: "No other user may enter /root, so what lies below it can't be imported after USER. " +
				"Put it where everybody can read it, such as /opt/venv.",
		},
		{
			ID: "venv-not-on-path", Severity: Mistake, Lesson: lessonVenv, check: venvNotOnPath,
			Why: "The system's Python starts, and it does not look into the virtual environment: ModuleNotFoundError, or the program is not found. " +
				"ENV counts for its own stage alone, so the last stage needs its own ENV PATH=/opt/venv/bin:$PATH.",
		},
		{
			ID: "venv-moved", Severity: Mistake, Lesson: lessonVenv, check: venvMoved,
			Why: "A virtual environment holds its own path in each of its programs, so uvicorn, gunicorn and pip in it no longer start. Copy it to the path where it was made.",
		},
		{
			ID: "pip-cache-left", Severity: Advice, Lesson: lessonSize, check: pipCacheLeft,
			Why: "What pip downloaded stays in the layer a second time. Add --no-cache-dir, or mount a cache: RUN --mount=type=cache,target=/root/.cache/pip.",
		},
		{
			ID: "dev-requirements", Severity: Warning, Lesson: lessonStages, check: devRequirements,
			Why: "Test runners and linters then are in the image: more to download, and more to attack. Install what the service needs to run, and the rest in a stage for tests.",
		},
		{
			ID: "python-on-alpine", Severity: Advice, Lesson: lessonBases, check: pythonOnAlpine,
			Why: "Packages with parts in C often have no wheel for Alpine's libc, so pip compiles them, slowly, or fails for want of a compiler. A slim image takes the ready wheels.",
		},
		{
			ID: "python-unbuffered", Severity: Advice, Lesson: lessonLogs, check: pythonUnbuffered,
			Why: "Without a terminal Python keeps what it prints until some kilobytes are together, so logs come late, and not at all when the process is killed. Set ENV PYTHONUNBUFFERED=1.",
		},
	}
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
		if !r.isRoot(in.user) {
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
				if dir := in.packageFolder(call); underRoot(dir) {
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
func (in *Instruction) packageFolder(call []string) string {
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
	return absolute(strings.Replace(dir, "~", "/root", 1), in.workdir)
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

// requirementFiles are the lists of packages that a call of pip names.
func requirementFiles(call []string) []string {
	var out []string
	for i, w := range call {
		name, value, joined := strings.Cut(w, "=")
		switch {
		case (w == "-r" || w == "--requirement") && i+1 < len(call):
			out = append(out, call[i+1])
		case joined && name == "--requirement":
			out = append(out, value)
		case len(w) > 2 && strings.HasPrefix(w, "-r"):
			out = append(out, w[2:])
		}
	}
	return out
}

// venvs are the folders of virtual environments that a chain's own steps make,
// each with the line that does.
func (c chain) venvs() map[string]int {
	out := map[string]int{}
	for _, in := range c.runs() {
		for _, call := range in.calls() {
			if p := plain(call); p[0] != "venv" && p[0] != "virtualenv" && !Matches(call, "uv venv") {
				continue
			}
			if dir := in.packageFolder(call); dir != "" {
				out[dir] = in.Line
			}
		}
	}
	return out
}

// pythonProgram tells a start that a virtual environment would have to provide.
func pythonProgram(call []string) bool {
	if strings.Contains(call[0], "/") {
		return false
	}
	switch plain(call)[0] {
	case "python", "uvicorn", "gunicorn", "flask", "fastapi", "celery", "hypercorn", "django-admin", "waitress-serve", "daphne":
		return true
	}
	return false
}

func venvNotOnPath(r *review) {
	in := r.final.starts()
	calls := r.startCalls()
	at := slices.IndexFunc(calls, pythonProgram)
	if at < 0 || slices.ContainsFunc(calls, onlyShellState) || r.installsAround() {
		return
	}
	if _, set := r.final.vars().Get("PYTHONPATH"); set {
		return
	}
	searched, _ := r.final.vars().Get("PATH")
	for _, dir := range r.finalVenvs() {
		if slices.Contains(strings.Split(searched, ":"), path.Join(dir, "bin")) {
			return
		}
	}
	if dirs := r.finalVenvs(); len(dirs) > 0 {
		r.say(in.Line, fmt.Sprintf("%s is started, and PATH has no %s/bin", calls[at][0], dirs[0]))
	}
}

// finalVenvs are the virtual environments in the image: made in it, or copied
// from the stage that made them.
func (r *review) finalVenvs() []string {
	if r.inside != nil {
		return r.inside
	}
	dirs := []string{}
	for dir := range r.final.venvs() {
		dirs = append(dirs, dir)
	}
	last := len(r.Stages) - 1
	for _, in := range r.final.instructions {
		if in.Name != "COPY" || len(in.Args) < 2 {
			continue
		}
		for _, from := range r.sources(in, last) {
			if from.stage < 0 {
				continue
			}
			for dir := range r.chain(from.stage).venvs() {
				if path.Clean(in.expand(in.Args[0])) == dir {
					dirs = append(dirs, in.target())
				}
			}
		}
	}
	slices.Sort(dirs)
	r.inside = dirs
	return dirs
}

// target is where a COPY or ADD writes, as an absolute path.
func (in *Instruction) target() string {
	return absolute(in.expand(in.Args[len(in.Args)-1]), in.workdir)
}

// installsAround tells that the image has packages outside of a virtual
// environment too, so that the system's Python may be the one that is meant.
func (r *review) installsAround() bool {
	for _, in := range r.final.instructions {
		if in.Name == "COPY" && strings.Contains(in.Text, "site-packages") || in.Name == "COPY" && strings.HasSuffix(in.Text, " /usr/local") {
			return true
		}
		if in.Name != "RUN" {
			continue
		}
		active := slices.ContainsFunc(in.calls(), onlyShellState)
		for _, call := range in.calls() {
			inside := path.IsAbs(call[0]) && len(r.finalVenvs()) > 0 && within(call[0], r.finalVenvs()[0])
			if Matches(call, "pip install") && !active && !inside {
				return true
			}
			if Matches(call, "poetry install") || Matches(call, "pipenv install") || Matches(call, "uv sync") || Matches(call, "uv pip install") {
				return true
			}
		}
	}
	return false
}

// venvMoved speaks where the image starts a program that pip wrote; the Python in
// a virtual environment itself finds its packages from another path too.
func venvMoved(r *review) {
	written := slices.ContainsFunc(r.startCalls(), func(call []string) bool {
		name := path.Base(call[0])
		return pythonProgram([]string{name}) && !strings.HasPrefix(name, "python")
	})
	if !written {
		return
	}
	last := len(r.Stages) - 1
	for _, in := range r.final.instructions {
		if in.Name != "COPY" || len(in.Args) != 2 || unresolved(in.target()) {
			continue
		}
		for _, from := range r.sources(in, last) {
			if from.stage < 0 {
				continue
			}
			src := path.Clean(in.expand(in.Args[0]))
			if _, made := r.chain(from.stage).venvs()[src]; made && in.target() != src {
				r.say(in.Line, "the virtual environment moves from "+src+" to "+in.target())
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
		if len(cacheMounts(in)) > 0 || removes(calls, ".cache") || slices.ContainsFunc(calls, func(c []string) bool { return Matches(c, "pip cache purge") }) {
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

// devFile is the name of a list of packages for development.
var devFile = regexp.MustCompile(`(?i)(^|[/_.-])(dev|devel|development|test|tests|lint)([_.-]|$)`)

func devRequirements(r *review) {
	for stage, in := range r.every("RUN") {
		for _, call := range in.calls() {
			what := r.bringsDev(in, call)
			switch {
			case what == "":
			case r.inFinal(stage):
				r.say(in.Line, what)
			case !r.syncedBelow(stage, in, call):
				if place := r.shipsPackages(stage, in, call); place != "" {
					r.say(in.Line, what+", and "+place+" is copied into the image")
				}
			}
		}
	}
}

// bringsDev says what a call installs that only development needs; empty where it
// surely is nothing.
func (r *review) bringsDev(in *Instruction, call []string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(call, func(w string) bool {
			name, _, _ := strings.Cut(w, "=")
			return slices.Contains(words, name)
		})
	}
	if Matches(call, "pip install") || Matches(call, "uv pip install") {
		files := requirementFiles(call)
		if at := slices.IndexFunc(files, func(f string) bool { return devFile.MatchString(path.Base(f)) }); at >= 0 {
			return files[at] + " is installed"
		}
	}
	switch {
	case Matches(call, "poetry install") && !has("--only", "--without", "--no-dev", "--only-root"),
		Matches(call, "uv sync") && !has("--no-dev", "--no-default-groups", "--only-group"),
		Matches(call, "composer install") && !has("--no-dev"),
		Matches(call, "pipenv install") && has("--dev", "-d"):
		if slices.ContainsFunc(call, unresolved) || !Matches(call, "composer install") && r.withoutGroups() {
			return ""
		}
		if _, set := in.vars.Get("UV_NO_DEV"); !set {
			return brief(call) + " brings the development packages along"
		}
	}
	return ""
}

// syncedBelow tells that a later call of the same tool takes away what only
// development needs.
func (r *review) syncedBelow(stage int, in *Instruction, call []string) bool {
	command := dependencyCommand(call)
	if command != "uv sync" && command != "poetry install" && command != "composer install" {
		return false
	}
	return slices.ContainsFunc(r.chain(stage).runs(), func(run *Instruction) bool {
		return run.Line > in.Line && slices.ContainsFunc(run.calls(), func(c []string) bool {
			return Matches(c, command) && r.bringsDev(run, c) == ""
		})
	})
}

// shipsPackages is where a builder's call puts packages, if the image takes it
// from there; empty where it does not.
func (r *review) shipsPackages(stage int, in *Instruction, call []string) string {
	for _, place := range in.packagePlaces(call, r.chain(stage)) {
		if slices.ContainsFunc(r.shipped(stage), func(p string) bool {
			return within(place, p) || within(p, place) && strings.Contains(p, "site-packages")
		}) {
			return place
		}
	}
	return ""
}

// packagePlaces are the folders into which a call may install packages.
func (in *Instruction) packagePlaces(call []string, c chain) []string {
	switch dir := in.packageFolder(call); {
	case dir != "":
		return []string{dir}
	case Matches(call, "composer install"):
		return []string{path.Join(in.workdir, "vendor")}
	case Matches(call, "uv sync"):
		if dir, set := in.vars.Get("UV_PROJECT_ENVIRONMENT"); set {
			return []string{absolute(dir, in.workdir)}
		}
		return []string{path.Join(in.workdir, ".venv")}
	case slices.Contains(call, "--user"):
		return in.mayMean("~/.local")
	case strings.Contains(call[0], "/bin/"):
		return []string{path.Dir(path.Dir(absolute(call[0], in.workdir)))}
	}
	var out []string
	searched, _ := in.vars.Get("PATH")
	activated := slices.ContainsFunc(in.calls(), func(c []string) bool { return onlyShellState(c) && path.Base(c[len(c)-1]) == "activate" })
	for dir := range c.venvs() {
		if activated || slices.Contains(strings.Split(searched, ":"), path.Join(dir, "bin")) {
			out = append(out, dir)
		}
	}
	if dir, set := in.vars.Get("VIRTUAL_ENV"); set {
		out = append(out, absolute(dir, in.workdir))
	}
	if tool, _ := dependencyInstall(call); tool == "poetry" || tool == "pipenv" {
		out = append(out, path.Join(in.workdir, ".venv"))
	}
	if len(out) == 0 {
		out = append(out, "/usr/local") // the system's Python, as in its image
	}
	slices.Sort(out)
	return out
}

// withoutGroups tells that pyproject.toml surely names no packages for development.
func (r *review) withoutGroups() bool {
	manifest := string(r.read("pyproject.toml"))
	return manifest != "" && !strings.Contains(manifest, "dependency-groups") && !strings.Contains(manifest, "dev-dependencies") &&
		!strings.Contains(manifest, "tool.poetry.group")
}

func pythonOnAlpine(r *review) {
	for stage, in := range r.every("RUN") {
		c := r.chain(stage)
		img, ok := describe(c.base().Base)
		if !ok || !r.used[stage] || img.name != "python" || !img.alpine() {
			continue
		}
		if slices.ContainsFunc(in.calls(), func(call []string) bool {
			tool, ok := dependencyInstall(call)
			return ok && slices.Contains([]string{"pip", "poetry", "uv", "pipenv"}, tool) && !slices.Contains(call, "--no-index")
		}) {
			r.say(c.base().From.Line, c.base().Base+" is built on Alpine")
			return
		}
	}
}

func pythonUnbuffered(r *review) {
	img, ok := describe(r.final.base().Base)
	if !ok || !img.official || img.name != "python" {
		return
	}
	if _, set := r.final.vars().Get("PYTHONUNBUFFERED"); set {
		return
	}
	for _, call := range r.startCalls() {
		name := path.Base(call[0])
		if !strings.HasPrefix(name, "python") || slices.ContainsFunc(call, func(w string) bool { return w == "-u" || w == "-m" }) {
			continue // -m mostly starts a server, which flushes its log
		}
		r.say(r.final.starts().Line, "Python is started without -u, and PYTHONUNBUFFERED is not set")
		return
	}
}
