package lessons

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"mvdan.cc/sh/v3/syntax"
)

// maxInstruction bounds a line that is typed, in bytes.
const maxInstruction = 4 << 10

// canonical is what an instruction says, however it is written: two that
// BuildKit takes for the same have one canonical text. Spaces, the case of
// keywords, the order of flags, and the quotes that mean nothing play no part.
func canonical(line string) (_ string, err error) {
	// The parser is made for whole files; a line of a learner's is any text.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it can't be read: %v", r)
		}
	}()
	line = strings.TrimSpace(line)
	if len(line) > maxInstruction {
		return "", errors.New("it is too long")
	}
	if strings.Contains(line, "<<") {
		return "", errors.New("a here-document is more than one line")
	}
	parsed, err := parser.Parse(strings.NewReader(line))
	if err != nil {
		return "", errors.New(strings.TrimPrefix(err.Error(), "dockerfile parse error on line 1: "))
	}
	if len(parsed.AST.Children) != 1 {
		return "", errors.New("one instruction is wanted")
	}
	node := parsed.AST.Children[0]
	name := strings.ToLower(node.Value)
	if _, known := command.Commands[name]; !known {
		return "", fmt.Errorf("there is no instruction %s", strings.ToUpper(node.Value))
	}
	words := slices.Concat([]string{name}, flags(node.Flags), args(name, node))
	return strings.Join(words, "\x00"), nil
}

// flags are an instruction's, sorted, and so are the fields of each.
func flags(of []string) []string {
	var sorted []string
	for _, flag := range of {
		key, value, _ := strings.Cut(flag, "=")
		fields := strings.Split(value, ",")
		if key == "--mount" {
			for i, f := range fields {
				fields[i] = mountField(f)
			}
		}
		slices.Sort(fields)
		sorted = append(sorted, key+"="+strings.Join(fields, ","))
	}
	slices.Sort(sorted)
	return sorted
}

// mountField is a field of a mount under the one of its names that counts here.
func mountField(field string) string {
	key, value, valued := strings.Cut(field, "=")
	switch key = strings.ToLower(key); key {
	case "src":
		key = "source"
	case "dst", "destination":
		key = "target"
	case "ro":
		key = "readonly"
	}
	if !valued && (key == "readonly" || key == "required") {
		value = "true"
	}
	return key + "=" + value
}

// args are an instruction's arguments. The form counts where it decides what
// runs: a list in brackets is not a text for the shell.
func args(name string, node *parser.Node) []string {
	var words []string
	for n := node.Next; n != nil; n = n.Next {
		words = append(words, n.Value)
	}
	json := node.Attributes["json"]
	switch name {
	case command.Run, command.Cmd, command.Entrypoint, command.Healthcheck, command.Shell:
		if json {
			return append(words, "as a list")
		}
		for i, w := range words {
			words[i] = shell(w)
		}
	case command.Env, command.Label, command.Arg:
		for i, w := range words {
			words[i] = unquoted(w)
		}
		if name != command.Arg {
			// ENV NAME value is the old way to write ENV NAME=value: the third
			// of each three is what stood between.
			for i := 2; i < len(words); i += 3 {
				words[i] = ""
			}
		}
	case command.From:
		for i, w := range words {
			if strings.EqualFold(w, "as") {
				words[i] = "as"
			}
		}
	case command.Copy, command.Add:
		for i, w := range words {
			if words[i] = strings.TrimPrefix(w, "./"); words[i] == "" {
				words[i] = "."
			}
		}
	}
	return words
}

// brokenList reports whether a command's canonical text stands in brackets that
// BuildKit takes for no list, such as one with single quotes. Of RUN it does not
// say so, since [ is a command there.
func brokenList(text string) bool {
	words := strings.Split(text, "\x00")
	switch words[0] {
	case command.Cmd, command.Entrypoint, command.Healthcheck, command.Shell:
		last := words[len(words)-1]
		return strings.HasPrefix(last, "[") && last != "as a list"
	}
	return false
}

// unquoted takes quotes off that hold nothing a shell would take apart.
func unquoted(word string) string {
	key, value, isPair := strings.Cut(word, "=")
	if !isPair {
		value = key
	}
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] &&
		!strings.ContainsAny(value[1:n-1], "\"'\\$") {
		value = value[1 : n-1]
	}
	if !isPair {
		return value
	}
	return key + "=" + value
}

// shell is a command line as a shell reads it; what no shell can read stays as
// it is, but for its spaces.
func shell(text string) string {
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return strings.Join(strings.Fields(text), " ")
	}
	var b strings.Builder
	if err := syntax.NewPrinter(syntax.Minify(true)).Print(&b, file); err != nil {
		return strings.Join(strings.Fields(text), " ")
	}
	return strings.TrimSpace(b.String())
}
