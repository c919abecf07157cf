package dockerfile

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Calls returns every simple command of the RUN that stands at a line, each as
// its words, in the order of the text: those inside "&&", pipes, subshells,
// functions, substitutions, heredocs and `sh -c`, and of an exec form. Variable
// assignments in front of a command are left out, and variables that ENV or ARG
// set are replaced. A command that starts another one, such as env or sudo, is
// there as written, and then what it starts.
//
// It returns nil where no RUN stands. [Matches] compares a call with a command.
func (f *File) Calls(line int) [][]string {
	for i := range f.Stages {
		for j := range f.Stages[i].Instructions {
			in := &f.Stages[i].Instructions[j]
			if in.Name == "RUN" && in.Line <= line && line <= in.EndLine {
				return in.calls()
			}
		}
	}
	return nil
}

// calls are the simple commands of a RUN, CMD or ENTRYPOINT.
func (in *Instruction) calls() [][]string {
	if in.called != nil {
		return in.called
	}
	r := caller{vars: in.vars}
	if in.Exec {
		r.call(in.Args, nil)
		return r.calls
	}
	r.script(in.script())
	return r.calls
}

// shellTree is what the shell of an instruction gets, parsed: of the shell form,
// and of an exec form that names a shell itself. It is nil where no shell is
// asked, or none would take the text.
func (in *Instruction) shellTree() *syntax.File {
	if in.tree != nil {
		return in.tree
	}
	text, ok := in.startScript()
	if !ok || foreign(text) || len(text) > maxScript {
		return nil
	}
	file, err := parseShell(text)
	if err != nil {
		return nil
	}
	return file
}

// maxScript is the longest script, in bytes, that is looked into as a tree: some
// rules look at each part of a script with all that is in it. It is some ten
// times the longest that people write.
const maxScript = 32 << 10

// callsIn are the simple commands in a part of a script.
func (in *Instruction) callsIn(n syntax.Node) [][]string {
	r := caller{vars: in.vars}
	r.walk(n)
	return r.calls
}

// script is the text that the shell of a shell form gets.
func (in *Instruction) script() string {
	text := strings.Join(in.Args, " ")
	if len(in.heredoc) == 0 {
		return text
	}
	// RUN <<EOF alone is a script of its own, as BuildKit treats it.
	if strings.HasPrefix(strings.TrimSpace(text), "<<") && len(strings.Fields(text)) == 1 {
		return in.heredoc[0].Content
	}
	var b strings.Builder
	b.WriteString(text)
	for _, h := range in.heredoc {
		b.WriteString("\n" + h.Content + h.Name)
	}
	return b.String()
}

// caller collects calls.
type caller struct {
	vars  *scope
	calls [][]string
	depth int
	// expanded counts the bytes that variables were replaced by.
	expanded int
}

// maxDepth bounds how deep a shell in a shell is followed.
const maxDepth = 5

func (r *caller) script(text string) {
	if r.depth >= maxDepth {
		return
	}
	r.depth++
	defer func() { r.depth-- }()

	if foreign(text) {
		first, _, _ := strings.Cut(text, "\n")
		r.calls = append(r.calls, strings.Fields(first[2:]))
		return
	}
	file, err := parseShell(text)
	if err != nil {
		r.crude(text)
		return
	}
	r.walk(file)
}

// foreign tells a script whose first line names an interpreter that is no shell.
func foreign(text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	words, ok := strings.CutPrefix(first, "#!")
	fields := strings.Fields(words)
	return ok && len(fields) > 0 && !slices.ContainsFunc(fields, isShell)
}

// walk collects the calls of a part of a script.
func (r *caller) walk(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		s, ok := n.(*syntax.Stmt)
		if !ok {
			return true
		}
		switch c := s.Cmd.(type) {
		case *syntax.CallExpr:
			var words []string
			for _, w := range c.Args {
				words = append(words, r.word(w)...)
			}
			r.call(words, s.Redirs)
		case *syntax.DeclClause:
			// export, local and the like are commands to the reader of
			// Calls, though the parser knows them as a clause.
			words := []string{c.Variant.Value}
			for _, a := range c.Args {
				words = append(words, printed(a))
			}
			r.calls = append(r.calls, words)
		}
		return true
	})
}

func parseShell(text string) (*syntax.File, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err == nil {
		return file, nil
	}
	return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
}

// crude splits a text that no shell would take; it stands in a RUN for another
// interpreter, or the learner's line has a typing mistake.
func (r *caller) crude(text string) {
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune("&|;\n()", c) }) {
		if words := strings.Fields(part); len(words) > 0 {
			r.calls = append(r.calls, words)
		}
	}
}

// call notes a call and follows what it starts.
func (r *caller) call(words []string, redirs []*syntax.Redirect) {
	if len(words) == 0 {
		return
	}
	r.calls = append(r.calls, words)
	if inner := inner(words); len(inner) > 0 && r.depth < maxDepth {
		r.depth++
		r.call(inner, nil)
		r.depth--
	}
	switch {
	case words[0] == "eval":
		r.script(strings.Join(words[1:], " "))
	case isShell(words[0]):
		if text, ok := shellArgument(words); ok {
			r.script(text)
			return
		}
		for _, redir := range redirs {
			if redir.Hdoc != nil {
				r.script(strings.Join(r.word(redir.Hdoc), " "))
			}
		}
	}
}

// word spells a word out. Where it holds nothing but one unquoted variable,
// its value is split as the shell splits it; elsewhere it stays one word. What
// is only known at run time stands as it was written.
func (r *caller) word(w *syntax.Word) []string {
	if len(w.Parts) == 1 {
		if p, ok := w.Parts[0].(*syntax.ParamExp); ok {
			if v, ok := r.param(p); ok {
				return strings.Fields(v)
			}
		}
	}
	var b strings.Builder
	r.parts(&b, w.Parts)
	return []string{b.String()}
}

func (r *caller) parts(b *strings.Builder, parts []syntax.WordPart) {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(p.Value))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			r.parts(b, p.Parts)
		case *syntax.ParamExp:
			if v, ok := r.param(p); ok {
				b.WriteString(v)
			} else {
				b.WriteString(printed(p))
			}
		default:
			b.WriteString(printed(p))
		}
	}
}

// param is the value of a plain $NAME that ENV or ARG set.
func (r *caller) param(p *syntax.ParamExp) (string, bool) {
	if p.Param == nil || p.Length || p.Excl || p.Width || p.Index != nil ||
		p.Slice != nil || p.Repl != nil || p.Exp != nil {
		return "", false
	}
	v, ok := r.vars.Get(p.Param.Value)
	if r.expanded += len(v); r.expanded > maxExpanded {
		return "", false
	}
	return v, ok
}

// unescape removes the backslashes of a literal.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// printed is a node as shell text.
func printed(n syntax.Node) string {
	var b strings.Builder
	if err := syntax.NewPrinter(syntax.SingleLine(true)).Print(&b, n); err != nil {
		return "" // a builder does not fail; a node that can't be printed has no text
	}
	return b.String()
}

func isShell(word string) bool {
	return slices.Contains([]string{"sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"}, path.Base(word))
}

// shellArgument is the script of `sh -ec 'script'`.
func shellArgument(words []string) (string, bool) {
	for i := 1; i < len(words)-1; i++ {
		w := words[i]
		if len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.Contains(w, "c") {
			return words[i+1], true
		}
	}
	return "", false
}

// scriptOf is the script that a call runs, by its name; empty for other calls.
func scriptOf(call []string) string {
	if isShell(call[0]) {
		if _, isText := shellArgument(call); isText {
			return ""
		}
		if at := slices.IndexFunc(call[1:], func(w string) bool { return !strings.HasPrefix(w, "-") }); at >= 0 {
			return call[1+at]
		}
		return ""
	}
	if path.Ext(call[0]) == ".sh" || strings.Contains(call[0], "entrypoint") {
		return call[0]
	}
	return ""
}

// mayDoAnything tells a call of a script, or of a program that is known by its
// path alone: the text does not tell what it does.
func mayDoAnything(call []string) bool {
	switch {
	case scriptOf(call) != "":
		return true
	case call[0] == "." || call[0] == "source":
		return !onlyShellState(call)
	case work(call) || harmless(call):
		return false
	}
	folder := path.Dir(call[0])
	return strings.Contains(call[0], "/") && !slices.Contains([]string{"/bin", "/sbin", "/usr/bin", "/usr/sbin"}, folder)
}
