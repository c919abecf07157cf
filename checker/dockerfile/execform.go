package dockerfile

import (
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// execWords are the words of an exec form: of RUN, CMD and ENTRYPOINT, and of a
// HEALTHCHECK. There are none for the shell form.
func (in *Instruction) execWords() []string {
	switch c := in.command.(type) {
	case *instructions.HealthCheckCommand:
		if c.Health != nil && len(c.Health.Test) > 1 && c.Health.Test[0] == "CMD" {
			return c.Health.Test[1:]
		}
	case *instructions.RunCommand, *instructions.CmdCommand, *instructions.EntrypointCommand:
		if in.Exec {
			return in.Args
		}
	}
	return nil
}

// shellText is the text of a shell form, of the same instructions; empty for the
// exec form.
func (in *Instruction) shellText() string {
	switch c := in.command.(type) {
	case *instructions.HealthCheckCommand:
		if c.Health != nil && len(c.Health.Test) > 1 && c.Health.Test[0] == "CMD-SHELL" {
			return strings.TrimSpace(c.Health.Test[1])
		}
	case *instructions.RunCommand, *instructions.CmdCommand, *instructions.EntrypointCommand:
		if !in.Exec {
			return strings.TrimSpace(strings.Join(in.Args, " "))
		}
	}
	return ""
}

// Quotes that text editors and web pages put in place of straight ones.
const typographic = "“”„‘’"

var (
	// A bracket that begins a test has a space behind it, so with a quote there
	// it was meant as JSON.
	opensQuoted = regexp.MustCompile(`^\[["'` + typographic + `]`)
	// With the space, it is JSON when the first text ends like an element.
	opensSpaced = regexp.MustCompile(`^\[\s+("(\\.|[^"\\])*"|'[^']*'|[` + typographic + `])\s*[,"'` + typographic + `]`)
	constant    = regexp.MustCompile(`^\[\s+("[^"$` + "`" + `]*"|'[^']*')\s*\]\s*(#.*)?$`)
	opensBare   = regexp.MustCompile(`^\[([^\s\[\]].*\]$|\s*[\w./-]+\s*,)`)
	comparison  = regexp.MustCompile(`\s(=|==|!=|-(eq|ne|lt|le|gt|ge))\s`)
)

// brokenJSON tells a shell form that was meant as JSON. A shell knows the bracket
// too: [ -f x ] is a test.
func brokenJSON(in *Instruction) bool {
	text := in.shellText()
	if !strings.HasPrefix(text, "[") {
		return false
	}
	if opensQuoted.MatchString(text) || opensSpaced.MatchString(text) {
		return strings.Contains(text, ",") || !comparison.MatchString(text)
	}
	return constant.MatchString(text) || opensBare.MatchString(text)
}

var (
	quoted       = regexp.MustCompile(`"(\\.|[^"\\])*"`)
	commaMissing = regexp.MustCompile(`""\s*""`)
	commaIdle    = regexp.MustCompile(`[\[,]\s*,|,\s*\]|,\s*$`)
	bareWord     = regexp.MustCompile(`[\[,"]\s*[^\s\[\],"]`)
)

// jsonFault says what keeps a text that was meant as JSON from being it, and what
// to do; both are empty where that can't be told.
func jsonFault(text string) (fault, remedy string) {
	// What stands in double quotes is right, but for its backslashes.
	skeleton := quoted.ReplaceAllString(text, `""`)
	list, behind, closed := strings.Cut(skeleton, "]")
	if closed {
		list += "]"
	}
	behind = strings.TrimSpace(behind)
	switch {
	case strings.ContainsAny(list, typographic):
		return "its quotes are typographic", "JSON knows the straight double quote only."
	case strings.Contains(list, "'"):
		return "its quotes are single", "JSON knows double quotes only."
	case commaMissing.MatchString(list):
		return "a comma is missing", "Put one between each two words."
	case commaIdle.MatchString(list):
		return "it has a comma too many", "JSON has commas between words only, and none behind the last."
	case bareWord.MatchString(list):
		return "a word stands without quotes", "Put each word in double quotes."
	case strings.HasPrefix(behind, "#"):
		return "a comment stands behind it", "Dockerfiles know comments on lines of their own only; put it above."
	case behind != "":
		return "more follows behind the bracket", "The exec form ends with its bracket and asks no shell. For &&, variables and the like write the shell form."
	case !closed:
		return "its closing bracket is missing", "Close it."
	case strings.Contains(text, `\`):
		return "a backslash stands in it", "In JSON a backslash is written twice."
	}
	return "", ""
}
