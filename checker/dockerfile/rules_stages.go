package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/util/suggest"
)

// stageRules are about what passes from stage to stage, and what stays in
// layers.
func stageRules() []Rule {
	return []Rule{
		{
			ID: "from-unknown", Severity: Mistake, Lesson: lessonStages, check: fromUnknown,
			Why: "A name that no earlier stage has is taken for an image, and fetched from a registry. Write the stage's name as it stands behind AS, above this line.",
		},
		{
			ID: "stage-unused", Severity: Mistake, Lesson: lessonStages, check: stageUnused,
			Why: "Each FROM begins an image anew, and only the last one is kept. Nothing takes anything from this stage, and without a name it can't be built by --target either.",
		},
		{
			ID: "copy-whole-stage", Severity: Warning, Lesson: lessonStages, check: copyWholeStage,
			Why: "The compiler, the caches and the source of that stage come along, so it could as well be shipped itself. Copy only what the service needs to run.",
		},
		{
			ID: "copy-build-folder", Severity: Advice, Lesson: lessonStages, check: copyBuildFolder,
			Why: "The source and the tools for building come along. Copy the result alone, such as dist or one program.",
		},
		{
			ID: "mixed-bases", Severity: Warning, Lesson: lessonBases, check: mixedBases,
			Why: "Packages with parts in C fit the libc and the version that they were installed with, and fail to load elsewhere. Build on the same kind of image as you run on.",
		},
		{
			ID: "chown-copies", Severity: Warning, Lesson: lessonSize, check: chownCopies,
			Why: "Files of an earlier layer are stored a second time when a later step changes their owner or mode. Use COPY --chown or --chmod, or do it in the RUN that makes the files.",
		},
		{
			ID: "removed-too-late", Severity: Warning, Lesson: lessonSize, check: removedTooLate,
			Why: "Layers only add up: what an earlier one holds stays there and is downloaded with the image. Remove it in the RUN that makes it; " +
				"what only one step needs, mount for that step: RUN --mount=type=bind.",
		},
		{
			ID: "open-permissions", Severity: Warning, Lesson: lessonUsers, check: openPermissions,
			Why: "Everybody in the container may then change these files, the service's code too. " +
				"Give them to the user who needs them, with COPY --chown or chown.",
		},
	}
}

// slipOfStage tells that the image that a --from names is surely meant as a
// stage: one that stands further down, or one whose name differs by a slip.
func (r *review) slipOfStage(name string, stage int) bool {
	return r.stageMeant(name, stage) != ""
}

// stageMeant is what is known of the stage that a --from was meant to name, as
// half a sentence; empty where it may well be an image.
func (r *review) stageMeant(name string, stage int) string {
	if strings.ContainsAny(name, ":/.@$") {
		return ""
	}
	var names []string
	for i := range r.Stages {
		if i >= stage && r.Stages[i].Name != "" && strings.EqualFold(r.Stages[i].Name, name) {
			return fmt.Sprintf("the stage of that name begins in line %d, below", r.Stages[i].From.Line)
		}
		if i < stage && r.Stages[i].Name != "" {
			names = append(names, r.Stages[i].Name)
		}
	}
	if number.MatchString(name) {
		return fmt.Sprintf("there are %d stages above, counted from 0", stage)
	}
	if img, ok := describe(name); ok && img.official && isRuntime(img.name) {
		return ""
	}
	if meant, ok := suggest.Search(name, names, false); ok && len(name) > 3 {
		return "did you mean " + meant + "?"
	}
	return ""
}

var number = regexp.MustCompile(`^[0-9]+$`)

func fromUnknown(r *review) {
	for stage, in := range r.every("COPY", "RUN") {
		for _, from := range r.sources(in, stage) {
			if from.stage >= 0 {
				continue
			}
			if why := r.stageMeant(from.image, stage); why != "" {
				r.say(in.Line, fmt.Sprintf("%s takes from %q, which is no stage above: %s", in.Name, from.image, why))
			}
		}
	}
}

func stageUnused(r *review) {
	for i := range r.Stages {
		if s := &r.Stages[i]; !r.used[i] && s.Name == "" {
			r.say(s.From.Line, fmt.Sprintf("nothing of the stage that begins here reaches the image, which begins in line %d", r.lastFrom()))
		}
	}
}

func copyWholeStage(r *review) {
	// To squeeze a finished image into one layer is another thing.
	if r.final.base().Base == scratch {
		return
	}
	last := len(r.Stages) - 1
	for _, in := range r.final.instructions {
		// A stage without steps of its own is an image that is made to be
		// copied whole.
		worked := func(s source) bool { return s.stage >= 0 && len(r.chain(s.stage).runs()) > 0 }
		if in.Name != "COPY" || len(in.Args) < 2 || !slices.ContainsFunc(r.sources(in, last), worked) {
			continue
		}
		for _, src := range in.Args[:len(in.Args)-1] {
			if isContextRoot(in.expand(src)) {
				r.say(in.Line, "the whole of another stage is copied")
				break
			}
		}
	}
}

// copyBuildFolder finds a folder that is copied whole out of a stage which put
// the source there and built in it.
func copyBuildFolder(r *review) {
	last := len(r.Stages) - 1
	for _, in := range r.final.instructions {
		if in.Name != "COPY" || len(in.Args) < 2 {
			continue
		}
		for _, from := range r.sources(in, last) {
			if from.stage < 0 {
				continue
			}
			c := r.chain(from.stage)
			for _, src := range in.Args[:len(in.Args)-1] {
				if dir := path.Join("/", in.expand(src)); dir != "/" && c.takesSourceTo(dir) && c.buildsIn() {
					r.say(in.Line, dir+" is copied with the source that was built there")
				}
			}
		}
	}
}

// takesSourceTo tells whether a chain copies the whole context to a folder.
func (c chain) takesSourceTo(folder string) bool {
	return slices.ContainsFunc(c.instructions, func(in *Instruction) bool {
		return in.copiesContext() && in.target() == folder
	})
}

// buildsIn tells whether a chain builds something.
func (c chain) buildsIn() bool {
	return slices.ContainsFunc(c.runs(), func(in *Instruction) bool {
		return slices.ContainsFunc(in.calls(), func(call []string) bool { return compiles(call) || buildsScripts(call) })
	})
}

// release is the major and minor version at the start of a tag.
var release = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?`)

// mixedBases looks at installed packages that are copied between two images of
// one language.
func mixedBases(r *review) {
	last := len(r.Stages) - 1
	to, ok := describe(r.final.base().Base)
	if !ok {
		return
	}
	for _, in := range r.final.instructions {
		if in.Name != "COPY" || !copiesModules(in) && copiedPackages(in) == "" {
			continue
		}
		for _, source := range r.sources(in, last) {
			if source.stage < 0 {
				continue
			}
			base := r.chain(source.stage).base().Base
			from, ok := describe(base)
			if !ok || !from.official || !to.official || from.name != to.name {
				continue
			}
			a, b := release.FindString(from.tag), release.FindString(to.tag)
			versions := from.name == "python" && strings.Contains(a, ".") && strings.Contains(b, ".") && a != b
			if from.alpine() != to.alpine() || versions {
				r.say(in.Line, "packages of "+base+" are copied to "+r.final.base().Base)
			}
		}
	}
}

// changesOwner tells a call of chown or chmod with -R.
func changesOwner(call []string) bool {
	name := path.Base(call[0])
	return (name == "chown" || name == "chmod" || name == "chgrp") && slices.ContainsFunc(call, func(w string) bool {
		return w == "--recursive" || len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.Contains(w, "R")
	})
}

func chownCopies(r *review) {
	for _, in := range r.final.runs() {
		for _, call := range in.calls() {
			if !changesOwner(call) {
				continue
			}
			if from := r.filledAbove(in, call[1:]); from > 0 {
				r.say(in.Line, fmt.Sprintf("%s changes files that line %d brings", path.Base(call[0])+" -R", from))
				break
			}
		}
	}
}

// filledAbove is the line of the instruction above a RUN of the image that puts
// the most files into one of the paths among some words; 0 where none does.
func (r *review) filledAbove(run *Instruction, words []string) int {
	for _, word := range words {
		if strings.HasPrefix(word, "-") || unresolved(word) {
			continue
		}
		if !path.IsAbs(word) && word != "." && !strings.Contains(word, "/") {
			continue // an owner or a mode
		}
		dir := strings.TrimSuffix(absolute(word, run.workdir), "/*")
		line, most := 0, 0
		for _, in := range r.final.instructions {
			if in.Line >= run.Line {
				break
			}
			if n := r.fills(in, dir); n > 0 && n >= most {
				line, most = in.Line, n
			}
		}
		if line > 0 {
			return line
		}
	}
	return 0
}

// fills is how much an instruction puts into a folder for all that the text and
// the project's files tell: 0 for nothing, and most for what may be anything.
func (r *review) fills(in *Instruction, dir string) int {
	everything := len(r.Files) + 2
	switch in.Name {
	case "COPY", "ADD":
		if len(in.Args) < 2 || in.owns() {
			return 0
		}
		n := 0
		for _, src := range in.takes {
			for _, name := range r.matching(src) {
				at := path.Join(in.target(), below(src, name))
				if at != dir && within(at, dir) && !r.leftOut.ignores(name) && !keepsFolder(name) {
					n++
				}
			}
		}
		switch {
		case !within(in.target(), dir):
			return n // the folder is one of those in the target
		case in.copiesContext():
			return everything
		}
		return n + 1
	case "RUN":
		if within(in.workdir, dir) && slices.ContainsFunc(in.calls(), func(call []string) bool {
			tool, ok := dependencyInstall(call)
			return ok && (tool == "npm" || tool == "yarn" || tool == "pnpm")
		}) {
			return everything
		}
	}
	return 0
}

// below is the path, in the target of a COPY, of a file that a source takes: the
// content of a folder is copied, and not the folder.
func below(src, name string) string {
	if src == "." {
		return name
	}
	at, _ := firstParts(name, strings.Count(src, "/"))
	if at == name {
		return path.Base(name)
	}
	return strings.TrimPrefix(name, at+"/")
}

// keepsFolder tells an empty file that is there for a folder's sake.
func keepsFolder(name string) bool {
	base := path.Base(name)
	return base == ".gitkeep" || base == ".keep" || base == ".gitignore"
}

// owns tells a COPY that sets the owner itself; what a later chown finds right
// is not stored again.
func (in *Instruction) owns() bool {
	_, ok := in.flag("chown")
	return ok
}

func removedTooLate(r *review) {
	for _, in := range r.final.runs() {
		calls := in.calls()
		above := func(match func([]string) bool) int {
			for _, other := range r.final.runs() {
				if other.Line < in.Line && slices.ContainsFunc(other.calls(), match) {
					return other.Line
				}
			}
			return 0
		}
		if slices.ContainsFunc(calls, systemInstall) {
			continue // cleans up after its own install
		}
		for _, call := range calls {
			switch {
			case removesPackages(call) && above(systemInstall) > 0:
				r.say(in.Line, fmt.Sprintf("%s takes away what line %d has stored", named(call), above(systemInstall)))
			case path.Base(call[0]) == "rm":
				if from := r.final.storedAbove(in, call[1:]); from > 0 {
					r.say(in.Line, fmt.Sprintf("rm takes away what line %d has stored", from))
				}
			default:
				continue
			}
			break
		}
	}
}

// storedAbove is the line of the instruction above a RUN that brings just one of
// the paths among some words, or that names it and keeps it; 0 where none does.
func (c chain) storedAbove(run *Instruction, words []string) int {
	for _, word := range words {
		if strings.HasPrefix(word, "-") || unresolved(word) || isPattern(word) {
			continue
		}
		if !path.IsAbs(word) {
			word = path.Join(run.workdir, word)
		}
		for _, in := range c.instructions {
			if in.Line < run.Line && (in.Name == "COPY" || in.Name == "ADD") && len(in.Args) > 1 &&
				in.writes(path.Clean(word)) == exactPoints {
				return in.Line
			}
			if in.Line < run.Line && in.Name == "RUN" && strings.Count(word, "/") > 1 &&
				strings.Contains(in.script(), word) && !removes(in.calls(), word) && !mountsOver(in, word) {
				return in.Line
			}
		}
	}
	return 0
}

// openMode is a mode that lets everybody write: octal, without the sticky bit,
// or symbolic.
var openMode = regexp.MustCompile(`^(0?[0-7]{2}[2367]|[ugo]*[ao][ugo]*[+=][rx]*w[rxX]*)$`)

func openPermissions(r *review) {
	for _, in := range r.every() {
		if mode, ok := in.flag("chmod"); ok && openMode.MatchString(mode) {
			r.say(in.Line, "--chmod="+mode+" lets everybody write")
		}
		if in.Name != "RUN" {
			continue
		}
		for _, call := range in.calls() {
			if path.Base(call[0]) != "chmod" {
				continue
			}
			if k := slices.IndexFunc(call, openMode.MatchString); k > 0 {
				r.say(in.Line, "chmod "+call[k]+" lets everybody write")
			}
		}
	}
}
