package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// cacheRules are about what runs again after an edit, and about cache mounts.
func cacheRules() []Rule {
	return []Rule{
		{
			ID: "copy-before-install", Severity: Warning, Lesson: lessonCache, check: copyBeforeInstall,
			Why: "Every edit of any file changes what this COPY brings, so everything below it, the install too, runs again. " +
				"Copy the manifest and the lock file first, install, and copy the rest below.",
		},
		{
			ID: "system-packages-below", Severity: Advice, Lesson: lessonCache, check: systemPackagesBelow,
			Why: "Every edit of the source installs these packages again, though they hardly ever change. Move them to the top of the stage.",
		},
		{
			ID: "arg-too-early", Severity: Warning, Lesson: lessonCache, check: argTooEarly,
			Why: "A build argument is part of each RUN below it, so a value that is new in every build makes all of them run again. " +
				"Declare it at the end of the stage, where it is used.",
		},
		{
			ID: "cache-mount-elsewhere", Severity: Warning, Lesson: lessonSize, check: cacheMountElsewhere,
			Why: "The tool writes its cache to another folder, so the mount stays empty, and what is downloaded lands in the layer.",
		},
		{
			ID: "cache-mount-idle", Severity: Warning, Lesson: lessonSize, check: cacheMountIdle,
			Why: "With that option nothing is kept in the cache that is mounted here, so each build downloads all of it. Leave the option out: the mount is not part of the image anyway.",
		},
		{
			ID: "cache-mount-keeps-output", Severity: Mistake, Lesson: lessonSize, check: cacheMountKeepsOutput,
			Why: "What is written below a cache mount is not part of the layer, so the image does not have it. Mount the tool's download cache, and let it install into the image.",
		},
		{
			ID: "cache-mount-shared", Severity: Advice, Lesson: lessonSize, check: cacheMountShared,
			Why: "apt wants its folders for itself; two builds at once would get in each other's way. Add sharing=locked.",
		},
	}
}

// fetchingBuild tells a call that builds a program and fetches what it depends
// on where nothing above has, and where the tool keeps what it fetched.
func (r *review) fetchingBuild(call []string, in *Instruction) (tool, store string, ok bool) {
	switch {
	case Matches(call, "go build") || Matches(call, "go install"):
		vendored := r.has("vendor/modules.txt") || slices.Contains(call, "-mod=vendor")
		if flags, _ := in.vars.Get("GOFLAGS"); strings.Contains(flags, "-mod=vendor") || strings.Contains(in.script(), "GOFLAGS=") {
			vendored = true
		}
		return "go", "/go/pkg/mod", r.has("go.sum") && !vendored
	case isMaven(call):
		offline := slices.Contains(call, "-o") || slices.Contains(call, "--offline")
		return "mvn", "/root/.m2", !offline
	case isGradle(call):
		return "gradle", "/root/.gradle", !slices.Contains(call, "--offline")
	case Matches(call, "cargo build") || Matches(call, "cargo install"):
		return "cargo", "/usr/local/cargo/registry", r.has("Cargo.lock") && !slices.Contains(call, "--offline")
	}
	return "", "", false
}

func isMaven(call []string) bool {
	return plain(call)[0] == "mvn" && slices.ContainsFunc(call, func(w string) bool {
		return slices.Contains([]string{"package", "install", "verify", "compile", "deploy"}, w)
	})
}

func isGradle(call []string) bool {
	return plain(call)[0] == "gradle" && slices.ContainsFunc(call, func(w string) bool {
		return slices.Contains([]string{"build", "assemble", "bootJar", "shadowJar", "installDist", "jar"}, strings.TrimPrefix(w, ":"))
	})
}

func copyBeforeInstall(r *review) {
	for stage, run := range r.every("RUN") {
		for _, call := range run.calls() {
			tool, ok := dependencyInstall(call)
			if !ok {
				var store string
				if tool, store, ok = r.fetchingBuild(call, run); !ok || mountsOver(run, store) || mountsUnder(run, store) {
					continue
				}
			}
			if in, what := r.sourceBefore(r.chain(stage), run, tool, call); in != nil {
				r.say(in.Line, fmt.Sprintf("%s comes in above %s in line %d", what, brief(call), run.Line))
				return
			}
		}
	}
}

// sourceBefore returns what brings the source in above a call that installs, and
// what that is, unless the tool has already installed above that what a manifest
// lists: then the install in question only adds to it.
func (r *review) sourceBefore(c chain, run *Instruction, tool string, call []string) (in *Instruction, what string) {
	for _, in := range c.instructions {
		if in.Line > run.Line {
			break
		}
		if in.wholeContext() {
			return in, "the whole context"
		}
		if name := r.globbedSource(in); name != "" {
			return in, name
		}
		if name := r.sourceWithManifest(in, run, tool, call); name != "" {
			return in, name
		}
		if in == run || in.Name != "RUN" {
			continue
		}
		if slices.ContainsFunc(in.calls(), func(above []string) bool { return fillsStore(above, tool) }) {
			return nil, ""
		}
	}
	return nil, ""
}

// fillsStore tells a call after which a tool has what the project depends on. One
// that installs packages by their names, such as pip itself, leaves all others to
// be fetched.
func fillsStore(call []string, tool string) bool {
	switch name := plain(call)[0]; {
	case name != tool:
		return false
	case name == "cargo":
		for _, command := range []string{"cargo build", "cargo check", "cargo test", "cargo fetch", "cargo vendor", "cargo chef"} {
			if Matches(call, command) {
				return true
			}
		}
		return false
	case name == "mvn", name == "gradle":
		return hasCommand(plain(call)) && !Matches(call, "gradle wrapper") && !Matches(call, "gradle init")
	}
	command := dependencyCommand(call)
	switch tool {
	case "pip", "uv":
		return command != "" && (!strings.Contains(command, "pip") || len(requirementFiles(call)) > 0 || namesProject(call))
	case "npm", "pnpm", "bun", "pipenv":
		return command != "" && !namesPackage(call, command)
	}
	return command != ""
}

// namesProject tells a call of pip that installs what a folder is a project of.
func namesProject(call []string) bool {
	return slices.ContainsFunc(call[1:], func(w string) bool { return w == "." || strings.HasPrefix(w, "./") || strings.HasPrefix(w, ".[") })
}

// namesPackage tells a call with a word behind its command that is no option.
func namesPackage(call []string, command string) bool {
	words := plain(call)
	at := slices.Index(words, command[strings.LastIndex(command, " ")+1:])
	return hasCommand(append([]string{words[0]}, words[at+1:]...))
}

// isSource tells a file that people edit all day.
func isSource(name string) bool {
	return slices.Contains([]string{".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".py", ".go", ".rs", ".java", ".kt", ".rb", ".php", ".cs"}, path.Ext(name))
}

// globbedSource names a source file that a pattern in a COPY takes in, such as
// server.js for "*.js*" that was meant for package.json; empty when there is
// none.
func (r *review) globbedSource(in *Instruction) string {
	if in.Name != "COPY" && in.Name != "ADD" {
		return ""
	}
	for _, pattern := range in.takes {
		if !isPattern(pattern) {
			continue
		}
		for _, name := range r.Files {
			if ok, err := path.Match(pattern, name); ok && err == nil && isSource(name) {
				return name
			}
		}
	}
	return ""
}

// manifests are the names of the files, or the ends of them, in which a tool's
// call reads what to install.
func manifests(tool string, call []string) []string {
	switch tool {
	case "npm", "yarn", "pnpm", "bun":
		return []string{"package.json"}
	case "pip", "uv":
		var names []string
		for _, file := range requirementFiles(call) {
			names = append(names, path.Base(file))
		}
		return append(names, "pyproject.toml", "setup.py")
	case "poetry":
		return []string{"pyproject.toml"}
	case "pipenv":
		return []string{"Pipfile"}
	case "go":
		return []string{"go.mod"}
	case "cargo":
		return []string{"Cargo.toml"}
	case "bundle":
		return []string{"Gemfile"}
	case "composer":
		return []string{"composer.json"}
	case "dotnet":
		return []string{".csproj"}
	case "mvn":
		return []string{"pom.xml"}
	case "gradle":
		return []string{"build.gradle", "build.gradle.kts"}
	}
	return nil
}

// sourceWithManifest names a folder that a COPY takes whole where the project's
// files show that it holds source beside the manifest of an install; empty for
// others.
func (r *review) sourceWithManifest(in, run *Instruction, tool string, call []string) string {
	if in.Name != "COPY" && in.Name != "ADD" || len(in.Args) < 2 {
		return ""
	}
	names := manifests(tool, call)
	for _, src := range in.takes {
		manifest, source := false, false
		for _, name := range r.matching(src) {
			if name == src || isPattern(src) || r.leftOut.ignores(name) {
				continue
			}
			source = source || isSource(name)
			manifest = manifest || slices.ContainsFunc(names, func(n string) bool { return path.Base(name) == n || path.Ext(n) == n && path.Ext(name) == n }) &&
				run.worksAt(path.Join(in.target(), below(src, name)))
		}
		if manifest && source {
			return src
		}
	}
	return ""
}

// worksAt tells that a RUN works in the folder of a file, or names the folder or
// the file.
func (in *Instruction) worksAt(file string) bool {
	folder := path.Dir(file)
	return in.workdir == folder || slices.ContainsFunc(in.calls(), func(call []string) bool {
		return slices.ContainsFunc(call[1:], func(w string) bool {
			at := absolute(w, in.workdir)
			return at == folder || at == file
		})
	})
}

// brief is a call short enough for a sentence: the program and what follows up
// to two words.
func brief(call []string) string {
	return strings.Join(call[:min(3, len(call))], " ")
}

// named is a call by its program and the first word behind it. There may be none:
// yarn alone installs.
func named(call []string) string { return brief(call[:min(2, len(call))]) }

// systemPackagesBelow finds packages of the distribution that are installed
// below the source. Where the tools that need them stand below as well, as after
// a COPY that brings a list of packages, the order may be meant; so only a COPY
// of everything counts.
func systemPackagesBelow(r *review) {
	for stage, run := range r.every("RUN") {
		if !slices.ContainsFunc(run.calls(), systemInstall) {
			continue
		}
		for _, in := range r.chain(stage).instructions {
			if in.Line < run.Line && in.copiesContext() {
				r.say(run.Line, fmt.Sprintf("packages are installed below COPY in line %d", in.Line))
				break
			}
		}
	}
}

// volatile is the name of a build argument whose value is new in every build.
var volatile = regexp.MustCompile(`(?i)(^|_)(commit|sha|revision|vcs_ref|git_ref|git_hash|build_date|build_time|build_number|build_id|buildtime|timestamp|cachebust|cache_bust|created)($|_)`)

func argTooEarly(r *review) {
	for stage, arg := range r.every("ARG") {
		at := slices.IndexFunc(arg.Args, func(word string) bool {
			name, _, _ := strings.Cut(word, "=")
			return volatile.MatchString(name)
		})
		if at < 0 {
			continue
		}
		name, _, _ := strings.Cut(arg.Args[at], "=")
		for i := range r.Stages[stage].Instructions {
			in := &r.Stages[stage].Instructions[i]
			if in.Name != "RUN" || in.Line < arg.Line || strings.Contains(in.script(), name) {
				continue
			}
			if slices.ContainsFunc(in.calls(), func(c []string) bool {
				_, ok := dependencyInstall(c)
				return ok || systemInstall(c)
			}) {
				r.say(arg.Line, fmt.Sprintf("ARG %s stands above the install in line %d", name, in.Line))
				break
			}
		}
	}
}

// toolCache is where a tool keeps what it downloads when it runs as root, and
// what would send it elsewhere.
type toolCache struct {
	folders []string
	env     []string
	option  string
	// off are words that keep the tool from using its cache.
	off []string
}

// cacheOf returns what is known of the cache that a call uses.
func cacheOf(call []string) (c toolCache, ok bool) {
	switch p := plain(call); {
	case Matches(p, "pip install"), Matches(p, "pip wheel"), Matches(p, "pip download"):
		return toolCache{[]string{"/root/.cache/pip"}, []string{"PIP_CACHE_DIR", "XDG_CACHE_HOME", "HOME"}, "--cache-dir", []string{"--no-cache-dir"}}, true
	case Matches(p, "npm ci"), Matches(p, "npm install"), Matches(p, "npm i"):
		return toolCache{[]string{"/root/.npm"}, []string{"npm_config_cache", "NPM_CONFIG_CACHE", "HOME"}, "--cache", nil}, true
	case Matches(p, "go mod download"):
		return toolCache{[]string{"/go/pkg/mod", "/root/go/pkg/mod"}, []string{"GOMODCACHE", "GOPATH", "GOFLAGS"}, "-modcacherw", nil}, true
	case Matches(p, "go build"), Matches(p, "go install"), Matches(p, "go test"):
		return toolCache{[]string{"/go/pkg/mod", "/root/go/pkg/mod", "/root/.cache/go-build"}, []string{"GOMODCACHE", "GOCACHE", "GOPATH", "XDG_CACHE_HOME", "HOME"}, "-pkgdir", nil}, true
	case isAptInstall(p), isAptUpdate(p):
		return toolCache{[]string{"/var/cache/apt", "/var/lib/apt"}, nil, "-o", nil}, true
	case Matches(p, "apk add"):
		return toolCache{[]string{"/var/cache/apk", "/etc/apk/cache"}, nil, "--cache-dir", []string{"--no-cache"}}, true
	case Matches(p, "uv sync"), Matches(p, "uv pip install"):
		return toolCache{[]string{"/root/.cache/uv"}, []string{"UV_CACHE_DIR", "XDG_CACHE_HOME", "HOME"}, "--cache-dir", []string{"--no-cache", "-n"}}, true
	}
	return toolCache{}, false
}

// cacheMounts are the targets of a RUN's cache mounts.
func cacheMounts(in *Instruction) []string {
	var out []string
	for _, m := range mounts(in) {
		if m["type"] == "cache" {
			out = append(out, in.expand(m["target"]))
		}
	}
	return out
}

// cacheMountElsewhere speaks where one kind of tool runs, as root, with no
// setting that moves its cache, and every cache mount of the RUN lies aside.
func cacheMountElsewhere(r *review) {
	for _, in := range r.every("RUN") {
		targets := cacheMounts(in)
		if len(targets) == 0 || slices.ContainsFunc(targets, unresolved) || !r.isRoot(in.user) {
			continue
		}
		var folders []string
		known := true
		for _, call := range in.calls() {
			cache, ok := cacheOf(call)
			if !ok {
				// A tool that is not known may be what the mount is for.
				known = known && harmless(call)
				continue
			}
			moved := option(call, cache.option) != "" || slices.ContainsFunc(cache.env, func(name string) bool {
				_, set := in.vars.Get(name)
				return set || strings.Contains(in.script(), name+"=")
			})
			known = known && !moved
			folders = append(folders, cache.folders...)
		}
		if !known || len(folders) == 0 {
			continue
		}
		// A tool's own folder below the mount, or the mount below that folder.
		near := func(target string) bool {
			return slices.ContainsFunc(folders, func(f string) bool { return within(f, target) || within(target, f) })
		}
		if !slices.ContainsFunc(targets, near) && !slices.ContainsFunc(targets, outputFolder) {
			r.sayBecause(in.Line, fmt.Sprintf("the cache mount is at %s, and the cache at %s", targets[0], folders[0]),
				r.rule.Why+" Mount target="+folders[0]+".")
		}
	}
}

// within tells whether a path is a folder or lies below it.
func within(name, folder string) bool {
	name, folder = path.Clean(name), path.Clean(folder)
	return name == folder || strings.HasPrefix(name, strings.TrimSuffix(folder, "/")+"/")
}

// harmless is a call that has no cache of its own.
func harmless(call []string) bool {
	switch path.Base(call[0]) {
	case "set", "cd", "export", "mkdir", "rm", "cp", "mv", "ln", "echo", "true", "chmod", "chown", "ls", "test", "[", "cat", ".", "source":
		return true
	}
	p := plain(call)
	return p[0] == "venv" || Matches(p, "npm run") || Matches(p, "python -V")
}

// outputFolder tells a folder that is the result of an install and no cache.
func outputFolder(target string) bool {
	switch path.Base(target) {
	case "node_modules", "site-packages", ".venv", "venv", "vendor":
		return true
	}
	return false
}

func cacheMountIdle(r *review) {
	for _, in := range r.every("RUN") {
		targets := cacheMounts(in)
		if len(targets) == 0 {
			continue
		}
		for _, call := range in.calls() {
			cache, ok := cacheOf(call)
			mounted := ok && slices.ContainsFunc(targets, func(t string) bool {
				return slices.ContainsFunc(cache.folders, func(f string) bool { return within(f, t) })
			})
			if !mounted {
				continue
			}
			if at := slices.IndexFunc(call, func(w string) bool { return slices.Contains(cache.off, w) }); at >= 0 {
				r.say(in.Line, named(call)+" with "+call[at]+", and a cache mount for it")
			} else if _, off := in.vars.Get("PIP_NO_CACHE_DIR"); off && Matches(call, "pip install") {
				r.say(in.Line, "PIP_NO_CACHE_DIR is set, and a cache is mounted")
			}
		}
	}
}

// cacheMountKeepsOutput speaks where an install goes into a cache mount and
// nothing else of the RUN could use it there, in a stage that is the image or
// that this folder is copied from.
func cacheMountKeepsOutput(r *review) {
	for stage, in := range r.every("RUN") {
		for _, target := range cacheMounts(in) {
			if !outputFolder(target) || path.Base(target) == "vendor" {
				continue
			}
			only := !slices.ContainsFunc(in.calls(), func(c []string) bool {
				_, install := dependencyInstall(c)
				return !install && !harmless(c) || Matches(c, "npm run")
			})
			if only && (r.inFinal(stage) || r.copiedFrom(stage, target)) {
				r.say(in.Line, "the install goes into the cache mount at "+target)
			}
		}
	}
}

// copiedFrom tells whether a COPY takes a path, or what is around it, out of a
// stage.
func (r *review) copiedFrom(stage int, name string) bool {
	for at, in := range r.every("COPY") {
		for _, from := range r.sources(in, at) {
			if from.stage == stage && len(in.Args) > 1 && slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
				return within(name, path.Join("/", in.expand(src)))
			}) {
				return true
			}
		}
	}
	return false
}

func cacheMountShared(r *review) {
	for _, in := range r.every("RUN") {
		for _, m := range mounts(in) {
			target := path.Clean(m["target"])
			if m["type"] == "cache" && (target == "/var/cache/apt" || target == "/var/lib/apt" || target == "/var/lib/apt/lists") &&
				m["sharing"] != "locked" && m["sharing"] != "private" {
				r.say(in.Line, "the cache mount at "+target+" is shared by builds at once")
				break
			}
		}
	}
}
