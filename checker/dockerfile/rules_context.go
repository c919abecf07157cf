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
			Why: "What is not in the folder now will be on most machines, and then it goes to the builder and into the image. " +
				"Name it in .dockerignore before it is there.",
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
