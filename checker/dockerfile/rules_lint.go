package dockerfile

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/util/suggest"
)

// lintRules are the checks that BuildKit itself makes of a Dockerfile and shows
// as warnings of a build, under its names. It makes the first ones while it
// parses; the others during a conversion that needs the base images, so they
// are made here again, and keep silent where only the base image could tell.
func lintRules() []Rule {
	return []Rule{
		{
			ID: "NoEmptyContinuation", Severity: Advice, check: parsed("an empty line stands inside a continued instruction"),
			Why: "BuildKit still reads over it and says that it will be an error one day. Remove the line, or begin it with #.",
		},
		{
			ID: "StageNameCasing", Severity: Advice, check: parsed("the stage's name has capital letters"),
			Why: "BuildKit knows stages by lower case alone, so two spellings mean one stage. Write it in lower case.",
		},
		{
			ID: "FromAsCasing", Severity: Advice, check: parsed("FROM and AS are written in different cases"),
			Why: "It works, but it reads like a slip. Write both in capitals.",
		},
		{
			ID: "MaintainerDeprecated", Severity: Advice, check: parsed("MAINTAINER is deprecated"),
			Why: "Tools read labels. Write LABEL org.opencontainers.image.authors=\"…\".",
		},
		{
			ID: "ConsistentInstructionCasing", Severity: Advice, check: instructionCasing,
			Why: "It works, but instructions are found by eye. Write all of them in capitals.",
		},
		{
			ID: "DuplicateStageName", Severity: Warning, Lesson: lessonStages, check: duplicateStageName,
			Why: "Whoever names that stage below gets the last of them, and a build with --target too. Give each stage a name of its own.",
		},
		{
			ID: "ReservedStageName", Severity: Mistake, Lesson: lessonStages, check: reservedStageName,
			Why: "The name has a meaning already: scratch is the empty image, context the build context. Choose another name.",
		},
		{
			ID: "UndefinedArgInFrom", Severity: Mistake, Lesson: lessonStages, check: undefinedArgInFrom,
			Why: "FROM sees only what an ARG above the first FROM declares; ARG and ENV of a stage are of no use to it, and an undeclared variable is empty.",
		},
		{
			ID: "InvalidDefaultArgInFrom", Severity: Warning, Lesson: lessonStages, check: invalidDefaultInFrom,
			Why: "Without --build-arg this is no image's name, and a plain docker build fails. Give the ARG a default that builds.",
		},
		{
			ID: "RedundantTargetPlatform", Severity: Advice, check: redundantPlatform,
			Why: "That is the platform that FROM takes anyway. Leave the flag out.",
		},
		{
			ID: "FromPlatformFlagConstDisallowed", Severity: Warning, check: constantPlatform,
			Why: "On a machine of another kind, such as an ARM laptop, everything in this stage is then emulated, and slow, and the image fits one kind of machine. " +
				"Leave the platform to docker build --platform; for a builder that cross-compiles write --platform=$BUILDPLATFORM.",
		},
		{
			ID: "UndefinedVar", Severity: Mistake, Lesson: lessonStages, check: undefinedVar,
			Why: "A variable that nothing sets is empty here. A build argument is known from its ARG to the end of its stage, and in the next stage only after another ARG.",
		},
		{
			ID: "MultipleInstructionsDisallowed", Severity: Mistake, Lesson: lessonContainers, check: onlyTheLast,
			Why: "Only the last one of a stage counts; this one does nothing. Keep one. A container has one main process; a second one is a container of its own.",
		},
		{
			ID: "LegacyKeyValueFormat", Severity: Advice, check: legacyKeyValue,
			Why: "This old form takes the whole rest of the line for the value, so two variables in one line become one. Write NAME=value.",
		},
		{
			ID: "WorkdirRelativePath", Severity: Warning, check: relativeWorkdir,
			Why: "It starts from whatever folder the base image has set, and moves when that changes. Begin with a slash.",
		},
		{
			ID: "ExposeProtoCasing", Severity: Advice, check: exposeCasing,
			Why: "Protocols are written in lower case: 53/udp.",
		},
		{
			ID: "ExposeInvalidFormat", Severity: Mistake, Lesson: lessonListen, check: exposeMapping,
			Why: "EXPOSE names the container's own port and publishes nothing; an address or a port of the host has no place there, and will become an error. " +
				"Write the container's port alone, and publish it with docker run -p.",
		},
	}
}

// parsed is the check of what BuildKit's linter says while it parses.
func parsed(message string) func(*review) {
	return func(r *review) {
		for _, w := range r.lint {
			if w.rule == r.rule.ID {
				r.say(r.beginning(w.line), message)
			}
		}
	}
}

// beginning is the first line of the instruction that stands at a line.
func (f *File) beginning(line int) int {
	for _, in := range f.every() {
		if in.Line <= line && line <= in.EndLine {
			return in.Line
		}
	}
	return line
}

// otherLint is what a later BuildKit says while it parses and no rule explains
// yet.
func (f *File) otherLint(rules []Rule) []Remark {
	var out []Remark
	for _, w := range f.lint {
		if !slices.ContainsFunc(rules, func(rule Rule) bool { return rule.ID == w.rule }) {
			out = append(out, Remark{Rule: w.rule, Line: w.line, Message: w.message, Why: w.description, Severity: Advice})
		}
	}
	return out
}

func instructionCasing(r *review) {
	all := append([]Instruction{}, r.Args...)
	for i := range r.Stages {
		all = append(append(all, r.Stages[i].From), r.Stages[i].Instructions...)
	}
	lower := 0
	for _, in := range all {
		if in.written == strings.ToLower(in.written) {
			lower++
		} else if in.written == in.Name {
			lower--
		}
	}
	for _, in := range all {
		switch {
		case lower > 0 && in.written != strings.ToLower(in.written), lower <= 0 && in.written != in.Name:
			r.say(in.Line, in.written+" is written otherwise than most instructions of this file")
		}
	}
}

func duplicateStageName(r *review) {
	for i := range r.Stages {
		for j := range i {
			if n := r.Stages[i].Name; n != "" && n == r.Stages[j].Name {
				r.say(r.Stages[i].From.Line, fmt.Sprintf("the stage in line %d has the name %s too", r.Stages[j].From.Line, n))
				break
			}
		}
	}
}

func reservedStageName(r *review) {
	for i := range r.Stages {
		if n := r.Stages[i].Name; n == "scratch" || n == "context" {
			r.say(r.Stages[i].From.Line, "a stage is called "+n)
		}
	}
}

// fromWords are the words of a FROM that may hold variables.
func fromWords(from *Instruction) []string {
	words := from.Args[:min(1, len(from.Args))]
	if platform, ok := from.flag("platform"); ok {
		words = slices.Concat(words, []string{platform})
	}
	return words
}

// unset returns the variables of a word that a scope does not set and that say
// no default for themselves, and the word with these taken for empty.
func (s *scope) unset(escape rune, word string) (names []string, expanded string) {
	if !expandable(word) {
		return nil, word
	}
	out, err := shell.NewLex(escape).ProcessWordWithMatches(word, s)
	if err != nil {
		return nil, word
	}
	for name := range out.Unmatched {
		if !haveDefaults(word, map[string]struct{}{name: {}}) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, out.Result
}

func undefinedArgInFrom(r *review) {
	for i := range r.Stages {
		from := &r.Stages[i].From
		for _, word := range fromWords(from) {
			names, _ := from.vars.unset(r.escape, word)
			for _, name := range names {
				if r.globalArg(name) != nil {
					continue
				}
				r.say(from.Line, fmt.Sprintf("no ARG above the first FROM declares %s%s", name, meant(name, from.vars.Keys())))
			}
		}
	}
}

// globalArg is the ARG above the first FROM that declares a name, or nil.
func (f *File) globalArg(name string) *Instruction {
	for i := range f.Args {
		if f.Args[i].names(name) {
			return &f.Args[i]
		}
	}
	return nil
}

// meant is a hint at a name that differs by a letter or two.
func meant(name string, known []string) string {
	if other, ok := suggest.Search(name, known, true); ok {
		return "; did you mean " + other + "?"
	}
	return ""
}

func invalidDefaultInFrom(r *review) {
	for i := range r.Stages {
		from := &r.Stages[i].From
		if len(from.Args) == 0 || r.said("UndefinedArgInFrom", from.Line) {
			continue
		}
		names, name := from.vars.unset(r.escape, from.Args[0])
		if _, err := reference.ParseNormalizedNamed(name); err != nil && len(names) > 0 {
			r.say(from.Line, fmt.Sprintf("%s has no default, so this FROM names %q", strings.Join(names, ", "), name))
		}
	}
}

func redundantPlatform(r *review) {
	for i := range r.Stages {
		platform, _ := r.Stages[i].From.flag("platform")
		if platform == "$TARGETPLATFORM" || platform == "${TARGETPLATFORM}" {
			r.say(r.Stages[i].From.Line, "FROM --platform="+platform)
		}
	}
}

func constantPlatform(r *review) {
	for i := range r.Stages {
		s := &r.Stages[i]
		platform, ok := s.From.flag("platform")
		if !ok || strings.Contains(platform, "$") {
			continue
		}
		// A stage that is called after its platform is meant for it.
		named := slices.ContainsFunc(strings.Split(platform, "/"), func(part string) bool {
			return part != "" && strings.Contains(s.Name, strings.ToLower(part))
		})
		if !named {
			r.say(s.From.Line, "FROM --platform="+platform+" is the same on every machine")
		}
	}
}

// expandable are the words of an instruction in which BuildKit replaces
// variables. In RUN, CMD and ENTRYPOINT a shell does.
func (in *Instruction) expandable() []string {
	switch in.Name {
	case "ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "ARG":
		return slices.Concat(in.Args, in.Flags)
	}
	return nil
}

func undefinedVar(r *review) {
	for stage, in := range r.every() {
		for _, word := range in.expandable() {
			names, _ := in.vars.unset(r.escape, word)
			for _, name := range names {
				if hint := r.whereSet(stage, in, name); hint != "" {
					r.say(in.Line, "$"+name+" is not set here"+hint)
				}
			}
		}
	}
}

// whereSet says why a variable that is not set at an instruction is surely a
// slip. Others may come from the base image, which the text does not show, so
// for them it is empty.
func (r *review) whereSet(stage int, in *Instruction, name string) string {
	for _, other := range r.chain(stage).instructions {
		if (other.Name == "ENV" || other.Name == "ARG") && other.names(name) {
			if other.Line < in.Line {
				return "" // an ARG without a default: docker build may give it
			}
			if other.Line > in.Line {
				return fmt.Sprintf(": line %d, below, sets it", other.Line)
			}
		}
	}
	if r.chain(stage).maySet(name) || in.Name == "ENV" && in.names(name) {
		return "" // may come from the base image, and be added to here
	}
	if arg := r.globalArg(name); arg != nil {
		return fmt.Sprintf(": the ARG in line %d stands above the first FROM, and this stage has none", arg.Line)
	}
	for _, other := range r.every("ARG", "ENV") {
		if other.names(name) {
			return fmt.Sprintf(": line %d sets it in another stage", other.Line)
		}
	}
	if r.chain(stage).base().Base == scratch {
		return ", and scratch brings no variables"
	}
	return meant(name, in.vars.Keys())
}

func onlyTheLast(r *review) {
	for i := range r.Stages {
		last := map[string]*Instruction{}
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if !slices.Contains([]string{"CMD", "ENTRYPOINT", "HEALTHCHECK"}, in.Name) {
				continue
			}
			if before := last[in.Name]; before != nil {
				r.say(before.Line, fmt.Sprintf("line %d has another %s", in.Line, in.Name))
			}
			last[in.Name] = in
		}
	}
}

func legacyKeyValue(r *review) {
	for _, in := range r.every("ENV", "LABEL") {
		if in.withoutEqualSign() {
			name, _, _ := strings.Cut(in.Args[0], "=")
			r.say(in.Line, fmt.Sprintf("%s %s has a space where = belongs", in.Name, name))
		}
	}
}

// withoutEqualSign tells the old form of ENV and LABEL, which takes the whole rest
// of the line for the value.
func (in *Instruction) withoutEqualSign() bool {
	var pairs instructions.KeyValuePairs
	switch c := in.command.(type) {
	case *instructions.EnvCommand:
		pairs = c.Env
	case *instructions.LabelCommand:
		pairs = c.Labels
	}
	return len(pairs) > 0 && pairs[0].NoDelim
}

func relativeWorkdir(r *review) {
	for i := range r.Stages {
		for _, in := range r.chain(i).instructions {
			if in.Name != "WORKDIR" || len(in.Args) == 0 {
				continue
			}
			if dir := in.expand(in.Args[0]); !path.IsAbs(dir) && !unresolved(dir) && !r.said("WorkdirRelativePath", in.Line) {
				r.say(in.Line, "WORKDIR "+dir+" is relative to the base image's folder")
			}
			break
		}
	}
}

func exposeCasing(r *review) {
	for _, in := range r.every("EXPOSE") {
		for _, word := range in.Args {
			if _, proto, _ := strings.Cut(in.expand(word), "/"); proto != strings.ToLower(proto) {
				r.say(in.Line, "EXPOSE "+word+" has capital letters")
			}
		}
	}
}

func exposeMapping(r *review) {
	for _, in := range r.every("EXPOSE") {
		for _, word := range in.Args {
			if port, _, _ := strings.Cut(in.expand(word), "/"); strings.Contains(port, ":") && !unresolved(port) {
				r.say(in.Line, "EXPOSE "+word+" looks like a mapping")
			}
		}
	}
}

// ports are the ports that an EXPOSE names, the first and the last of a range;
// none for what holds a variable.
func (in *Instruction) ports() (first, last []int) {
	for _, word := range in.Args {
		text, _, _ := strings.Cut(in.expand(word), "/")
		from, to, isRange := strings.Cut(text, "-")
		if !isRange {
			to = from
		}
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err == nil && err2 == nil {
			first, last = append(first, a), append(last, b)
		}
	}
	return first, last
}
