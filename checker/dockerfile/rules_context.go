package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// contextRules are about what is sent to the builder: .dockerignore, and what
// COPY and ADD take.
func contextRules() []Rule {
	return []Rule{
		{
			ID: "no-dockerignore", Severity: Warning, Lesson: lessonContext, check: noDockerignore,
			Why: "Without it, all of the folder goes to the builder: the Git history, installed dependencies, local secrets; " +
				"a change to any of them also spoils the cache. Add a .dockerignore next to the Dockerfile before anything else.",
		},
		{
			ID: "ignore-gaps", Severity: Warning, Lesson: lessonContext, check: ignoreGaps,
			Why: "What is not ignored is sent to the builder and lands in the image with this COPY. " +
				"Add these names to .dockerignore.",
		},
		{
			ID: "ignore-incomplete", Severity: Advice, Lesson: lessonContext, check: ignoreIncomplete,
			Why: "They are not in the folder now, but on most machines they will be, and then they go to the builder and into the image. " +
				"Name them in .dockerignore before they are there.",
		},
		{
			ID: "ignore-idle-line", Severity: Mistake, Lesson: lessonContext, check: ignoreIdleLine,
			Why: "Docker reads .dockerignore from top to bottom, one pattern a line, and the last that fits a file decides.",
		},
		{
			ID: "CopyIgnoredFile", Severity: Mistake, Lesson: lessonContext, check: copyIgnored,
			Why: "What .dockerignore leaves out is not there for the build, which ends in \"not found\". " +
				"Take the pattern out, or add an exception below it: !name.",
		},
		{
			ID: "ignore-needed", Severity: Mistake, Lesson: lessonContext, check: ignoreNeeded,
			Why: ".dockerignore leaves it out, so no COPY brings it. Take the pattern out, or add an exception below it: !name.",
		},
		{
			ID: "copy-missing", Severity: Warning, Lesson: lessonContext, check: copyMissing,
			Why: "The build ends in \"not found\", unless something outside of this Dockerfile makes it first. " +
				"Paths are relative to the build context, which is the folder that docker build is given.",
		},
		{
			ID: "copy-outside", Severity: Mistake, Lesson: lessonContext, check: copyOutside,
			Why: "A build sees its context and nothing above it: the dots at the front are dropped, and the build ends in \"not found\". " +
				"Build from the folder above, with docker build -f, or bring it as a named context.",
		},
		{
			ID: "copy-many", Severity: Mistake, check: copyMany,
			Why: "Without a slash at its end the target is taken for a file, and each source overwrites the one before it. End it with a slash.",
		},
		{
			ID: "copy-into-root", Severity: Advice, check: copyIntoRoot,
			Why: "The files land in /, among the system's own. Set a folder with WORKDIR first.",
		},
		{
			ID: "host-modules", Severity: Warning, Lesson: lessonNode, check: hostModules,
			Why: "What is installed on your machine was made for its system and holds development packages. " +
				"Copy the manifest and the lock file, and install in the image.",
		},
		{
			ID: "add-local", Severity: Advice, check: addLocal,
			Why: "ADD also unpacks archives and fetches addresses, so a reader has to think twice. COPY says what is meant.",
		},
	}
}

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

// contextSources are the paths of the context that an instruction names, cleaned
// and relative to it; "." for the whole. What only a build knows, such as an
// address or an unset variable, is left out. Instruction.takes keeps them.
func (in *Instruction) contextSources() []string {
	var out []string
	add := func(src string) {
		if src == "" || unresolved(src) || strings.Contains(src, "://") || strings.HasPrefix(src, "git@") ||
			parser.MustParseHeredoc(src) != nil {
			return
		}
		src = strings.TrimPrefix(path.Clean(src), "/")
		if src == "" {
			src = "."
		}
		out = append(out, src)
	}
	switch in.Name {
	case "COPY", "ADD":
		if from, ok := in.flag("from"); ok && !strings.EqualFold(from, "context") || len(in.Args) < 2 {
			return nil
		}
		for _, src := range in.Args[:len(in.Args)-1] {
			add(in.expand(src))
		}
	case "RUN":
		for _, m := range mounts(in) {
			if m["type"] == "bind" && m["from"] == "" {
				add(in.expand(m["source"]))
			}
		}
	}
	return out
}

// matching are the project's files that a source takes: the file, what is below
// the folder, and for a pattern what fits it and is below that.
func (r *review) matching(src string) []string {
	if out, known := r.taken[src]; known {
		return out
	}
	var out []string
	for _, name := range r.Files {
		if covers(src, name) {
			out = append(out, name)
		}
	}
	r.taken[src] = out
	return out
}

// covers tells whether a source, as contextSources gives it, brings in a file: as
// what it names, or below that.
func covers(src, name string) bool {
	if src == "." || name == src || strings.HasPrefix(name, src+"/") {
		return true
	}
	at, deep := firstParts(name, strings.Count(src, "/"))
	if !isPattern(src) || !deep {
		return false
	}
	ok, err := path.Match(src, at)
	return err == nil && ok
}

// firstParts is a path up to the part of a depth, counted from 0; ok is false for
// one that is not so deep.
func firstParts(name string, depth int) (parts string, ok bool) {
	for i := range len(name) {
		if name[i] == '/' {
			if depth == 0 {
				return name[:i], true
			}
			depth--
		}
	}
	return name, depth == 0
}

func isPattern(src string) bool { return strings.ContainsAny(src, "*?[") }

// always are files that an engine gets even where .dockerignore names them.
func always(src string) bool {
	return path.Base(src) == "Dockerfile" || src == ".dockerignore"
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

func copyMissing(r *review) {
	if r.Files == nil || r.Partial {
		return
	}
	for _, in := range r.every() {
		if r.said("comment-behind", in.Line) {
			continue
		}
		for _, src := range in.takes {
			if src != "." && !isPattern(src) && !strings.HasPrefix(src, "..") && !always(src) && len(r.matching(src)) == 0 {
				r.say(in.Line, src+" is not in the project")
			}
		}
	}
}

func copyOutside(r *review) {
	for _, in := range r.every() {
		for _, src := range in.takes {
			if src == ".." || strings.HasPrefix(src, "../") {
				r.say(in.Line, in.Name+" takes "+src+", which is outside of the build context")
			}
		}
	}
}

func copyMany(r *review) {
	for _, in := range r.every("COPY", "ADD") {
		if len(in.Args) < 3 || len(in.heredoc) > 0 || r.said("comment-behind", in.Line) {
			continue
		}
		target := in.expand(in.Args[len(in.Args)-1])
		if strings.HasSuffix(target, "/") || path.Base(target) == "." || path.Base(target) == ".." || unresolved(target) {
			continue
		}
		// A folder that is there already is filled, slash or none.
		if r.makesFolder(in, target) {
			continue
		}
		r.say(in.Line, fmt.Sprintf("%s brings %d sources to %s", in.Name, len(in.Args)-1, target))
	}
}

// makesFolder tells that a path is surely a folder when an instruction runs: an
// instruction above it made it, or every system has it.
func (r *review) makesFolder(in *Instruction, target string) bool {
	switch path.Clean(target) {
	case "/", "/bin", "/etc", "/home", "/lib", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr", "/usr/bin",
		"/usr/local", "/usr/local/bin", "/usr/share", "/usr/src", "/var", "/var/lib", "/var/www":
		return true
	}
	for _, above := range r.every() {
		if above.Line < in.Line && strings.Contains(above.Text, strings.TrimPrefix(path.Clean(target), "./")) {
			return true
		}
	}
	// A source that is a folder makes the target one, if it is the first.
	return len(r.matching(in.expand(in.Args[0]))) > 1
}

func copyIntoRoot(r *review) {
	img, ok := describe(r.final.base().Base)
	if !ok || !img.official || !isRuntime(img.name) || img.workdir() != "/" || r.final.last("WORKDIR") != nil {
		return
	}
	for _, in := range r.final.instructions {
		if _, from := in.flag("from"); from || in.Name != "COPY" && in.Name != "ADD" || len(in.Args) < 2 {
			continue
		}
		if target := in.Args[len(in.Args)-1]; target == "." || target == "./" {
			r.say(in.Line, in.Name+" to "+target+", and no WORKDIR is set")
			return
		}
	}
}

func hostModules(r *review) {
	for _, in := range r.every("COPY", "ADD") {
		for _, src := range in.takes {
			if base := path.Base(src); base == "node_modules" || base == ".venv" || base == "venv" {
				r.say(in.Line, src+" comes from your machine")
			}
		}
	}
}

// archive is what ADD unpacks.
var archive = regexp.MustCompile(`\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|txz)$`)

func addLocal(r *review) {
	for _, in := range r.every("ADD") {
		if len(in.Args) < 2 {
			continue
		}
		local := !slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
			src = in.expand(src)
			return strings.Contains(src, "://") || strings.HasPrefix(src, "git@") || archive.MatchString(src) ||
				unresolved(src) || parser.MustParseHeredoc(src) != nil
		})
		if local {
			r.say(in.Line, "ADD copies files of the context")
		}
	}
}
