package dockerfile

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// baseRules are about the images that are built on, and the arguments that name
// them.
func baseRules() []Rule {
	return []Rule{
		{
			ID: "unpinned-base", Severity: Warning, Lesson: lessonBases, check: unpinnedBase,
			Why: "The same Dockerfile gives another image next month. Name a version, and in production a digest.",
		},
		{
			ID: "arg-out-of-scope", Severity: Mistake, Lesson: lessonStages, check: argOutOfScope,
			Why: "An ARG above the first FROM counts for FROM lines alone, one in a stage for that stage, and those that BuildKit provides for none until they are asked for; elsewhere the shell puts nothing in its place. " +
				"Repeat it without a value in this stage: ARG NAME.",
		},
		{
			ID: "toolchain-in-image", Severity: Warning, Lesson: lessonStages, check: toolchainInImage,
			Why: "The compiler and everything around it then are part of what is shipped: hundreds of megabytes that the program does not need, and tools for an intruder. " +
				"Build in one stage, and copy the result to a small one.",
		},
		{
			ID: "full-base", Severity: Advice, Lesson: lessonBases, check: fullBase,
			Why: "The full image brings compilers and hundreds of packages along, which matter only while building. Take its slim variant for the last stage.",
		},
		{
			ID: "jdk-at-run-time", Severity: Advice, Lesson: lessonBases, check: jdkAtRunTime,
			Why: "The development kit holds a compiler and tools that a service does not need. Build with it, and take the run-time (jre) for the last stage.",
		},
		{
			ID: "frontend-too-old", Severity: Mistake, check: frontendTooOld,
			Why: "The syntax line chooses the version that reads this file, and that one does not know it yet. Write # syntax=docker/dockerfile:1.",
		},
	}
}

func unpinnedBase(r *review) {
	check := func(name string, line int) {
		img, ok := describe(name)
		if !ok || img.digest {
			return
		}
		// Distroless has no versions but digests, and its tags tell the
		// variant; only what is no choice at all is remarked.
		if img.distroless() && img.tag != "" && img.tag != "latest" {
			return
		}
		if loose := img.loose(); loose != "" {
			r.say(line, name+" names no version: "+loose)
		}
	}
	for i := range r.Stages {
		s := &r.Stages[i]
		if !r.used[i] {
			continue
		}
		if s.Parent < 0 && s.Base != scratch {
			check(s.Base, s.From.Line)
		}
		for j := range s.Instructions {
			for _, from := range r.sources(&s.Instructions[j], i) {
				if from.stage < 0 && !r.slipOfStage(from.image, i) {
					check(from.image, s.Instructions[j].Line)
				}
			}
		}
	}
}

// fromBuildKit are the build arguments that BuildKit sets where an ARG asks for
// them.
func fromBuildKit(name string) bool {
	for _, side := range []string{"TARGET", "BUILD"} {
		if rest, ok := strings.CutPrefix(name, side); ok &&
			slices.Contains([]string{"PLATFORM", "OS", "ARCH", "VARIANT"}, rest) {
			return true
		}
	}
	return false
}

// argOutOfScope looks at what shells replace: BuildKit's own check, UndefinedVar,
// is for what BuildKit replaces.
func argOutOfScope(r *review) {
	for stage, in := range r.every("RUN") {
		tree := in.shellTree()
		if tree == nil {
			continue
		}
		assigned := assignedIn(tree)
		for _, name := range variablesIn(tree) {
			if slices.Contains(assigned, name) || r.chain(stage).sets(name) || r.chain(stage).maySet(name) {
				continue
			}
			if arg := r.globalArg(name); arg != nil {
				r.say(in.Line, fmt.Sprintf("$%s is empty here: its ARG in line %d stands above the first FROM", name, arg.Line))
			} else if fromBuildKit(name) {
				r.say(in.Line, "$"+name+" is empty here: no ARG "+name+" stands above it in this stage")
			} else if other := r.setElsewhere(stage, name); other > 0 {
				r.say(in.Line, fmt.Sprintf("$%s is empty here: the ARG in line %d counts for its own stage", name, other))
			}
		}
	}
}

// sets tells whether an ARG or ENV of a chain names a variable.
func (c chain) sets(name string) bool {
	return c.lineNaming("ARG", name) > 0 || c.lineNaming("ENV", name) > 0
}

// maySet tells that the image below a chain may bring a variable along. Of the
// official images of languages it is known that what they set carries their
// name, or belongs to the tool.
func (c chain) maySet(name string) bool {
	base := c.base().Base
	if base == scratch {
		return false
	}
	img, ok := describe(base)
	if !ok || !(img.official && isRuntime(img.name) || img.distroless()) {
		return true
	}
	if fromBuildKit(name) {
		return false
	}
	if strings.HasPrefix(name, strings.ToUpper(img.name)) || strings.HasPrefix(name, "LC_") {
		return true
	}
	switch name {
	case "PATH", "HOME", "LANG", "LANGUAGE", "PWD", "USER", "HOSTNAME", "GOPATH", "GOTOOLCHAIN", "GPG_KEY", "YARN_VERSION",
		"JAVA_HOME", "JAVA_VERSION", "CARGO_HOME", "RUSTUP_HOME", "RUST_VERSION", "GEM_HOME", "BUNDLE_APP_CONFIG":
		return true
	}
	return false
}

// setElsewhere is the line of an ARG in another stage, where no ENV could bring
// the value along.
func (r *review) setElsewhere(stage int, name string) int {
	for at, in := range r.every("ARG") {
		if at != stage && in.names(name) {
			return in.Line
		}
	}
	return 0
}

// maxVariables is how many variables of one script are looked at: far more than
// people use.
const maxVariables = 100

// variablesIn are the names of the plain variables that a script reads, each
// once. One with a default of its own, as in ${NAME:-x}, may be meant to be
// unset.
func variablesIn(tree *syntax.File) []string {
	var names []string
	syntax.Walk(tree, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Exp == nil && !slices.Contains(names, p.Param.Value) {
			names = append(names, p.Param.Value)
		}
		return len(names) < maxVariables
	})
	return names
}

// assignedIn are the names that a script itself gives a value.
func assignedIn(tree *syntax.File) []string {
	var names []string
	syntax.Walk(tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				names = append(names, n.Name.Value)
			}
		case *syntax.WordIter:
			names = append(names, n.Name.Value)
		case *syntax.CallExpr:
			if len(n.Args) > 1 && n.Args[0].Lit() == "read" {
				for _, w := range n.Args[1:] {
					names = append(names, w.Lit())
				}
			}
		}
		return true
	})
	return names
}

// toolchainInImage speaks where the program is compiled in the stage that is
// shipped.
func toolchainInImage(r *review) {
	if r.final.starts() == nil {
		return
	}
	for _, in := range r.final.runs() {
		for _, call := range in.calls() {
			if compiles(call) {
				r.say(in.Line, brief(call)+" runs in the stage that is shipped")
				return
			}
		}
	}
}

// compiles tells a call that makes a program which runs without what made it.
func compiles(call []string) bool {
	for _, command := range []string{
		"go build", "go install", "cargo build", "cargo install", "dotnet publish", "dotnet build", "javac", "swift build", "stack build", "cabal build",
	} {
		if Matches(call, command) {
			return true
		}
	}
	return isMaven(call) || isGradle(call)
}

func fullBase(r *review) {
	img, ok := describe(r.final.base().Base)
	if !ok || !img.official || r.final.starts() == nil || !img.full() {
		return
	}
	r.say(r.final.base().From.Line, r.final.base().Base+" is the full image")
}

// full tells the variant of a language's image that has everything.
func (i image) full() bool {
	if !slices.Contains([]string{"node", "python", "ruby"}, i.name) {
		return false
	}
	return !strings.Contains(i.tag, "slim") && !strings.Contains(i.tag, "alpine") && !strings.Contains(i.tag, "windows")
}

func jdkAtRunTime(r *review) {
	img, ok := describe(r.final.base().Base)
	if !ok || !img.official || r.final.starts() == nil {
		return
	}
	switch img.name {
	case "eclipse-temurin", "openjdk", "amazoncorretto", "sapmachine", "ibm-semeru-runtimes", "maven", "gradle":
	default:
		return
	}
	// amazoncorretto has no jre tags but "-al2023-headless" and the like.
	if img.name == "amazoncorretto" || strings.Contains(img.tag, "jre") {
		return
	}
	r.say(r.final.base().From.Line, r.final.base().Base+" is a development kit")
}

// frontendTooOld knows the releases of docker/dockerfile, as its release notes
// tell them, from which on something can be read.
func frontendTooOld(r *review) {
	major, minor, early, ok := frontendVersion(r.syntax)
	if !ok {
		return
	}
	for _, in := range r.every() {
		what, since, sinceEarly := in.newest()
		needed := since
		if early {
			needed = sinceEarly
		}
		if what != "" && (major < 1 || major == 1 && minor < needed) {
			r.say(in.Line, fmt.Sprintf("%s needs version 1.%d, and the syntax line names %s", what, since, r.syntax))
		}
	}
}

// frontendVersion is the version of docker/dockerfile that a syntax line pins, and
// whether it is of the channel for early features: labs, once experimental. ok is
// false for another frontend, and for 1, which is always the newest.
func frontendVersion(name string) (major, minor int, early, ok bool) {
	_, tag, found := strings.Cut(strings.TrimPrefix(name, "docker.io/"), "docker/dockerfile:")
	if !found {
		return 0, 0, false, false
	}
	tag, _, _ = strings.Cut(tag, "@")
	tag, channel, _ := strings.Cut(tag, "-")
	if n, err := fmt.Sscanf(tag, "%d.%d", &major, &minor); n != 2 || err != nil {
		return 0, 0, false, false
	}
	return major, minor, channel == "labs" || channel == "experimental", true
}

// newest is what an instruction needs the newest frontend for, with the minor
// version of the first that has it, and of the first that had it early.
func (in *Instruction) newest() (what string, since, sinceEarly int) {
	has := func(name string) bool {
		return slices.ContainsFunc(in.Flags, func(f string) bool { return f == "--"+name || strings.HasPrefix(f, "--"+name+"=") })
	}
	switch {
	case in.Name == "ADD" && has("checksum"):
		return "ADD --checksum", 6, 5
	case len(in.heredoc) > 0:
		return "a heredoc", 4, 3
	case (in.Name == "COPY" || in.Name == "ADD") && has("link"):
		return in.Name + " --link", 4, 4
	case in.Name == "RUN" && has("mount"):
		return "RUN --mount", 2, 0
	}
	return "", 0, 0
}
