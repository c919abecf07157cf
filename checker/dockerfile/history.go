package dockerfile

import (
	"regexp"
	"strings"
)

// HistoryLines returns, for the entries of the final image's history as its
// created_by says them, oldest first, the line of the instruction that each
// comes from, counted from 1; 0 for those of the base image.
//
// BuildKit writes one entry for each instruction but FROM, in their order, so
// the end of the history is the file's: two lines of the same text are told
// apart.
func (f *File) HistoryLines(entries []string) []int {
	lines := make([]int, len(entries))
	own := f.final().instructions
	for i, k := len(entries)-1, len(own)-1; i >= 0 && k >= 0; i-- {
		if keyword(entries[i]) == own[k].Name {
			lines[i] = own[k].Line
			k--
		}
	}
	return lines
}

// LineOfHistory returns the line of the instruction of the final image that one
// history entry comes from, by its text alone, or 0 where none is like it. The
// last of several equal ones is named; [File.HistoryLines] tells them apart.
func (f *File) LineOfHistory(createdBy string) int {
	name, got := keyword(createdBy), historyLetters(createdBy)
	line, best := 0, 0
	for _, in := range f.final().instructions {
		if in.Name != name {
			continue
		}
		for _, want := range in.historyTexts() {
			if n := alike(got, historyLetters(want)); n > 0 && n >= best {
				line, best = in.Line, n
			}
		}
	}
	return line
}

// keyword is the instruction that an entry comes from. An entry of the classic
// builder says for a RUN what its shell got.
func keyword(createdBy string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(createdBy), " ")
	if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "|") {
		return "RUN"
	}
	return strings.ToUpper(word)
}

// historyTexts are the ways in which history may say an instruction.
func (in *Instruction) historyTexts() []string {
	args := strings.Join(in.Args, " ")
	texts := []string{in.Name + " " + args, in.Name + " " + in.vars.expandText(in.escape, args)}
	if in.Name == "RUN" && len(in.heredoc) > 0 {
		texts = append(texts, "RUN "+in.script())
	}
	return texts
}

// aroundRun is what history puts before the command of a RUN: the number of
// build arguments with their values, and the shell.
var aroundRun = regexp.MustCompile(`^RUN (\|\d+ (\S+=\S* )*)?(/\S+ (-\S+ )+)?`)

// historyFlags are flags that one release writes into history and another not.
var historyFlags = regexp.MustCompile(`^((?:COPY|ADD) )(--\S+ )+`)

// historyLetters is what is compared of an entry: neither white space nor the
// signs that quote and list words.
func historyLetters(text string) string {
	text = strings.TrimSuffix(strings.TrimSpace(text), "# buildkit")
	text = aroundRun.ReplaceAllString(text, "RUN ")
	text = historyFlags.ReplaceAllString(text, "$1")
	_, rest, _ := strings.Cut(text, " ")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\"'\\[],", r) {
			return -1
		}
		return r
	}, rest)
}

// enoughLetters is how many letters two texts that are not equal must have in
// common from their beginning to be taken for one instruction.
const enoughLetters = 8

// alike is 0 for texts that are not the same instruction's.
func alike(got, want string) int {
	n := 0
	for n < len(got) && n < len(want) && got[n] == want[n] {
		n++
	}
	switch {
	case got == want:
		return exactPoints
	case n < enoughLetters:
		return 0
	}
	return min(n, placePoints)
}
