package dockerfile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"
)

// startRules are about what the container starts, and how it ends.
func startRules() []Rule {
	return []Rule{
		{
			ID: "arg-at-run-time", Severity: Mistake, check: argAtRunTime,
			Why: "A build argument is gone when the container starts, and the shell puts nothing in its place. Hand it on: ENV NAME=$NAME below the ARG.",
		},
		{
			ID: "shell-as-pid-1", Severity: Warning, Lesson: lessonSignals, check: shellAsPID1,
			Why: "A shell stays PID 1 and does not pass SIGTERM on, so the service is killed after the grace period instead of shutting down. " +
				"Use the exec form with one program; prepare in a script that ends with exec.",
		},
		{
			ID: "script-without-exec", Severity: Warning, Lesson: lessonSignals, check: scriptWithoutExec,
			Why: "The shell that runs the script stays PID 1 and does not pass SIGTERM on, so the service is killed after the grace period. End the script with exec: exec \"$@\", or exec and the program.",
		},
		{
			ID: "cmd-ignored", Severity: Mistake, Lesson: lessonSignals, check: cmdIgnored,
			Why: "An ENTRYPOINT in the shell form takes no arguments, so the CMD is never used. Write the ENTRYPOINT as JSON.",
		},
		{
			ID: "cmd-first-word-lost", Severity: Mistake, Lesson: lessonSignals, check: cmdFirstWordLost,
			Why: "A shell takes the first word behind its script for its own name, $0, so \"$@\" begins with the second. " +
				"Put a name in its place, ENTRYPOINT [\"sh\", \"-c\", \"exec serve \\\"$@\\\"\", \"serve\"], or start the program without a shell.",
		},
		{
			ID: "cmd-reset", Severity: Mistake, check: cmdReset,
			Why: "An ENTRYPOINT clears the CMD that a stage inherits, so the program starts without these words. Repeat the CMD below the ENTRYPOINT.",
		},
		{
			ID: "cmd-repeats-entrypoint", Severity: Mistake, check: cmdRepeats,
			Why: "With an ENTRYPOINT, the words of CMD are its arguments, so the program gets its own name as the first one. Leave the program out of CMD.",
		},
		{
			ID: "cmd-shell-arguments", Severity: Mistake, Lesson: lessonSignals, check: cmdShellArguments,
			Why: "The shell form hands the ENTRYPOINT three arguments: /bin/sh, -c and the text. Write CMD as JSON.",
		},
		{
			ID: "no-shell", Severity: Mistake, Lesson: lessonStatic, check: noShell,
			Why: "The shell form starts /bin/sh, so this ends in \"no such file or directory\". Write it as JSON: [\"/app\", \"argument\"].",
		},
		{
			ID: "JSONArgsRecommended", Severity: Advice, Lesson: lessonSignals, check: jsonRecommended,
			Why: "Whether /bin/sh makes way for a single command depends on which shell it is; one that stays does not pass SIGTERM on. Write it as JSON, or begin with exec.",
		},
		{
			ID: "install-at-start", Severity: Mistake, Lesson: lessonContainers, check: installAtStart,
			Why: "Each container then downloads its packages anew: it starts late, not at all without a network, and with other versions than were tested. " +
				"Install in a RUN, so that the image is whole.",
		},
		{
			ID: "stop-by-kill", Severity: Mistake, Lesson: lessonSignals, check: stopByKill,
			Why: "SIGKILL can't be caught: the service is ended in the middle of its requests. Leave STOPSIGNAL out, or name the signal at which the service finishes.",
		},
	}
}

// startScript is the CMD's or ENTRYPOINT's script if a shell runs it: the shell
// form, or an exec form that names a shell itself.
func (in *Instruction) startScript() (string, bool) {
	if !in.Exec {
		return in.script(), len(in.Args) > 0
	}
	if len(in.Args) > 0 && isShell(in.Args[0]) {
		return shellArgument(in.Args)
	}
	return "", false
}

func shellAsPID1(r *review) {
	in := r.final.starts()
	if in == nil || brokenJSON(in) {
		return
	}
	text, ok := in.startScript()
	if !ok {
		return
	}
	file, err := parseShell(text)
	if err != nil || len(file.Stmts) == 0 {
		return
	}
	last := file.Stmts[len(file.Stmts)-1]
	if endsInExec(last) || len(file.Stmts) == 1 && isSimple(last) {
		// One simple command: the shell makes way for it by itself.
		return
	}
	r.say(in.Line, "a shell with more than one command starts the service")
}

func isSimple(s *syntax.Stmt) bool {
	_, call := s.Cmd.(*syntax.CallExpr)
	return call && !s.Background && !s.Negated
}

func endsInExec(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return len(c.Args) > 0 && c.Args[0].Lit() == "exec"
	case *syntax.BinaryCmd:
		return c.Op != syntax.Pipe && c.Op != syntax.PipeAll && endsInExec(c.Y)
	}
	return false
}

// cmdIgnored lets be a script that asks for its arguments: the words of CMD stand
// behind it.
func cmdIgnored(r *review) {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	if entry == nil || cmd == nil || entry.Exec || len(entry.Args) == 0 || brokenJSON(entry) {
		return
	}
	if tree := entry.shellTree(); tree != nil && len(argumentsIn(tree)) == 0 {
		r.say(cmd.Line, "this CMD is never used")
	}
}

// argumentsIn are the parameters of a script that stand for what it is given: "0"
// for its own name, "1", "@" and so on. Those of a function are others.
func argumentsIn(tree *syntax.File) []string {
	var names []string
	syntax.Walk(tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			return false
		case *syntax.ParamExp:
			if n.Param != nil && len(n.Param.Value) == 1 && strings.Contains("@*0123456789", n.Param.Value) {
				names = append(names, n.Param.Value)
			}
		}
		return true
	})
	return names
}

// cmdFirstWordLost passes over a first word that is there to be lost: the usual
// signs, and the name of a program that the script calls.
func cmdFirstWordLost(r *review) {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	if entry == nil || cmd == nil || !cmd.Exec || len(cmd.Args) == 0 {
		return
	}
	text, ok := entry.startScript()
	tree := entry.shellTree()
	if !ok || tree == nil || entry.Exec && entry.Args[len(entry.Args)-1] != text {
		return
	}
	first := cmd.Args[0]
	named := slices.Contains([]string{"--", "-", "_"}, first) || isShell(first) ||
		slices.ContainsFunc(entry.calls(), func(call []string) bool { return slices.Contains(call, first) })
	if used := argumentsIn(tree); len(used) > 0 && !slices.Contains(used, "0") && !named {
		r.say(cmd.Line, "the first word of this CMD, "+first+", is lost")
	}
}

func noShell(r *review) {
	if !r.hasNoShell() {
		return
	}
	for _, in := range append(r.final.runs(), r.final.last("ENTRYPOINT"), r.final.last("CMD")) {
		if in != nil && !in.Exec && len(in.Args) > 0 && !brokenJSON(in) {
			r.say(in.Line, in.Name+" in the shell form, and "+r.final.base().Base+" has no shell")
		}
	}
}

func installAtStart(r *review) {
	in := r.final.starts()
	for _, call := range r.startCalls() {
		if _, ok := dependencyInstall(call); ok {
			r.say(in.Line, brief(call)+" runs at each start")
			return
		}
	}
}

// jsonRecommended is for the shell form of one simple command. One that begins
// with exec, or for which SHELL was chosen, is meant.
func jsonRecommended(r *review) {
	for _, name := range []string{"ENTRYPOINT", "CMD"} {
		in := r.final.last(name)
		if in == nil || in.Exec || len(in.Args) == 0 || brokenJSON(in) || r.said("shell-as-pid-1", in.Line) || r.said("no-shell", in.Line) ||
			r.final.shellBefore(in.Line) != nil {
			continue
		}
		if tree := in.shellTree(); tree != nil && len(tree.Stmts) > 0 && endsInExec(tree.Stmts[len(tree.Stmts)-1]) {
			continue
		}
		r.say(in.Line, name+" in the shell form")
	}
}

// scriptWithoutExec looks into a script of the project that the image starts.
func scriptWithoutExec(r *review) {
	entry := r.final.starts()
	if e := r.final.last("ENTRYPOINT"); e != nil {
		entry = e
	}
	if entry == nil {
		return
	}
	for _, call := range entry.calls() {
		word := call[0]
		if isShell(word) && len(call) > 1 {
			word = call[1]
		}
		src := r.read(r.projectFile(word))
		if path.Ext(word) != ".sh" || len(src) == 0 || foreign(string(src)) {
			continue
		}
		file, err := parseShell(string(src))
		if err != nil || len(file.Stmts) == 0 || callsExec(file) {
			return
		}
		r.say(entry.Line, path.Base(word)+" does not end with exec")
		return
	}
}

// callsExec tells whether a script replaces itself by a program anywhere.
func callsExec(file *syntax.File) bool {
	found := false
	syntax.Walk(file, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 1 {
			switch c.Args[0].Lit() {
			case "exec", "trap": // a trap may pass the signal on by itself
				found = true
			}
		}
		return !found
	})
	return found
}

// projectFile is the only file of the project of a path's last element, or "".
func (r *review) projectFile(name string) string {
	found := ""
	for _, f := range r.Files {
		if path.Base(f) == path.Base(name) && !inToolFolder(f) {
			if found != "" {
				return ""
			}
			found = f
		}
	}
	return found
}

func argAtRunTime(r *review) {
	for _, name := range []string{"ENTRYPOINT", "CMD", "HEALTHCHECK"} {
		in := r.final.last(name)
		if in == nil {
			continue
		}
		text, ok := in.runScript()
		if !ok {
			continue
		}
		tree, err := parseShell(text)
		if err != nil {
			continue
		}
		assigned := assignedIn(tree)
		for _, v := range variablesIn(tree) {
			line := r.final.lineNaming("ARG", v)
			if line == 0 {
				if arg := r.globalArg(v); arg != nil {
					line = arg.Line
				}
			}
			if line > 0 && r.final.lineNaming("ENV", v) == 0 && !slices.Contains(assigned, v) && !r.final.maySet(v) {
				r.say(in.Line, fmt.Sprintf("$%s is only a build argument, of line %d", v, line))
				break
			}
		}
	}
}

// runScript is what a shell gets when the container runs: of CMD and ENTRYPOINT,
// and of a HEALTHCHECK.
func (in *Instruction) runScript() (string, bool) {
	c, ok := in.command.(*instructions.HealthCheckCommand)
	if !ok {
		return in.startScript()
	}
	if c.Health == nil || len(c.Health.Test) < 2 || c.Health.Test[0] != "CMD-SHELL" {
		return "", false
	}
	return c.Health.Test[1], true
}

// cmdReset speaks where a stage has an ENTRYPOINT and takes its CMD from the
// stage that it begins with.
func cmdReset(r *review) {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	if entry == nil || cmd == nil || !entry.Exec || r.stageOf(entry) == r.stageOf(cmd) || r.stageOf(cmd) > r.stageOf(entry) {
		return
	}
	r.say(entry.Line, fmt.Sprintf("this ENTRYPOINT clears the CMD of line %d", cmd.Line))
}

// stageOf is the index of the stage in which an instruction stands.
func (f *File) stageOf(in *Instruction) int {
	for i := len(f.Stages) - 1; i > 0; i-- {
		if f.Stages[i].From.Line <= in.Line {
			return i
		}
	}
	return 0
}

// passesOn tells an ENTRYPOINT that starts what CMD says: tini and its like, a
// shell, and scripts, which mostly do.
func passesOn(entry *Instruction) bool {
	program := entry.Args[0]
	_, starts := starters(path.Base(program))
	return starts || isShell(program) || path.Ext(program) == ".sh" || strings.Contains(program, "entrypoint") ||
		entry.Args[len(entry.Args)-1] == "--"
}

func cmdRepeats(r *review) {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	if entry == nil || cmd == nil || !entry.Exec || !cmd.Exec || len(entry.Args) == 0 || len(cmd.Args) == 0 || passesOn(entry) {
		return
	}
	if path.Base(cmd.Args[0]) == path.Base(entry.Args[0]) {
		r.say(cmd.Line, "CMD begins with "+cmd.Args[0]+", which the ENTRYPOINT starts already")
	}
}

// cmdShellArguments is for programs that surely do not take a shell's name for
// an argument.
func cmdShellArguments(r *review) {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	if entry == nil || cmd == nil || !entry.Exec || cmd.Exec || len(entry.Args) == 0 || len(cmd.Args) == 0 || passesOn(entry) || brokenJSON(cmd) {
		return
	}
	switch path.Base(entry.Args[0]) {
	case "node", "python", "python3", "java", "npm", "uvicorn", "gunicorn", "flask", "nginx", "ruby", "php", "deno", "bun":
		r.say(cmd.Line, "CMD in the shell form, below an ENTRYPOINT of "+entry.Args[0])
	}
}

func stopByKill(r *review) {
	in := r.final.last("STOPSIGNAL")
	if in == nil || len(in.Args) == 0 {
		return
	}
	switch strings.TrimPrefix(strings.ToUpper(in.expand(in.Args[0])), "SIG") {
	case "KILL", "9":
		r.say(in.Line, "STOPSIGNAL "+in.Args[0])
	}
}

// startCalls are the calls that start the service, an ENTRYPOINT in exec form
// put together with its CMD.
func (r *review) startCalls() [][]string {
	entry, cmd := r.final.last("ENTRYPOINT"), r.final.last("CMD")
	switch {
	case entry == nil && cmd == nil:
		return nil
	case entry == nil:
		return cmd.calls()
	case cmd == nil || !entry.Exec:
		return entry.calls()
	case !cmd.Exec:
		return append(entry.calls(), cmd.calls()...)
	}
	both := *entry
	both.Args = slices.Concat(entry.Args, cmd.Args)
	return both.calls()
}

// setBy is the line of the last ENV that sets a variable.
func (c chain) setBy(name string) int {
	line := 0
	for _, in := range c.instructions {
		if in.Name == "ENV" && slices.ContainsFunc(in.Args, func(kv string) bool { return strings.HasPrefix(kv, name+"=") }) {
			line = in.Line
		}
	}
	return line
}
