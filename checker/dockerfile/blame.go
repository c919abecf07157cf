package dockerfile

import (
	"path"
	"slices"
	"strings"
)

// Blame says which decision of a Dockerfile to find the line of.
type Blame int

// What can be blamed. BlameCmd is the ENTRYPOINT or CMD that says what runs;
// BlameFrom is the FROM of the image at the bottom, and BlameStage that of the
// last stage, where an instruction that is missing belongs. The others are the
// last instruction of the name.
const (
	BlameUser Blame = iota
	BlameCmd
	BlameHealthcheck
	BlameFrom
	BlameExpose
	BlameWorkdir
	BlameStopSignal
	BlameEntrypoint
	BlameStage
)

// Blame returns the line of the instruction that decides something for the
// image of the last stage, or 0 where none does. What the last stage inherits
// from earlier stages by FROM counts.
func (f *File) Blame(what Blame) int {
	final := f.final()
	switch what {
	case BlameUser:
		return lineOf(final.last("USER"))
	case BlameHealthcheck:
		return lineOf(final.last("HEALTHCHECK"))
	case BlameFrom:
		return final.base().From.Line
	case BlameStage:
		return f.Stages[len(f.Stages)-1].From.Line
	case BlameCmd:
		return lineOf(final.starts())
	case BlameExpose:
		return lineOf(final.last("EXPOSE"))
	case BlameWorkdir:
		return lineOf(final.last("WORKDIR"))
	case BlameStopSignal:
		return lineOf(final.last("STOPSIGNAL"))
	case BlameEntrypoint:
		return lineOf(final.last("ENTRYPOINT"))
	}
	return 0
}

// SourceAbove returns the line of the first instruction that brings the whole
// context into the stage of a RUN, above it or as a bind mount of its own, so
// that any edit of the source runs it again; 0 when there is none.
func (f *File) SourceAbove(line int) int {
	for i := range f.Stages {
		for _, in := range f.Stages[i].Instructions {
			if in.Line > line || line > in.EndLine {
				continue
			}
			for _, above := range f.chain(i).instructions {
				if above.Line <= in.Line && above.wholeContext() {
					return above.Line
				}
			}
		}
	}
	return 0
}

// FileAbove returns the line of the first instruction at a RUN or above it, in any
// stage, that takes a file out of the context; 0 when the text shows none. The
// name is the file's path in the context.
func (f *File) FileAbove(line int, name string) int {
	for i := range f.Stages {
		for _, in := range f.Stages[i].Instructions {
			if in.Line <= line && slices.ContainsFunc(in.takes, func(src string) bool { return covers(src, name) }) {
				return in.Line
			}
		}
	}
	return 0
}

// chain is a stage with everything that it inherits by FROM, oldest first.
type chain struct {
	stages       []*Stage
	instructions []*Instruction
}

func (f *File) chain(stage int) chain {
	var c chain
	for i := stage; i >= 0; i = f.Stages[i].Parent {
		c.stages = append(c.stages, &f.Stages[i])
	}
	slices.Reverse(c.stages)
	for _, s := range c.stages {
		for i := range s.Instructions {
			c.instructions = append(c.instructions, &s.Instructions[i])
		}
	}
	return c
}

// final is the chain of the last stage: what the image is made of.
func (f *File) final() chain { return f.chain(len(f.Stages) - 1) }

// base is the stage whose FROM names an image.
func (c chain) base() *Stage { return c.stages[0] }

// vars are the variables at the chain's end.
func (c chain) vars() *scope { return c.stages[len(c.stages)-1].vars }

// last returns the last instruction of a name, or nil.
func (c chain) last(name string) *Instruction {
	for i := len(c.instructions) - 1; i >= 0; i-- {
		if c.instructions[i].Name == name {
			return c.instructions[i]
		}
	}
	return nil
}

// runs returns the RUN instructions.
func (c chain) runs() []*Instruction {
	var out []*Instruction
	for _, in := range c.instructions {
		if in.Name == "RUN" {
			out = append(out, in)
		}
	}
	return out
}

// starts is the instruction that says most about what PID 1 is. It is the CMD,
// except where the ENTRYPOINT hides it (the shell form) or where it only adds
// options to the ENTRYPOINT's program.
func (c chain) starts() *Instruction {
	entry, cmd := c.last("ENTRYPOINT"), c.last("CMD")
	switch {
	case entry == nil:
		return cmd
	case cmd == nil, !entry.Exec:
		return entry
	case len(cmd.Args) > 0 && strings.HasPrefix(cmd.Args[0], "-"):
		return entry
	}
	return cmd
}

func lineOf(in *Instruction) int {
	if in == nil {
		return 0
	}
	return in.Line
}

// copiesContext tells that a COPY or ADD takes the whole context.
func (in *Instruction) copiesContext() bool {
	if in.Name != "COPY" && in.Name != "ADD" || len(in.Args) < 2 {
		return false
	}
	if from, ok := in.flag("from"); ok && !strings.EqualFold(from, "context") {
		return false
	}
	return slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
		return isContextRoot(in.expand(src))
	})
}

// wholeContext tells that an instruction's input is the whole context: by
// copying it, or by a bind mount.
func (in *Instruction) wholeContext() bool {
	if in.Name != "RUN" {
		return in.copiesContext()
	}
	for _, m := range mounts(in) {
		if m["type"] == "bind" && m["from"] == "" && isContextRoot(m["source"]) {
			return true
		}
	}
	return false
}

func isContextRoot(src string) bool {
	src = path.Join("/", src)
	return src == "/" || src == "/*"
}

// expand replaces the variables of one of the instruction's words, and removes
// quotes.
func (in *Instruction) expand(word string) string {
	if !strings.ContainsAny(word, "$\"'`\\") {
		return word
	}
	if v, ok := in.expanded[word]; ok {
		return v
	}
	return in.vars.expandWord(in.escape, word)
}

// expandAll keeps the words that variables change, and the names in front of an
// equals sign.
func (in *Instruction) expandAll() {
	in.expanded = map[string]string{}
	for _, word := range in.expandable() {
		key, _, _ := strings.Cut(word, "=")
		for _, w := range []string{word, key} {
			v := in.vars.expandWord(in.escape, w)
			if v != w {
				in.expanded[w] = v[:min(len(v), maxValue)]
			}
		}
	}
}
