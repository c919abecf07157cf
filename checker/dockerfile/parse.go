package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"mvdan.cc/sh/v3/syntax"
)

// File is a parsed Dockerfile. It is not changed after Parse, and safe for use
// by several goroutines.
type File struct {
	// Args are the ARG instructions above the first FROM.
	Args []Instruction
	// Stages stand in the order of the file; there is at least one.
	Stages []Stage

	escape rune
	// lines are the file's, as written.
	lines []string
	lint  []lintWarning
	skip  skips
	// syntax is the frontend that a "# syntax=" line names; empty without.
	syntax string
}

// Stage is a FROM with the instructions below it.
type Stage struct {
	// Index counts the stages from 0.
	Index int
	// Name is what stands after AS, in lower case; empty without.
	Name string
	// Base is the image or earlier stage that it begins from, build
	// arguments replaced by their defaults.
	Base string
	// Parent is the index of the earlier stage that Base names; -1 when Base
	// is an image, or "scratch".
	Parent int
	// From is the FROM itself; Instructions are those below it.
	From         Instruction
	Instructions []Instruction

	// vars are those set at its end; user and workdir are in force there, the
	// user empty for the base image's own.
	vars          *scope
	user, workdir string
	// steps are those instructions that BuildKit counts.
	steps []step
}

// Instruction is one instruction of a Dockerfile.
type Instruction struct {
	// Name is in upper case: "RUN".
	Name string
	// Line and EndLine are its first and last line, counted from 1; its
	// heredocs belong to it.
	Line, EndLine int
	// Flags are those of the instruction as written: "--from=build".
	Flags []string
	// Args are the words, or for the shell form of RUN, CMD, ENTRYPOINT the
	// one text; for ENV, LABEL and ARG NAME=value. Variables stand as written.
	Args []string
	// Exec is true for the JSON form.
	Exec bool
	// Text is the whole instruction on one line, without heredoc bodies.
	Text string

	// called are the calls of a RUN, and tree what its shell gets, as far as
	// that can be parsed.
	called [][]string
	tree   *syntax.File
	skip   skips
	// written is the instruction's name as the file spells it.
	written string
	// expanded are those of its words that variables change, and takes what it
	// takes from the context: rules ask for both again and again.
	expanded map[string]string
	takes    []string
	// user and workdir are in force when it runs, as in Stage.
	user, workdir string
	command       instructions.Command
	heredoc       []parser.Heredoc
	vars          *scope
	escape        rune
}

// ParseError says why a text is no Dockerfile.
type ParseError struct {
	// Line is counted from 1.
	Line int
	// Message says what is wrong, as half a sentence.
	Message string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("Dockerfile:%d: %s", e.Line, e.Message)
}

// maxInstructions bounds the work that a file can make: some rules look at each
// pair of instructions. It is some forty times what people write.
const maxInstructions = 2000

// Parse reads a Dockerfile. What BuildKit would refuse as a syntax error is
// refused with a [*ParseError]; what it would only find during the build, such
// as a COPY --from of a stage that isn't there, is not.
func Parse(src []byte) (*File, error) {
	tree, err := parser.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, parseError(err)
	}
	f := &File{escape: tree.EscapeToken, lines: strings.Split(string(src), "\n")}
	if value, _, _, ok := parser.ParseDirective("check", src); ok {
		f.skip.skipping("check=" + value)
	}
	f.syntax, _, _, _ = parser.ParseDirective("syntax", src)
	lint := linter.New(&linter.Config{Warn: f.warn})
	stages, args, err := instructions.Parse(tree.AST, lint)
	if err != nil {
		return nil, parseError(err)
	}
	if n := len(tree.AST.Children); n > maxInstructions {
		return nil, &ParseError{
			Line:    tree.AST.Children[maxInstructions].StartLine,
			Message: fmt.Sprintf("the file has %d instructions; shipshape reads %d at most", n, maxInstructions),
		}
	}
	if len(stages) == 0 {
		return nil, &ParseError{Line: 1, Message: "there is no FROM; a Dockerfile begins with the image that it builds on"}
	}
	for _, w := range tree.Warnings {
		f.warn("NoEmptyContinuation", "", "", "", []parser.Range{*w.Location})
	}
	f.build(tree.AST.Children, stages, args)
	return f, nil
}

// build lays the parser's nodes, which know flags and line ranges, beside the
// typed instructions, which know everything else.
func (f *File) build(nodes []*parser.Node, stages []instructions.Stage, args []instructions.ArgCommand) {
	global := platformScope()
	at := 0
	next := func(cmd instructions.Command) Instruction {
		in := newInstruction(nodes[at], cmd)
		in.escape = f.escape
		at++
		return in
	}
	for i := range args {
		in := next(&args[i])
		in.vars = global
		global = global.withArg(f.escape, &args[i], nil)
		f.Args = append(f.Args, in)
	}
	for i := range stages {
		from := next(nil)
		from.vars = global
		s := Stage{
			Index:  i,
			Name:   stages[i].Name,
			From:   from,
			Base:   global.expandWord(f.escape, stages[i].BaseName),
			Parent: -1,
		}
		s.Parent = f.stageNamed(s.Base)
		vars, user, workdir := platformScope(), "", "/"
		if s.Parent >= 0 {
			parent := &f.Stages[s.Parent]
			vars, user, workdir = parent.vars, parent.user, parent.workdir
		} else if img, ok := describe(s.Base); ok {
			workdir = img.workdir()
		}
		for _, cmd := range stages[i].Commands {
			in := next(cmd)
			in.vars, in.user, in.workdir = vars, user, workdir
			in.expandAll()
			user, workdir = in.userBelow(), in.workdirBelow()
			in.takes = in.contextSources()
			if in.Name == "RUN" {
				in.tree = in.shellTree()
				in.called = in.calls()
			}
			vars = vars.after(f.escape, cmd, global)
			s.Instructions = append(s.Instructions, in)
		}
		s.vars, s.user, s.workdir = vars, user, workdir
		s.steps = f.stepsOf(&s)
		f.Stages = append(f.Stages, s)
	}
}

// stageNamed returns the index of the last stage so far of that name, or -1.
func (f *File) stageNamed(name string) int {
	for i := len(f.Stages) - 1; i >= 0; i-- {
		if n := f.Stages[i].Name; n != "" && strings.EqualFold(n, name) {
			return i
		}
	}
	return -1
}

func newInstruction(n *parser.Node, cmd instructions.Command) Instruction {
	in := Instruction{
		Name:    strings.ToUpper(n.Value),
		written: n.Value,
		Line:    n.StartLine,
		EndLine: n.EndLine,
		Flags:   n.Flags,
		Exec:    n.Attributes["json"],
		Text:    strings.TrimSpace(n.Original),
		command: cmd,
		heredoc: n.Heredocs,
	}
	for _, comment := range n.PrevComment {
		in.skip.skipping(comment)
	}
	switch c := cmd.(type) {
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			in.Args = append(in.Args, kv.Key+"="+kv.Value)
		}
	case *instructions.LabelCommand:
		for _, kv := range c.Labels {
			in.Args = append(in.Args, kv.Key+"="+kv.Value)
		}
	default:
		for a := n.Next; a != nil; a = a.Next {
			in.Args = append(in.Args, a.Value)
		}
	}
	return in
}

// userBelow is the user in force below an instruction.
func (in *Instruction) userBelow() string {
	if in.Name != "USER" || len(in.Args) == 0 {
		return in.user
	}
	return in.expand(in.Args[0])
}

// workdirBelow is the working directory below an instruction.
func (in *Instruction) workdirBelow() string {
	if in.Name != "WORKDIR" || len(in.Args) == 0 {
		return in.workdir
	}
	return absolute(in.expand(in.Args[0]), in.workdir)
}

// absolute is a path seen from a folder.
func absolute(name, folder string) string {
	if !path.IsAbs(name) {
		name = path.Join(folder, name)
	}
	return path.Clean(name)
}

// flag returns the value of --name=value.
func (in *Instruction) flag(name string) (string, bool) {
	for _, f := range in.Flags {
		if v, ok := strings.CutPrefix(f, "--"+name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// parseError turns BuildKit's error into one for the learner.
func parseError(err error) *ParseError {
	out := &ParseError{Line: 1, Message: err.Error()}
	var at *parser.LocationError
	if errors.As(err, &at) {
		// The first location is the innermost: later ones were added by
		// callers.
		for _, ranges := range at.Locations {
			if len(ranges) > 0 && ranges[0].Start.Line > 0 {
				out.Line = ranges[0].Start.Line
				break
			}
		}
		out.Message = at.Unwrap().Error()
	}
	switch {
	case out.Message == "file with no instructions":
		out.Message = "the file has no instructions; a Dockerfile begins with FROM and the image that it builds on"
	case out.Message == "no build stage in current context":
		out.Message = "an instruction stands above the first FROM; only ARG may stand there"
	case strings.Contains(out.Message, "can't find = in"):
		out.Message += "; a value with spaces stands in quotes, and no shell runs a command in it"
	}
	return out
}
