package dockerfile

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// nodeRules are about npm and its like, and how Node.js is started.
func nodeRules() []Rule {
	return []Rule{
		{
			ID: "npm-install", Severity: Warning, Lesson: lessonNode, check: npmInstall,
			Why: "npm install may resolve newer versions than the lock file names, so two builds of one commit can differ. " +
				"npm ci installs exactly what the lock file says, and fails when it doesn't fit package.json.",
		},
		{
			ID: "npm-no-lock", Severity: Mistake, Lesson: lessonNode, check: npmNoLock,
			Why: "npm ci installs what the lock file says, and stops where there is none. Write one with npm install on your machine, commit it, and copy it too.",
		},
		{
			ID: "dev-dependencies", Severity: Warning, Lesson: lessonNode, check: devDependencies,
			Why: "Test runners and compilers then are in the image: more to download, and more to attack. " +
				"Install with npm ci --omit=dev; where a build needs them, build in another stage and copy its result.",
		},
		{
			ID: "build-without-tools", Severity: Warning, Lesson: lessonNode, check: buildWithoutTools,
			Why: "Compilers and bundlers are development dependencies, and they are left out above, so the build ends in \"not found\". " +
				"Install everything where you build, and only what runs in the last stage.",
		},
		{
			ID: "module-with-require", Severity: Mistake, Lesson: lessonNode, check: moduleWithRequire,
			Why: "\"type\": \"module\" in package.json makes each .js file an ES module, which has no require: the service ends in ReferenceError. Write import, call the file .cjs, or leave the type out.",
		},
		{
			ID: "node-env", Severity: Advice, Lesson: lessonNode, check: nodeEnv,
			Why: "Many packages, Express among them, do without their slow and talkative development mode only when NODE_ENV is production. Set ENV NODE_ENV=production in the last stage.",
		},
		{
			ID: "npm-as-pid-1", Severity: Warning, Lesson: lessonSignals, check: npmAsPID1,
			Why: "npm and a shell stand between the engine and the service: a SIGTERM ends them all before the service can finish its requests. Start the service itself: CMD [\"node\", \"server.js\"].",
		},
		{
			ID: "npm-cache-left", Severity: Advice, Lesson: lessonSize, check: npmCacheLeft,
			Why: "What npm downloaded stays in the layer a second time. Mount a cache, RUN --mount=type=cache,target=/root/.npm, or end the same RUN with npm cache clean --force.",
		},
	}
}

func npmInstall(r *review) {
	for stage, in := range r.every("RUN") {
		if r.lockFile(stage) && slices.ContainsFunc(in.calls(), npmInstallsAll) {
			r.say(in.Line, "npm install, though there is a lock file")
		}
	}
}

// lockNames are the files that npm ci reads.
func lockNames() []string { return []string{"package-lock.json", "npm-shrinkwrap.json"} }

// lockFile tells whether npm finds a lock file in a stage. Where the project's
// files are not known, a COPY that names it says so.
func (r *review) lockFile(stage int) bool {
	if r.Files != nil {
		return slices.ContainsFunc(lockNames(), r.has)
	}
	for _, in := range r.chain(stage).instructions {
		if in.Name == "COPY" && slices.ContainsFunc(in.Args, func(w string) bool {
			return slices.ContainsFunc(lockNames(), func(n string) bool { return strings.HasSuffix(w, n) })
		}) {
			return true
		}
	}
	return false
}

// npmInstallsAll tells npm install of everything from npm install of a package.
func npmInstallsAll(call []string) bool {
	if !Matches(call, "npm install") && !Matches(call, "npm i") {
		return false
	}
	seen := false
	for _, w := range call[1:] {
		switch {
		case w == "-g" || w == "--global" || w == "--package-lock-only":
			return false
		case strings.HasPrefix(w, "-"):
		case !seen:
			seen = true // "install" itself
		default:
			return false
		}
	}
	return true
}

// npmNoLock speaks where the project surely has no lock file at all, or where
// what is copied before npm ci surely leaves it out.
func npmNoLock(r *review) {
	if r.Files == nil || r.Partial {
		return
	}
	for stage, in := range r.every("RUN") {
		if !slices.ContainsFunc(in.calls(), func(c []string) bool { return Matches(c, "npm ci") }) {
			continue
		}
		locks := slices.DeleteFunc(slices.Clone(r.Files), func(f string) bool { return !slices.Contains(lockNames(), path.Base(f)) })
		if len(locks) == 0 {
			if r.has("package.json") {
				r.say(in.Line, "npm ci, and the project has no package-lock.json")
			}
			continue
		}
		if r.has("package.json") && !r.bringsLock(stage, in) {
			r.say(in.Line, "npm ci, and nothing above it copies package-lock.json")
		}
	}
}

// bringsLock tells whether something may bring a lock file to a RUN.
func (r *review) bringsLock(stage int, run *Instruction) bool {
	brings := func(in *Instruction) bool {
		if len(r.sources(in, stage)) > 0 {
			return true // from another stage, which may have it
		}
		return slices.ContainsFunc(in.takes, func(src string) bool {
			if src == "." {
				return true
			}
			return slices.ContainsFunc(r.matching(src), func(f string) bool { return slices.Contains(lockNames(), path.Base(f)) })
		})
	}
	for _, in := range r.chain(stage).instructions {
		if in.Line <= run.Line && brings(in) {
			return true
		}
		if in.Line < run.Line && in.Name == "RUN" && strings.Contains(in.script(), "package-lock") {
			return true
		}
	}
	return strings.Contains(run.script(), "package-lock")
}

// hasDevDependencies tells what package.json says. known is false where it is
// not to be read.
func (r *review) hasDevDependencies() (has, known bool) {
	var manifest struct {
		DevDependencies map[string]json.RawMessage `json:"devDependencies"`
	}
	if src := r.read("package.json"); src == nil || json.Unmarshal(src, &manifest) != nil {
		return false, false
	}
	return len(manifest.DevDependencies) > 0, true
}

// nodeInstall says of a RUN whether it installs a Node.js project, and whether
// the development dependencies with it.
func nodeInstall(in *Instruction) (installs, dev bool) {
	for _, call := range in.calls() {
		tool, ok := dependencyInstall(call)
		if !ok || tool != "npm" && tool != "yarn" && tool != "pnpm" || tool == "npm" && !Matches(call, "npm ci") && !npmInstallsAll(call) {
			continue
		}
		has := func(words ...string) bool {
			return slices.ContainsFunc(call, func(w string) bool { return slices.Contains(words, w) })
		}
		env, _ := in.vars.Get("NODE_ENV")
		production := env == "production" || strings.Contains(in.script(), "NODE_ENV=production")
		switch {
		case has("--include=dev", "--production=false", "--dev"):
			return true, true
		case has("--omit=dev", "--production", "--only=production", "--only=prod", "--prod", "-P", "--production=true") ||
			option(call, "--omit", "--only") != "" || slices.ContainsFunc(call, unresolved):
			return true, false
		}
		return true, !production
	}
	return false, false
}

// prunes tells a call that takes the development dependencies away again.
func prunes(call []string) bool {
	return Matches(call, "npm prune") || Matches(call, "pnpm prune") || Matches(call, "yarn workspaces focus")
}

// leavesDev is the RUN of a chain after which its node_modules hold development
// dependencies, or nil.
func leavesDev(c chain) *Instruction {
	var left *Instruction
	for _, in := range c.runs() {
		if installs, dev := nodeInstall(in); installs && dev {
			left = in
		} else if installs {
			left = nil // npm ci begins anew; yarn and pnpm remove what is too much
		}
		if slices.ContainsFunc(in.calls(), prunes) || removes(in.calls(), "node_modules") {
			left = nil
		}
	}
	return left
}

func devDependencies(r *review) {
	if has, known := r.hasDevDependencies(); known && !has {
		return
	}
	if in := leavesDev(r.final); in != nil {
		message := "development dependencies are installed into the image"
		if line := r.final.setBy("NODE_ENV"); line > in.Line {
			message += fmt.Sprintf("; NODE_ENV in line %d comes too late for this install", line)
		}
		r.say(in.Line, message)
		return
	}
	last := len(r.Stages) - 1
	for _, in := range r.final.instructions {
		if in.Name != "COPY" || !copiesModules(in) {
			continue
		}
		for _, from := range r.sources(in, last) {
			if from.stage < 0 {
				continue
			}
			if install := leavesDev(r.chain(from.stage)); install != nil {
				r.say(in.Line, fmt.Sprintf("node_modules are copied with the development dependencies of line %d", install.Line))
				return
			}
		}
	}
}

// copiesModules tells a COPY of node_modules by name.
func copiesModules(in *Instruction) bool {
	return len(in.Args) > 1 && slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
		return path.Base(in.expand(src)) == "node_modules"
	})
}

// buildsScripts tells a call that builds a JavaScript or Java project: what a
// development dependency or a compiler does.
func buildsScripts(call []string) bool {
	for _, command := range []string{
		"npm run build", "npm run-script build", "yarn build", "yarn run build", "pnpm build", "pnpm run build", "tsc", "npx tsc",
		"vite build", "npx vite build", "next build", "npx next build", "webpack", "npx webpack",
	} {
		if Matches(call, command) {
			return true
		}
	}
	return isMaven(call) || isGradle(call)
}

func buildWithoutTools(r *review) {
	if has, known := r.hasDevDependencies(); known && !has {
		return
	}
	for i := range r.Stages {
		var bare *Instruction
		for _, in := range r.chain(i).instructions {
			if in.Name == "COPY" && copiesModules(in) {
				bare = nil // these come from elsewhere
			}
			if in.Name != "RUN" {
				continue
			}
			if installs, dev := nodeInstall(in); installs && !dev && !slices.ContainsFunc(in.calls(), func(c []string) bool { return slices.ContainsFunc(c, unresolved) }) {
				bare = in
			} else if installs {
				bare = nil
			}
			if slices.ContainsFunc(in.calls(), func(c []string) bool { return Matches(c, "npm install") && !npmInstallsAll(c) }) {
				bare = nil // packages by name may be the tools
			}
			builds := slices.ContainsFunc(in.calls(), func(c []string) bool { return buildsScripts(c) && !isMaven(c) && !isGradle(c) })
			if bare != nil && builds && in.Line > bare.Line && !r.said(r.rule.ID, in.Line) {
				r.say(in.Line, fmt.Sprintf("the build needs what line %d leaves out", bare.Line))
			}
		}
	}
}

// requires is a call of require at the beginning of a statement or of a value.
var requires = regexp.MustCompile(`(?m)(^|[=(\s])require\(['"]`)

// moduleWithRequire reads package.json and the file that is started.
func moduleWithRequire(r *review) {
	var manifest struct {
		Type string `json:"type"`
	}
	if src := r.read("package.json"); src == nil || json.Unmarshal(src, &manifest) != nil || manifest.Type != "module" {
		return
	}
	for _, call := range r.startCalls() {
		if path.Base(call[0]) != "node" {
			continue
		}
		for _, word := range call[1:] {
			if path.Ext(word) != ".js" {
				continue
			}
			src := r.read(r.projectFile(word))
			if requires.Match(src) && !strings.Contains(string(src), "createRequire") {
				r.say(r.final.starts().Line, word+" calls require, and package.json says that it is a module")
			}
			return
		}
	}
}

// startsNode tells that the image starts Node.js in a way that the text shows.
func (r *review) startsNode() bool {
	return slices.ContainsFunc(r.startCalls(), func(c []string) bool { return path.Base(c[0]) == "node" })
}

func nodeEnv(r *review) {
	img, ok := describe(r.final.base().Base)
	if !ok || !img.official || img.name != "node" || !r.startsNode() {
		return
	}
	if _, set := r.final.vars().Get("NODE_ENV"); set {
		return
	}
	in := r.final.starts()
	if !strings.Contains(in.Text, "NODE_ENV") && !strings.Contains(in.Text, "--env-file") {
		r.say(in.Line, "node is started, and NODE_ENV is not set")
	}
}

// npmAsPID1 looks at the last command of the start: what stands before it only
// prepares.
func npmAsPID1(r *review) {
	calls := r.startCalls()
	if len(calls) == 0 {
		return
	}
	last := calls[len(calls)-1]
	for _, command := range []string{"npm start", "npm run", "yarn start", "yarn run", "pnpm start", "pnpm run", "npx"} {
		if Matches(last, command) {
			r.say(r.final.starts().Line, brief(last)+" starts the service")
			return
		}
	}
}

func npmCacheLeft(r *review) {
	if settings := string(r.read(".npmrc")); strings.Contains(settings, "cache=") || strings.Contains(settings, "offline=true") {
		return
	}
	for _, in := range r.final.runs() {
		calls := in.calls()
		cleaned := slices.ContainsFunc(calls, func(c []string) bool { return Matches(c, "npm cache clean") }) ||
			removes(calls, ".npm") || removes(calls, "/tmp") || len(cacheMounts(in)) > 0
		offline := slices.ContainsFunc(calls, func(c []string) bool { return slices.Contains(c, "--offline") })
		if cleaned || offline {
			continue
		}
		for _, call := range calls {
			if command := dependencyCommand(call); command == "npm ci" || command != "" && npmInstallsAll(call) {
				r.say(in.Line, command+" leaves its cache in the layer")
				break
			}
		}
	}
}
