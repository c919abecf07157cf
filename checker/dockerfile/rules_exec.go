package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// execRules are about the exec form, which no shell reads.
func execRules() []Rule {
	return []Rule{
		{
			ID: "json-quotes", Severity: Mistake, Lesson: lessonSignals, check: jsonQuotes,
			Why: "The exec form is JSON: each word in double quotes, a comma between two words, and nothing behind the bracket. " +
				shellGetsIt,
		},
		{
			ID: "exec-form-one-word", Severity: Mistake, Lesson: lessonSignals, check: execFormOneWord,
			Why: "The exec form asks no shell to split a text, so this names one program with a space in its name, which is not there. " +
				"Write each word for itself: [\"node\", \"server.js\"].",
		},
		{
			ID: "exec-form-variable", Severity: Mistake, Lesson: lessonSignals, check: execFormVariable,
			Why: "The exec form asks no shell, so the program gets the dollar sign and the name as they stand. " +
				"Let the program read its environment, or write the shell form with exec in front.",
		},
		{
			ID: "exec-form-pattern", Severity: Mistake, Lesson: lessonSignals, check: execFormPattern,
			Why: "The exec form asks no shell, so nobody puts a file's name in the place of the pattern, and the program looks for one with a star in its name. " +
				"Give the file a fixed name: COPY target/*.jar /app.jar.",
		},
		{
			ID: "exec-form-two-words", Severity: Mistake, Lesson: lessonSignals, check: execFormTwoWords,
			Why: "The exec form asks no shell to split a text, so the program gets an option with a space in its name, which it does not know. " +
				"Write two words: \"--port\", \"80\".",
		},
	}
}

// shellGetsIt is what follows from an exec form that is no JSON.
const shellGetsIt = "As it stands, a shell gets the text, brackets and all. Write [\"program\", \"argument\"]."

func jsonQuotes(r *review) {
	for _, in := range r.every("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		if !brokenJSON(in) {
			continue
		}
		message := in.Name + " looks like the exec form and is no valid JSON"
		if fault, remedy := jsonFault(in.shellText()); fault != "" {
			r.sayBecause(in.Line, message+": "+fault, remedy+" "+shellGetsIt)
		} else {
			r.say(in.Line, message)
		}
	}
}

func execFormOneWord(r *review) {
	for stage, in := range r.every("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		words := in.execWords()
		if len(words) == 0 || in.Name == "CMD" && !r.chain(stage).startsWithCmd() {
			continue
		}
		if name := words[0]; len(strings.Fields(name)) > 1 && !folderWithSpace(name) {
			r.say(in.Line, fmt.Sprintf("%s starts a program called %q", in.Name, name))
		}
	}
}

// startsWithCmd tells that the first word of CMD surely is a program: no
// ENTRYPOINT takes it for an argument.
func (c chain) startsWithCmd() bool {
	if entry := c.last("ENTRYPOINT"); entry != nil && len(entry.Args) > 0 {
		// A script may hand it to a shell.
		_, starts := starters(path.Base(entry.Args[0]))
		return entry.Exec && starts
	}
	base := c.base().Base
	img, ok := describe(base)
	return base == scratch || ok && img.official && isRuntime(img.name)
}

// folderWithSpace tells a path that may well have spaces in its folders' names.
func folderWithSpace(name string) bool {
	words := strings.Fields(name)
	return strings.HasPrefix(name, "/") && strings.Contains(words[len(words)-1], "/") &&
		!slices.ContainsFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "/") || strings.HasPrefix(w, "-") })
}

// plainVariable is a variable in a word of the exec form.
var plainVariable = regexp.MustCompile(`\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)`)

// execStart is an ENTRYPOINT or a CMD in exec form.
type execStart struct {
	*Instruction
	// words are started by it: a CMD's own behind those of the ENTRYPOINT.
	words []string
	// own is where in words its own begin.
	own int
}

// execStarts are the last ENTRYPOINT and the last CMD that are in exec form.
// Those of which a shell, a script or the like reads the words are left out: it
// may do with them what a shell does.
func (r *review) execStarts() []execStart {
	var starts []execStart
	for _, name := range []string{"ENTRYPOINT", "CMD"} {
		in := r.final.last(name)
		if in == nil || !in.Exec || len(in.Args) == 0 {
			continue
		}
		s := execStart{Instruction: in, words: in.Args}
		if entry := r.final.last("ENTRYPOINT"); name == "CMD" && entry != nil {
			if !entry.Exec || len(entry.Args) == 0 {
				continue
			}
			s.words, s.own = slices.Concat(entry.Args, in.Args), len(entry.Args)
		}
		if !readsWords(s.words[0]) {
			starts = append(starts, s)
		}
	}
	return starts
}

// readsWords tells a program that may replace or split the words that it is given.
func readsWords(program string) bool {
	return isShell(program) || strings.Contains(program, "entrypoint") || slices.Contains([]string{"env", "envsubst", "supervisord"}, path.Base(program))
}

// execFormVariable passes over scripts, which may read such words themselves, and
// program text, which has dollar signs of its own.
func execFormVariable(r *review) {
	for _, s := range r.execStarts() {
		interpreter := ""
		for i, word := range s.words {
			if path.Ext(word) == ".sh" {
				break
			}
			if program := interpreterOf(word); program != "" {
				interpreter = program
			} else if interpreter == "python" && word == "-m" {
				interpreter = "" // options that follow are the module's
			}
			isText := i > 0 && takesText(interpreter, s.words[i-1]) || strings.Contains(word, "=") && takesText(interpreter, word)
			if v := plainVariable.FindString(word); v != "" && !isText && i >= s.own {
				r.say(s.Line, v+" in the exec form of "+s.Name)
				break
			}
		}
	}
}

// execFormPattern looks at the file that an interpreter runs: other words may be
// patterns that the program itself reads.
func execFormPattern(r *review) {
	for _, s := range r.execStarts() {
		call := s.words
		for started := inner(call); len(started) > 0; started = inner(call) {
			call = started
		}
		if at := fileOf(call); at > 0 && strings.Contains(call[at], "*") && len(s.words)-len(call)+at >= s.own {
			r.say(s.Line, call[at]+" in the exec form of "+s.Name)
		}
	}
}

// fileOf is where in a call of an interpreter the file stands that it runs; zero
// where none does.
func fileOf(call []string) int {
	program := path.Base(call[0])
	if program == "java" {
		if at := slices.Index(call, "-jar") + 1; at > 0 && at < len(call) {
			return at
		}
		return 0
	}
	interpreter := interpreterOf(program)
	if interpreter == "" && program != "dotnet" {
		return 0
	}
	for i, word := range call[1:] {
		switch {
		case takesText(interpreter, word) || interpreter == "python" && word == "-m":
			return 0
		case !strings.HasPrefix(word, "-"):
			return i + 1
		}
	}
	return 0
}

// optionWithValue is a long option, or one of java's, and its value in one word.
var optionWithValue = regexp.MustCompile(`^(--[a-z][a-z0-9-]*|-jar|-cp|-classpath) +[^ ]`)

func execFormTwoWords(r *review) {
	look := func(in *Instruction, words []string) {
		if at := slices.IndexFunc(words, optionWithValue.MatchString); at >= 0 {
			r.say(in.Line, words[at]+" is one word in the exec form of "+in.Name)
		}
	}
	for _, s := range r.execStarts() {
		if !slices.ContainsFunc(s.words, func(w string) bool { return isShell(w) || path.Ext(w) == ".sh" }) {
			look(s.Instruction, s.words[s.own:])
		}
	}
	for _, in := range r.every("RUN", "HEALTHCHECK") {
		if words := in.execWords(); len(words) > 0 && !slices.ContainsFunc(words, isShell) {
			look(in, words[1:])
		}
	}
}

// interpreterOf is the language of a program that may be given program text in a
// word, and "sh" for a shell; empty for others.
func interpreterOf(word string) string {
	name := strings.TrimRight(path.Base(word), "0123456789.")
	switch name {
	case "node", "nodejs", "bun":
		return "node"
	case "python", "pypy":
		return "python"
	case "perl", "ruby", "php":
		return name
	}
	if isShell(word) {
		return "sh"
	}
	return ""
}

// takesText tells an option of an interpreter that has program text in it, or in
// the word behind it.
func takesText(interpreter, option string) bool {
	option, _, _ = strings.Cut(option, "=")
	var letters string
	switch interpreter {
	case "python", "sh":
		letters = "c"
	case "node":
		if option == "--eval" || option == "--print" {
			return true
		}
		letters = "ep"
	case "perl", "ruby":
		letters = "eE"
	case "php":
		letters = "rBRE"
	}
	last := len(option) - 1
	return last > 0 && option[0] == '-' && option[1] != '-' && strings.Contains(letters, option[last:])
}
