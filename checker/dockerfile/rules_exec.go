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

// execFormVariable passes over programs that read such words themselves, scripts,
// which may, and program text, which has dollar signs of its own.
func execFormVariable(r *review) {
	for _, name := range []string{"ENTRYPOINT", "CMD"} {
		in := r.final.last(name)
		if in == nil || !in.Exec || len(in.Args) == 0 {
			continue
		}
		words := in.Args
		if entry := r.final.last("ENTRYPOINT"); name == "CMD" && entry != nil {
			if !entry.Exec || len(entry.Args) == 0 {
				continue
			}
			words = slices.Concat(entry.Args, in.Args)
		}
		if isShell(words[0]) || strings.Contains(words[0], "entrypoint") {
			continue
		}
		switch path.Base(words[0]) {
		case "env", "envsubst", "supervisord":
			continue
		}
		interpreter := ""
		for i, word := range words {
			if path.Ext(word) == ".sh" {
				break
			}
			if program := interpreterOf(word); program != "" {
				interpreter = program
			} else if interpreter == "python" && word == "-m" {
				interpreter = "" // options that follow are the module's
			}
			isText := i > 0 && takesText(interpreter, words[i-1]) || strings.Contains(word, "=") && takesText(interpreter, word)
			if v := plainVariable.FindString(word); v != "" && !isText && i >= len(words)-len(in.Args) {
				r.say(in.Line, v+" in the exec form of "+name)
				break
			}
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
