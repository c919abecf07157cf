package dockerfile

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// dependencyInstall tells whether a call installs what a manifest lists, and by
// which tool. Installing one's own package without its dependencies, or a tool
// for all projects, is another thing.
func dependencyInstall(call []string) (tool string, ok bool) {
	has := func(flags ...string) bool {
		return slices.ContainsFunc(call, func(w string) bool { return slices.Contains(flags, w) })
	}
	for _, command := range []string{
		"npm ci", "npm install", "npm i", "yarn install", "pnpm install", "pnpm i", "pnpm fetch", "bun install",
		"pip install", "pip wheel", "pip download", "poetry install", "uv sync", "uv pip install", "pipenv install", "pipenv sync",
		"go mod download", "go mod vendor", "bundle install", "composer install",
	} {
		if !Matches(call, command) {
			continue
		}
		tool, _, _ = strings.Cut(command, " ")
		return tool, !has("-g", "--global", "--no-deps", "--package-lock-only", "--no-root")
	}
	if len(plain(call)) == 1 && plain(call)[0] == "yarn" {
		return "yarn", true
	}
	return "", false
}

func copyBeforeInstall(r *review) {
	for i := range r.Stages {
		above := r.chain(i)
		for j := range r.Stages[i].Instructions {
			run := &r.Stages[i].Instructions[j]
			if run.Name != "RUN" {
				continue
			}
			for _, call := range run.calls() {
				tool, ok := dependencyInstall(call)
				if !ok {
					continue
				}
				if in, what := r.sourceBefore(above, run, tool); in != nil {
					r.say(in.Line, fmt.Sprintf("%s comes in above %s in line %d", what, brief(call), run.Line))
					return
				}
			}
		}
	}
}

// sourceBefore returns what brings the source in above a RUN, and what that is,
// unless the tool has already installed something above that: then the install
// in question only adds to it.
func (r *review) sourceBefore(c chain, run *Instruction, tool string) (in *Instruction, what string) {
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
		if in == run || in.Name != "RUN" {
			continue
		}
		for _, call := range in.calls() {
			if t, ok := dependencyInstall(call); ok && t == tool {
				return nil, ""
			}
		}
	}
	return nil, ""
}

// globbedSource names a source file that a pattern in a COPY takes in, such as
// server.js for "*.js*" that was meant for package.json; empty when there is
// none.
func (r *review) globbedSource(in *Instruction) string {
	if _, from := in.flag("from"); from || in.Name != "COPY" && in.Name != "ADD" || len(in.Args) < 2 {
		return ""
	}
	source := []string{".js", ".mjs", ".cjs", ".ts", ".py", ".go"}
	for _, pattern := range in.Args[:len(in.Args)-1] {
		pattern = path.Clean(in.expand(pattern))
		if !strings.ContainsAny(pattern, "*?[") {
			continue
		}
		for _, name := range r.Files {
			if ok, err := path.Match(pattern, name); ok && err == nil && slices.Contains(source, path.Ext(name)) {
				return name
			}
		}
	}
	return ""
}

// brief is a call short enough for a sentence: the program and what follows up
// to two words.
func brief(call []string) string {
	return strings.Join(call[:min(3, len(call))], " ")
}

func npmInstall(r *review) {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if in.Name != "RUN" || !r.lockFile(i) {
				continue
			}
			for _, call := range in.calls() {
				if npmInstallsAll(call) {
					r.say(in.Line, "npm install, though there is a lock file")
				}
			}
		}
	}
}

// lockFile tells whether npm finds a lock file in a stage. Where the project's
// files are not known, a COPY that names it says so.
func (r *review) lockFile(stage int) bool {
	names := []string{"package-lock.json", "npm-shrinkwrap.json"}
	if r.Files != nil {
		return slices.ContainsFunc(names, r.has)
	}
	for _, in := range r.chain(stage).instructions {
		if in.Name == "COPY" && slices.ContainsFunc(in.Args, func(w string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(w, n) })
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

// sourceCopy is the first instruction that takes the whole context, or nil.
func (r *review) sourceCopy() *Instruction {
	for i := range r.Stages {
		for j := range r.Stages[i].Instructions {
			if in := &r.Stages[i].Instructions[j]; in.wholeContext() {
				return in
			}
		}
	}
	return nil
}

func noDockerignore(r *review) {
	if in := r.sourceCopy(); in != nil && r.Ignore == nil {
		r.say(in.Line, "the whole context is taken, and there is no .dockerignore")
	}
}

func ignoreGaps(r *review) {
	in := r.sourceCopy()
	if in == nil || r.Ignore == nil {
		return
	}
	patterns, err := ignorefile.ReadAll(bytes.NewReader(r.Ignore))
	if err != nil {
		return // a line too long to read; the build itself will say so
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return // a malformed pattern; the build itself will say so
	}
	var gaps []string
	for _, name := range r.unwanted() {
		// A file below it is asked for: a pattern may name the content.
		if ignored, err := matcher.MatchesOrParentMatches(name); err == nil && !ignored {
			gaps = append(gaps, strings.SplitN(name, "/", 2)[0])
		}
	}
	if len(gaps) > 0 {
		r.say(in.Line, ".dockerignore lets through "+strings.Join(gaps, ", "))
	}
}

// unwanted are paths that have no business in an image: the Git history, which
// every project has sooner or later, what a package manager puts beside the
// source, and what is there of local settings.
func (r *review) unwanted() []string {
	out := []string{".git/HEAD"}
	if r.has("package.json") {
		out = append(out, "node_modules/a/package.json")
	}
	for _, name := range []string{".env", ".env.local", ".venv", "venv", "__pycache__"} {
		if i := slices.IndexFunc(r.Files, func(f string) bool { return f == name || strings.HasPrefix(f, name+"/") }); i >= 0 {
			out = append(out, r.Files[i])
		}
	}
	return out
}
