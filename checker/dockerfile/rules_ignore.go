package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// sourceCopy is the first instruction of a stage in use that takes the whole
// context, or nil.
func (r *review) sourceCopy() *Instruction {
	for stage, in := range r.every() {
		if r.used[stage] && in.wholeContext() {
			return in
		}
	}
	return nil
}

func noDockerignore(r *review) {
	if in := r.sourceCopy(); in != nil && r.Ignore == nil {
		r.say(in.Line, "the whole context is taken, and there is no .dockerignore")
	}
}

// toolFolder tells folders that a tool makes, and that no image should get from
// the machine where it is built. It also says what of the project has to be
// there for the name to mean that.
func (r *review) toolFolder(name string) bool {
	switch name {
	case ".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache",
		".tox", ".nox", ".gradle", ".idea", ".vscode", ".next", ".nuxt", ".cache", "coverage", "htmlcov", ".terraform":
		return true
	case "venv":
		return r.python()
	case "dist", "build", "out":
		return r.builds()
	case "target":
		return r.has("pom.xml") || r.has("Cargo.toml")
	}
	return false
}

// python tells a project in Python.
func (r *review) python() bool {
	return slices.ContainsFunc(r.Files, func(f string) bool {
		return f == "requirements.txt" || f == "pyproject.toml" || f == "Pipfile" || path.Ext(f) == ".py"
	})
}

// builds tells that the Dockerfile itself makes the project's output, so that
// what lies in the folder is a leftover.
func (r *review) builds() bool {
	for _, in := range r.every("RUN") {
		if slices.ContainsFunc(in.calls(), buildsScripts) {
			return true
		}
	}
	return false
}

// unwanted names what of the project's files has no business in an image: the
// topmost folder or file of each.
func (r *review) unwanted() []string {
	var out []string
	for _, file := range r.Files {
		parts := strings.Split(file, "/")
		at := slices.IndexFunc(parts, r.toolFolder)
		switch {
		case at >= 0:
			file = path.Join(parts[:at+1]...) + "/"
		case path.Base(file) == ".DS_Store" || path.Ext(file) == ".pyc" || path.Ext(file) == ".log":
		default:
			continue
		}
		if !slices.Contains(out, file) {
			out = append(out, file)
		}
	}
	return out
}

func ignoreGaps(r *review) {
	in := r.sourceCopy()
	ignore := readIgnore(r.Ignore)
	if in == nil || ignore == nil {
		return
	}
	var gaps []string
	for _, name := range r.unwanted() {
		folder, isFolder := strings.CutSuffix(name, "/")
		if isFolder && ignore.ignoresBelow(folder) || !isFolder && ignore.ignores(name) || r.copiesByName(folder) {
			continue
		}
		gaps = append(gaps, name)
	}
	if len(gaps) > 0 {
		r.say(in.Line, r.IgnoreName+" lets through "+shortList(gaps))
	}
}

// copiesByName tells that a COPY names a folder of the context.
func (r *review) copiesByName(folder string) bool {
	for _, in := range r.every("COPY", "ADD") {
		for _, src := range in.takes {
			if src == folder || strings.HasPrefix(src, folder+"/") {
				return true
			}
		}
	}
	return false
}

// shortList names up to four things, and how many more there are.
func shortList(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// verb is a verb as it stands behind a list of names.
func verb(names []string, plural string) string {
	if len(names) == 1 {
		return plural + "s"
	}
	return plural
}

// ignoreIncomplete names what is not in the folder now and sooner or later is.
func ignoreIncomplete(r *review) {
	in := r.sourceCopy()
	ignore := readIgnore(r.Ignore)
	if in == nil || ignore == nil {
		return
	}
	likely := []string{".git/"}
	if r.has("package.json") {
		likely = append(likely, "node_modules/")
	}
	if r.python() {
		likely = append(likely, ".venv/", "__pycache__/")
	}
	var missing []string
	for _, name := range likely {
		if !r.has(strings.TrimSuffix(name, "/")) && !ignore.ignoresBelow(name) {
			missing = append(missing, name)
		}
	}
	if !r.has(".env") && !ignore.ignores(".env") {
		missing = append(missing, ".env")
	}
	if len(missing) > 0 {
		r.say(in.Line, r.IgnoreName+" does not name "+shortList(missing))
	}
}

func ignoreIdleLine(r *review) {
	ignore := readIgnore(r.Ignore)
	if ignore == nil {
		return
	}
	for i := range ignore.lines {
		if why := ignore.idle(i); why != "" {
			line := r.lastFrom()
			if in := r.sourceCopy(); in != nil {
				line = in.Line
			}
			r.say(line, fmt.Sprintf("line %d of %s, %s: %s", ignore.lines[i].number, r.IgnoreName, ignore.lines[i].text, why))
		}
	}
}

func copyIgnored(r *review) {
	ignore := readIgnore(r.Ignore)
	if ignore == nil {
		return
	}
	for _, in := range r.every() {
		for _, src := range in.takes {
			var all bool
			switch found := r.matching(src); {
			case always(src):
			case src == ".":
				all = ignore.ignoresAll()
			case len(found) > 0:
				all = !slices.ContainsFunc(found, func(name string) bool { return !ignore.ignores(name) })
			case r.Files == nil && !ignore.matcher.Exclusions() && !isPattern(src):
				all = ignore.ignores(src)
			}
			if all {
				r.say(in.Line, in.Name+" takes "+src+", which "+r.IgnoreName+" leaves out")
			}
		}
	}
}

// ignoreNeeded finds what a later step reads and .dockerignore leaves out. What
// a COPY names is CopyIgnoredFile's.
func ignoreNeeded(r *review) {
	ignore := readIgnore(r.Ignore)
	if ignore == nil {
		return
	}
	tell := func(line int, user string, names ...string) {
		here := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !r.has(name) })
		if len(here) > 0 && !slices.ContainsFunc(here, func(name string) bool { return !ignore.ignores(name) }) && !r.mayMake(here[0]) {
			r.say(line, user+" needs "+here[0])
		}
	}
	for _, in := range r.every("RUN") {
		if slices.ContainsFunc(in.takes, func(s string) bool { return s != "." }) {
			continue // mounts what it needs by name
		}
		for _, call := range in.calls() {
			switch {
			case Matches(call, "npm ci"):
				tell(in.Line, "npm ci", "package-lock.json", "npm-shrinkwrap.json")
			case Matches(call, "pip install"):
				for _, file := range requirementFiles(call) {
					if !path.IsAbs(file) {
						tell(in.Line, "pip install", path.Clean(file))
					}
				}
			case Matches(call, "go mod download"), Matches(call, "go build"):
				tell(in.Line, brief(call), "go.sum")
				tell(in.Line, brief(call), "go.mod")
			}
		}
	}
	if in := r.final.starts(); in != nil && r.sourceCopy() != nil {
		for _, call := range r.startCalls() {
			for _, word := range call[1:] {
				if ext := path.Ext(word); ext == ".js" || ext == ".mjs" || ext == ".cjs" || ext == ".py" || ext == ".sh" {
					tell(in.Line, "the start", path.Clean(word))
				}
			}
		}
	}
}

// mayMake tells whether a RUN may write a file that is not copied: one that names
// it for its output, or for JavaScript, which is mostly the output of something,
// one that builds or may do anything.
func (r *review) mayMake(file string) bool {
	output := regexp.MustCompile(`(>|\s-o|\s--output|\s--output-file|\s--outfile)[=\s]*["']?(\S*/)?` + regexp.QuoteMeta(path.Base(file)) + `(["'\s;&|)]|$)`)
	script := path.Ext(file) == ".js" || path.Ext(file) == ".mjs" || path.Ext(file) == ".cjs"
	for _, in := range r.every("RUN") {
		if output.MatchString(in.script()) || script && slices.ContainsFunc(in.calls(), makesScripts) {
			return true
		}
	}
	return false
}

// makesScripts tells a call that may write JavaScript: a build, or what somebody
// wrote for one.
func makesScripts(call []string) bool {
	for _, command := range []string{"npm run", "npm run-script", "yarn run", "pnpm run", "bun run", "bun build", "npx", "npm exec", "pnpm exec", "node", "deno", "make",
		"esbuild", "rollup", "parcel", "babel", "swc", "tsup", "ncc", "turbo", "nx", "gulp", "grunt"} {
		if Matches(call, command) {
			return true
		}
	}
	return buildsScripts(call) || mayDoAnything(call)
}
