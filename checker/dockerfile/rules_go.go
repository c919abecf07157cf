package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// goRules are about programs in Go and where they run.
func goRules() []Rule {
	return []Rule{
		{
			ID: "cgo-binary", Severity: Warning, Lesson: lessonStatic, check: cgoBinary,
			Why: "With a C compiler at hand Go links packages such as net against the builder's libc. Where that libc is not in the image, " +
				"the kernel can't start the program: \"no such file or directory\". Build with CGO_ENABLED=0.",
		},
		{
			ID: "go-without-module", Severity: Mistake, Lesson: lessonStatic, check: goWithoutModule,
			Why: "Go builds modules: without the file it says \"go.mod file not found\". Write one with go mod init, and commit it.",
		},
		{
			ID: "go-symbols", Severity: Advice, Lesson: lessonStatic, check: goSymbols,
			Why: "The program carries what only a debugger reads. go build -ldflags=\"-s -w\" leaves it out; traces of a panic stay as they are.",
		},
	}
}

// cgoOff and linkedStatic are ways to get a binary that needs no libc.
var (
	cgoOff       = regexp.MustCompile(`CGO_ENABLED=["']?0`)
	linkedStatic = regexp.MustCompile(`-static\b|netgo`)
)

func cgoBinary(r *review) {
	base := r.final.base().Base
	what := withoutGlibc(base)
	// Without a start the image only holds files, for a machine that may have
	// the libc.
	if what == "" || r.final.starts() == nil || r.final.installs("gcompat", "libc6-compat") {
		return
	}
	runs, _ := describe(base)
	for _, copied := range r.final.instructions {
		if copied.Name != "COPY" || !copiesProgram(copied) {
			continue
		}
		for _, from := range r.sources(copied, len(r.Stages)-1) {
			if from.stage < 0 {
				continue
			}
			if built, _ := describe(r.chain(from.stage).base().Base); built.alpine() && runs.alpine() {
				continue // both have Alpine's libc
			}
			if build := r.cgoBuild(from.stage); build != nil {
				r.say(build.Line, fmt.Sprintf("this program is built with cgo and goes to %s (line %d)", what, copied.Line))
				return
			}
		}
	}
}

// withoutGlibc names a base that lacks the libc which Debian's compilers link
// with; empty for others.
func withoutGlibc(base string) string {
	if base == scratch {
		return "scratch"
	}
	img, ok := describe(base)
	switch {
	case !ok:
		return ""
	case img.alpine(), img.distrolessWithoutLibc():
		return base
	case img.busybox() && !strings.Contains(img.tag, "glibc"):
		return base
	}
	return ""
}

// copiesProgram leaves out what is copied beside the program: certificates,
// time zones, the list of users.
func copiesProgram(in *Instruction) bool {
	if len(in.Args) < 2 {
		return false
	}
	return slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
		return !strings.HasPrefix(src, "/etc/") && !strings.HasPrefix(src, "/usr/share/") && !strings.HasPrefix(src, "/usr/local/go/")
	})
}

// cgoBuild is the RUN of a stage that builds a Go program with cgo, or nil.
func (f *File) cgoBuild(stage int) *Instruction {
	c := f.chain(stage)
	img, ok := describe(c.base().Base)
	if !ok || img.name != "golang" || img.alpine() && !c.installs("gcc", "build-base") {
		return nil
	}
	off := false
	for _, in := range c.runs() {
		script := in.script()
		v, set := in.vars.Get("CGO_ENABLED")
		goEnv := strings.Contains(script, "go env -w") && cgoOff.MatchString(script)
		off = off || goEnv
		if off || set && v == "0" || cgoOff.MatchString(script) || linkedStatic.MatchString(script) {
			continue
		}
		for _, call := range in.calls() {
			if buildsGo(call) {
				return in
			}
		}
	}
	return nil
}

// buildsGo tells a call that builds a program.
func buildsGo(call []string) bool {
	return (Matches(call, "go build") || Matches(call, "go install")) && !slices.Contains(call, "std")
}

// goWithoutModule leaves Dockerfiles alone that make the file themselves, or fetch
// the source.
func goWithoutModule(r *review) {
	if r.Files == nil || r.Partial || slices.ContainsFunc(r.Files, func(f string) bool { return path.Base(f) == "go.mod" || f == "go.work" }) ||
		!slices.ContainsFunc(r.Files, func(f string) bool { return path.Ext(f) == ".go" }) {
		return
	}
	for stage, in := range r.every("RUN") {
		if !slices.ContainsFunc(in.calls(), func(c []string) bool { return Matches(c, "go build") }) {
			continue
		}
		made := slices.ContainsFunc(r.chain(stage).runs(), func(run *Instruction) bool {
			return slices.ContainsFunc(run.calls(), func(c []string) bool {
				return Matches(c, "go mod init") || path.Base(c[0]) == "git" || Matches(c, "go work init") || strings.Contains(strings.Join(c, " "), ".go")
			})
		})
		if _, off := in.vars.Get("GO111MODULE"); !made && !off && !strings.Contains(in.script(), "GO111MODULE") && r.sourceCopy() != nil {
			r.say(in.Line, "go build, and the project has no go.mod")
		}
	}
}

// goBuild is the RUN of a stage that builds a Go program, or nil.
func (f *File) goBuild(stage int) *Instruction {
	for _, in := range f.chain(stage).runs() {
		if slices.ContainsFunc(in.calls(), buildsGo) {
			return in
		}
	}
	return nil
}

// stripped tells link options that leave the symbols out.
var stripped = regexp.MustCompile(`(^|[\s"'=])-s\b|\bstrip\b|\bupx\b`)

func goSymbols(r *review) {
	if r.final.starts() == nil {
		return
	}
	last := len(r.Stages) - 1
	for _, copied := range r.final.instructions {
		if copied.Name != "COPY" || !copiesProgram(copied) {
			continue
		}
		for _, from := range r.sources(copied, last) {
			if from.stage < 0 {
				continue
			}
			build := r.goBuild(from.stage)
			if build == nil || stripped.MatchString(build.script()) || slices.ContainsFunc(build.calls(), func(c []string) bool { return slices.ContainsFunc(c, unresolved) }) {
				continue
			}
			if flags, _ := build.vars.Get("GOFLAGS"); stripped.MatchString(flags) {
				continue
			}
			r.say(build.Line, "the program is built with its symbol table")
			return
		}
	}
}
