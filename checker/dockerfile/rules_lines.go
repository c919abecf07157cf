package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// lineRules are about how an instruction is read: where it ends, and by whom.
func lineRules() []Rule {
	return []Rule{
		{
			ID: "swallowed-instruction", Severity: Mistake, check: swallowedInstruction,
			Why: "A line that ends in the sign of continuation goes on in the next one, so this is no instruction: its words belong to the one above. " +
				"Take the sign away, and a && in front of it.",
		},
		{
			ID: "comment-behind", Severity: Mistake, check: commentBehind,
			Why: "Dockerfiles know comments on lines of their own only; behind an instruction, # and what follows are words of it. Put the comment above.",
		},
		{
			ID: "command-not-run", Severity: Mistake, check: commandNotRun,
			Why: "A shell reads RUN and what starts the container, and nothing else, so the value is these very characters. " +
				"Compute it in the RUN that needs it, or give it to the build: ARG VERSION, and docker build --build-arg VERSION=….",
		},
	}
}

// swallowedInstruction finds lines that look like an instruction and continue
// another one.
func swallowedInstruction(r *review) {
	for _, in := range r.every() {
		if line, above, name := r.swallowed(in); line > 0 {
			r.say(line, fmt.Sprintf("this %s belongs to the %s of line %d: line %d ends in %c", name, in.Name, in.Line, above, r.escape))
		}
	}
}

// mostLooks bounds how many lines of one instruction are looked at closely: each
// costs a reading of all that is above it.
const mostLooks = 50

// swallowed is the first line within an instruction that was meant as another one,
// with the line above that it continues and the other's name; 0 without.
func (f *File) swallowed(in *Instruction) (line, above int, name string) {
	if in.Name == "ONBUILD" || in.Name == "MAINTAINER" {
		return 0, 0, "" // the first names an instruction itself, the other holds free text
	}
	soFar, looked := "", 0
	for i, text := range f.linesOf(in) {
		trimmed := strings.TrimSpace(text)
		if i > 0 && (trimmed == "" || trimmed[0] == '#') {
			continue
		}
		if len(soFar) > maxScript || looked > mostLooks {
			return 0, 0, ""
		}
		if name, rest, _ := strings.Cut(trimmed, " "); i > 0 && readsAs(name, f.withoutSign(rest)) {
			if in.endsBefore(soFar, name, text != trimmed) {
				return in.Line + i, above, name
			}
			looked++
		}
		soFar += f.withoutSign(trimmed) + " "
		above = in.Line + i
	}
	return 0, 0, ""
}

// linesOf are the lines of an instruction as the file has them, without those of
// its heredocs.
func (f *File) linesOf(in *Instruction) []string {
	end := in.EndLine
	for _, h := range in.heredoc {
		end -= strings.Count(h.Content, "\n") + 1
	}
	lines := slices.Clone(f.lines[in.Line-1 : max(in.Line, end)])
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r")
	}
	return lines
}

// withoutSign is a line without the sign of continuation at its end.
func (f *File) withoutSign(line string) string {
	return strings.TrimSpace(strings.TrimSuffix(line, string(f.escape)))
}

// Words as instructions take them.
var (
	imageWords = regexp.MustCompile(`^(--platform=\S+ +)?[\w./:@${}-]+( +AS +\S+)?$`)
	userWord   = regexp.MustCompile(`^[\w.:${}-]+$`)
	portWords  = regexp.MustCompile(`^([0-9$][\w${}/-]*\s*)+$`)
	envWords   = regexp.MustCompile(`^[A-Za-z_]\w*[= ]`)
	argWords   = regexp.MustCompile(`^[A-Za-z_]\w*(=\S*|="[^"]*")?$`)
	labelWords = regexp.MustCompile(`^[\w."-]+=`)
	stopWord   = regexp.MustCompile(`^(SIG[A-Z0-9+]+|[0-9]+)$`)
)

// readsAs tells a line that begins with an instruction's name, in capitals, and
// goes on like one.
func readsAs(name, rest string) bool {
	rest = strings.TrimSpace(rest)
	switch name {
	case "FROM":
		return imageWords.MatchString(rest)
	case "COPY", "ADD":
		words := slices.DeleteFunc(strings.Fields(rest), func(w string) bool { return strings.HasPrefix(w, "--") })
		return len(words) > 1
	case "RUN", "CMD", "ENTRYPOINT":
		return rest != "" && rest[0] != '='
	case "WORKDIR":
		return len(strings.Fields(rest)) == 1
	case "USER":
		return userWord.MatchString(rest)
	case "EXPOSE":
		return portWords.MatchString(rest)
	case "ENV":
		return envWords.MatchString(rest)
	case "ARG":
		return argWords.MatchString(rest)
	case "LABEL":
		return labelWords.MatchString(rest)
	case "VOLUME":
		return strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "[")
	case "SHELL":
		return strings.HasPrefix(rest, "[")
	case "STOPSIGNAL":
		return stopWord.MatchString(rest)
	case "HEALTHCHECK":
		return rest == "NONE" || strings.HasPrefix(rest, "CMD ") || strings.HasPrefix(rest, "--")
	}
	return false
}

// endsBefore tells whether an instruction is whole with the text up to one of its
// lines, which may be set in, so that this line is too much in it. In quotes or in
// a text for echo, the name of an instruction is a word like others.
func (in *Instruction) endsBefore(soFar, name string, setIn bool) bool {
	_, text, _ := strings.Cut(soFar, " ")
	if in.Name == "HEALTHCHECK" {
		_, test, ok := strings.Cut(" "+text, " CMD ")
		if !ok && name == "CMD" {
			return false
		}
		text = test
	}
	text = strings.TrimSpace(text)
	before := strings.TrimRight(text, "&|; ")
	file, err := parseShell(before)
	if err != nil {
		return false
	}
	switch in.Name {
	case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK":
		if before != text || before == "" {
			return true // it stands where a command belongs
		}
		calls := in.callsIn(file)
		if len(calls) > 0 {
			if program := path.Base(calls[len(calls)-1][0]); program == "echo" || program == "printf" {
				return false
			}
		}
	}
	return !setIn
}

// commentSign is a # that begins a comment, as a reader takes it.
var commentSign = regexp.MustCompile(`\s(#[#\s]*)\w`)

func commentBehind(r *review) {
	for _, in := range r.every("COPY", "ADD", "EXPOSE", "WORKDIR", "USER", "VOLUME", "STOPSIGNAL", "ARG", "ENV", "LABEL") {
		at := commentSign.FindStringSubmatchIndex(in.Text)
		if at == nil {
			continue
		}
		before, sign := in.Text[:at[2]], in.Text[at[2]:at[3]]
		if strings.Count(before, `"`)%2 != 0 || strings.Count(before, "'")%2 != 0 {
			continue
		}
		least := 1
		switch in.Name {
		case "COPY", "ADD":
			least = 2
		case "ENV", "LABEL":
			// With =, it is no Dockerfile. Without, the value may have a # of its own.
			if !in.withoutEqualSign() || sign == strings.TrimSpace(sign) {
				continue
			}
			least = 2
		}
		words := slices.DeleteFunc(strings.Fields(before)[1:], func(w string) bool { return strings.HasPrefix(w, "--") })
		if comment := in.Text[at[2]:]; len(words) >= least && !r.has(firstWord(comment)) {
			r.say(in.Line, fmt.Sprintf("%s takes %q for words of its own", in.Name, comment))
		}
	}
}

var (
	// substitution is a command that a shell would put its output in the place of.
	substitution = regexp.MustCompile(`(?:^|[^\\])(\$\([^)]*\))`)
	// onlySubstitution is one that is all of a value, also in backquotes. Text with one
	// in its midst may be an example, or a rule of a proxy.
	onlySubstitution = regexp.MustCompile("[ =]\"?(\\$\\([^)]*\\)|`[^`]+`)(?:[\" ]|$)")
	// literal is a text in single quotes, which is meant as it stands.
	literal = regexp.MustCompile(`'[^']*'`)
	// orchestrated is a variable that Kubernetes replaces.
	orchestrated = regexp.MustCompile(`^\$\([A-Z0-9_]+\)$`)
	// prompted sets what a shell evaluates each time that it asks.
	prompted = regexp.MustCompile(`\b(PS[0-9]|PROMPT_COMMAND)[= ]`)
)

func commandNotRun(r *review) {
	for i := range r.Args {
		r.lookForCommand(&r.Args[i])
	}
	for _, in := range r.every("ENV", "ARG", "LABEL", "WORKDIR", "USER") {
		r.lookForCommand(in)
	}
}

func (r *review) lookForCommand(in *Instruction) {
	text := literal.ReplaceAllString(in.Text, "")
	found := onlySubstitution.FindAllStringSubmatch(text, -1)
	if in.Name != "LABEL" {
		found = append(found, substitution.FindAllStringSubmatch(text, -1)...)
	}
	for _, m := range found {
		command := m[1]
		if strings.HasPrefix(command, string(in.escape)) || orchestrated.MatchString(command) || prompted.MatchString(in.Text) {
			continue
		}
		r.say(in.Line, command+" in "+in.Name+" is no command that anybody runs")
		return
	}
}
