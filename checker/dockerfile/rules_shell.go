package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// shellRules are about what a RUN asks of its shell.
func shellRules() []Rule {
	return []Rule{
		{
			ID: "lost-shell-state", Severity: Mistake, Lesson: lessonVenv, check: lostShellState,
			Why: "Each RUN has a shell of its own, and what it set is gone with it. " +
				"Use WORKDIR instead of cd, ENV instead of export, and for a virtual environment ENV PATH=/opt/venv/bin:$PATH.",
		},
		{
			ID: "errors-ignored", Severity: Warning, check: errorsIgnored,
			Why: "A step fails only when its last command does, so a broken image can be built without a word. " +
				"Join commands by &&, or begin with set -e.",
		},
		{
			ID: "version-redirected", Severity: Mistake, check: versionRedirected,
			Why: "Unquoted, < and > are the shell's own: no version is asked for, and the output lands in a file of that name, or the step ends for want of one. " +
				"Quote the word: pip install 'flask>=3'.",
		},
		{
			ID: "pipe-to-shell", Severity: Warning, check: pipeToShell,
			Why: "Whatever the server sends runs as root in your build, today's version and tomorrow's, and half a download runs too. " +
				"Install a package of a fixed version, or download a file, compare its checksum, and run that.",
		},
		{
			ID: "pipe-hides-failure", Severity: Advice, check: pipeHidesFailure,
			Why: "A pipe fails only when its last command does. Set SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] above it, on Alpine that of /bin/ash, or write to a file first.",
		},
		{
			ID: "sudo", Severity: Warning, Lesson: lessonUsers, check: sudo,
			Why: "Base images have no sudo, and a RUN is root until a USER line says otherwise. Do such work above the USER line.",
		},
		{
			ID: "bash-missing", Severity: Mistake, Lesson: lessonBases, check: bashMissing,
			Why: "Alpine comes with busybox's sh alone, so this ends in \"not found\". Write for sh, or install bash.",
		},
		{
			ID: "bashism", Severity: Mistake, check: bashism,
			Why: "RUN asks /bin/sh, which is dash on Debian and Ubuntu and knows nothing of it. Write it for sh, or set SHELL [\"/bin/bash\", \"-c\"] above it.",
		},
		{
			ID: "cd-in-run", Severity: Advice, check: cdInRun,
			Why: "WORKDIR sets the folder for this step and those below, and a reader sees at once where they are.",
		},
	}
}

func lostShellState(r *review) {
	for _, in := range r.every("RUN") {
		calls := in.calls()
		if !in.Exec && len(calls) > 0 && !slices.ContainsFunc(calls, func(c []string) bool { return !onlyShellState(c) }) {
			r.say(in.Line, "this RUN changes nothing but its own shell")
		}
	}
}

func onlyShellState(call []string) bool {
	switch call[0] {
	case "cd", "export", "umask", "alias":
		return true
	case ".", "source":
		return len(call) > 1 && path.Base(call[1]) == "activate"
	}
	return false
}

// shellBefore is the shell that the shell form gets at a line, as SHELL sets it;
// nil for /bin/sh -c.
func (c chain) shellBefore(line int) []string {
	var shell []string
	for _, in := range c.instructions {
		if in.Name == "SHELL" && in.Line < line {
			shell = in.Args
		}
	}
	return shell
}

// setsOption tells whether a RUN's shell stops at errors, or in pipes as well:
// by a set in the script, by its first line, or by the options in SHELL.
func (r *review) setsOption(stage int, in *Instruction, letter, name string) bool {
	sets := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return w == name || letter != "" && len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.Contains(w, letter)
		})
	}
	first, _, _ := strings.Cut(in.script(), "\n")
	if sets(r.chain(stage).shellBefore(in.Line)) || strings.HasPrefix(first, "#!") && sets(strings.Fields(first)[1:]) {
		return true
	}
	return slices.ContainsFunc(in.calls(), func(call []string) bool {
		return (call[0] == "set" || isShell(call[0])) && sets(call[1:])
	})
}

// work tells a call whose failure spoils the image.
func work(call []string) bool {
	if _, ok := dependencyInstall(call); ok || systemInstall(call) || isAptUpdate(call) {
		return true
	}
	p := plain(call)
	switch p[0] {
	case "curl", "wget", "tar", "unzip", "make", "cmake", "npm", "npx", "yarn", "pnpm", "pip", "poetry", "uv", "go",
		"cargo", "mvn", "gradle", "tsc", "javac", "pytest", "dotnet", "composer", "bundle":
		return true
	case "git":
		return slices.ContainsFunc(p, func(w string) bool { return w == "clone" || w == "fetch" || w == "checkout" || w == "submodule" })
	}
	return false
}

func errorsIgnored(r *review) {
	for stage, in := range r.every("RUN") {
		tree := in.shellTree()
		if tree == nil || in.Exec || r.setsOption(stage, in, "e", "errexit") {
			continue
		}
		if call := in.ignoredWork(tree); call != nil {
			r.say(in.Line, "this RUN goes on when "+brief(call)+" fails")
		}
	}
}

// ignoredWork is a call whose failure a script passes over: another statement
// follows, or it ends in || true. Nil where there is none.
func (in *Instruction) ignoredWork(tree *syntax.File) []string {
	for i, s := range tree.Stmts {
		or, isOr := s.Cmd.(*syntax.BinaryCmd)
		_, isCall := s.Cmd.(*syntax.CallExpr)
		binary := isOr && (or.Op == syntax.AndStmt || or.Op == syntax.OrStmt || or.Op == syntax.Pipe)
		if isOr && or.Op == syntax.OrStmt && in.alwaysTrue(or.Y) {
			s = or.X
		} else if i == len(tree.Stmts)-1 || !isCall && !binary || s.Negated {
			continue
		}
		if calls := in.callsIn(s); len(calls) > 0 {
			if at := slices.IndexFunc(calls, work); at >= 0 && !endsInExit(s) {
				return calls[at]
			}
		}
	}
	return nil
}

// alwaysTrue tells the right side of "|| true".
func (in *Instruction) alwaysTrue(s *syntax.Stmt) bool {
	calls := in.callsIn(s)
	return len(calls) == 1 && (calls[0][0] == "true" || calls[0][0] == ":" || calls[0][0] == "echo" && !s.Negated)
}

// endsInExit tells a statement that leaves the script by itself when it fails.
func endsInExit(s *syntax.Stmt) bool {
	b, ok := s.Cmd.(*syntax.BinaryCmd)
	return ok && b.Op == syntax.OrStmt && strings.Contains(printed(b.Y), "exit")
}

// pipes calls a function for each pipe of a RUN, with what stands in front of
// its last command, and that command.
func (in *Instruction) pipes(yield func(left, right [][]string)) {
	tree := in.shellTree()
	if tree == nil {
		return
	}
	var visit func(syntax.Node) bool
	visit = func(n syntax.Node) bool {
		b, ok := n.(*syntax.BinaryCmd)
		if !ok || !isPipe(b) {
			return true
		}
		// a | b | c is (a | b) | c: the whole is told once for each end.
		var parts []*syntax.Stmt
		for {
			parts = append(parts, b.Y)
			inner, ok := b.X.Cmd.(*syntax.BinaryCmd)
			if !ok || !isPipe(inner) {
				parts = append(parts, b.X)
				break
			}
			b = inner
		}
		slices.Reverse(parts)
		var left [][]string
		for i, part := range parts {
			right := in.callsIn(part)
			if i > 0 {
				yield(left, right)
			}
			left = append(left, right...)
			syntax.Walk(part, visit)
		}
		return false
	}
	syntax.Walk(tree, visit)
}

func isPipe(b *syntax.BinaryCmd) bool { return b.Op == syntax.Pipe || b.Op == syntax.PipeAll }

// versionBehind is what stands behind the < or > of a version that was not quoted.
var versionBehind = regexp.MustCompile(`^=?[0-9]+(\.[0-9]+)*(\.\*)?,?$`)

// installsByName tells a call that installs packages, of the distribution or of a
// language, by the names that it is given.
func installsByName(call []string) bool {
	return systemInstall(call) || slices.ContainsFunc([]string{
		"pip install", "uv pip install", "uv add", "poetry add", "conda install", "npm install", "npm i", "yarn add", "pnpm add", "gem install",
	}, func(command string) bool { return Matches(call, command) })
}

func versionRedirected(r *review) {
	for _, in := range r.every("RUN") {
		tree := in.shellTree()
		if tree == nil {
			continue
		}
		syntax.Walk(tree, func(n syntax.Node) bool {
			s, ok := n.(*syntax.Stmt)
			if !ok || r.said(r.rule.ID, in.Line) {
				return true
			}
			if _, simple := s.Cmd.(*syntax.CallExpr); !simple {
				return true
			}
			for _, to := range s.Redirs {
				file := printed(to.Word)
				if to.N == nil && (to.Op == syntax.RdrOut || to.Op == syntax.RdrIn) && versionBehind.MatchString(file) &&
					slices.ContainsFunc(in.callsIn(s), installsByName) {
					r.say(in.Line, to.Op.String()+file+" is a redirection to the shell, and no version")
					break
				}
			}
			return true
		})
	}
}

func downloads(call []string) bool {
	name := path.Base(call[0])
	return name == "curl" || name == "wget"
}

// interprets tells a program that runs what comes in.
func interprets(call []string) bool {
	switch p := plain(call); p[0] {
	case "python", "node", "perl", "ruby":
		return len(p) == 1 || p[1] == "-"
	}
	return isShell(call[0])
}

func pipeToShell(r *review) {
	for _, in := range r.every("RUN") {
		found := slices.ContainsFunc(in.calls(), func(call []string) bool {
			return (isShell(call[0]) || call[0] == "eval" || call[0] == "." || call[0] == "source") &&
				slices.ContainsFunc(call, func(w string) bool {
					return strings.Contains(w, "$(curl") || strings.Contains(w, "$(wget") ||
						strings.Contains(w, "<(curl") || strings.Contains(w, "<(wget")
				})
		})
		in.pipes(func(left, right [][]string) {
			found = found || slices.ContainsFunc(left, downloads) && slices.ContainsFunc(right, interprets)
		})
		if found {
			r.say(in.Line, "what is downloaded goes straight to a shell")
		}
	}
}

// noticesNothing tells the end of a pipe that succeeds also when nothing comes.
func noticesNothing(call []string) bool {
	switch path.Base(call[0]) {
	case "tee", "head", "tail", "sed", "awk", "cut", "tr", "sort", "uniq", "wc", "cat", "xargs":
		return true
	}
	return false
}

// ashShell is the line that makes busybox's ash fail in pipes.
const ashShell = `SHELL ["/bin/ash", "-eo", "pipefail", "-c"]`

// asksAsh tells a chain whose shell form surely gets busybox's ash.
func (c chain) asksAsh() bool {
	img, ok := describe(c.base().Base)
	return ok && (img.alpine() || img.busybox()) && !c.brings("bash")
}

func pipeHidesFailure(r *review) {
	for stage, in := range r.every("RUN") {
		if r.setsOption(stage, in, "", "pipefail") || r.said("pipe-to-shell", in.Line) {
			continue
		}
		said := false
		in.pipes(func(left, right [][]string) {
			at := slices.IndexFunc(left, work)
			if at >= 0 && !said && len(right) > 0 && noticesNothing(right[0]) {
				said = true
				why := r.rule.Why
				if r.chain(stage).asksAsh() {
					why = "A pipe fails only when its last command does. Begin with set -o pipefail, which busybox's shell knows, or set " + ashShell + " above it."
				}
				r.sayBecause(in.Line, fmt.Sprintf("nobody notices when %s in front of the pipe fails", brief(left[at])), why)
			}
		})
	}
}

func sudo(r *review) {
	for _, in := range r.every("RUN") {
		if slices.ContainsFunc(in.calls(), func(c []string) bool { return path.Base(c[0]) == "sudo" }) {
			r.say(in.Line, "sudo in a RUN")
		}
	}
	for _, call := range r.startCalls() {
		if path.Base(call[0]) == "sudo" {
			r.say(r.final.starts().Line, "the service is started by sudo")
			return
		}
	}
}

// withoutBash tells an image that surely has no bash.
func (i image) withoutBash() bool {
	return i.alpine() && slices.Contains([]string{"alpine", "node", "python", "golang"}, i.name) || i.busybox()
}

func bashMissing(r *review) {
	isBash := func(call []string) bool { return path.Base(call[0]) == "bash" }
	for stage, in := range r.every("RUN", "SHELL", "CMD", "ENTRYPOINT") {
		c := r.chain(stage)
		img, ok := describe(c.base().Base)
		if !ok || !img.withoutBash() || c.brings("bash") {
			continue
		}
		wants := slices.ContainsFunc(in.calls(), isBash)
		if in.Name == "SHELL" {
			wants = len(in.Args) > 0 && path.Base(in.Args[0]) == "bash"
		}
		if wants && in.Name == "SHELL" && slices.Contains(in.Args, "pipefail") {
			r.sayBecause(in.Line, "bash is not in "+c.base().Base,
				"Alpine comes with busybox's ash alone, so each RUN below ends in \"not found\". It knows pipefail too: "+ashShell+".")
		} else if wants {
			r.say(in.Line, "bash is not in "+c.base().Base)
		}
	}
}

func bashism(r *review) {
	for stage, in := range r.every("RUN") {
		c := r.chain(stage)
		img, ok := describe(c.base().Base)
		tree := in.shellTree()
		if !ok || !img.debian() || in.Exec || tree == nil || c.shellBefore(in.Line) != nil || strings.HasPrefix(in.script(), "#!") {
			continue
		}
		if what := bashOnly(tree); what != "" {
			r.say(in.Line, what+" is bash's own")
		}
	}
}

// bashOnly names something in a script that dash does not have; empty without.
// The text of a heredoc is not the script's, and is not looked at.
func bashOnly(tree *syntax.File) string {
	what := ""
	syntax.Walk(tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.TestClause:
			what = "[[ ]]"
		case *syntax.ProcSubst:
			what = "<( )"
		case *syntax.ArrayExpr:
			what = "an array"
		case *syntax.Redirect:
			if n.Op == syntax.WordHdoc {
				what = "<<<"
			}
		case *syntax.CallExpr:
			if len(n.Args) > 0 && (n.Args[0].Lit() == "source" || n.Args[0].Lit() == "pushd") {
				what = n.Args[0].Lit()
			}
		}
		return what == ""
	})
	return what
}

// cdInRun speaks where a RUN begins by going to a folder in which other steps
// of the stage work as well. To go to a folder within a longer step, as for a
// build of something from its source, is another thing.
func cdInRun(r *review) {
	for i := range r.Stages {
		begins := map[string]int{}
		for _, in := range r.chain(i).instructions {
			if dir := firstFolder(in); dir != "" {
				begins[dir]++
			}
		}
		for j := range r.Stages[i].Instructions {
			in := &r.Stages[i].Instructions[j]
			if dir := firstFolder(in); dir != "" && (begins[dir] > 1 || r.chain(i).copiesTo(dir)) {
				r.say(in.Line, "this RUN begins with cd "+dir)
			}
		}
	}
}

// firstFolder is the absolute folder to which a RUN goes before anything else.
func firstFolder(in *Instruction) string {
	if in.Name != "RUN" || in.Exec {
		return ""
	}
	calls := in.calls()
	if len(calls) < 2 || calls[0][0] != "cd" || len(calls[0]) != 2 || !path.IsAbs(calls[0][1]) {
		return ""
	}
	return path.Clean(calls[0][1])
}

// copiesTo tells whether a COPY or ADD of a chain fills a folder.
func (c chain) copiesTo(folder string) bool {
	return slices.ContainsFunc(c.instructions, func(in *Instruction) bool {
		return (in.Name == "COPY" || in.Name == "ADD") && len(in.Args) > 1 &&
			path.Clean(in.expand(in.Args[len(in.Args)-1])) == folder
	})
}
