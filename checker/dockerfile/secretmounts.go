package dockerfile

import (
	"bytes"
	"regexp"
	"strings"
)

// runWord is the beginning of a RUN, up to its flags.
var runWord = regexp.MustCompile(`(?i)^\s*RUN\b`)

// FlagSecretMounts writes a flag into every RUN that mounts a build secret, and
// returns the text and whether there is such a RUN. Src is the text that the
// file was parsed from; all instructions keep their lines.
//
// BuildKit does not count a secret's value to what a step depends on, and gives
// the result of an earlier build, with an earlier value, from its cache. A flag
// that is new makes the step run.
func (f *File) FlagSecretMounts(src []byte, flag string) ([]byte, bool) {
	lines := bytes.SplitAfter(src, []byte("\n"))
	changed := false
	for _, s := range f.Stages {
		for _, in := range s.Instructions {
			if in.Name != "RUN" || !in.mountsSecret() || in.Line > len(lines) {
				continue
			}
			line := lines[in.Line-1]
			if at := runWord.FindIndex(line); at != nil {
				lines[in.Line-1] = []byte(string(line[:at[1]]) + " " + flag + string(line[at[1]:]))
				changed = true
			}
		}
	}
	return bytes.Join(lines, nil), changed
}

// mountsSecret tells whether a RUN may read a build secret.
func (in *Instruction) mountsSecret() bool {
	for _, m := range mounts(in) {
		if strings.EqualFold(m["type"], "secret") {
			return true
		}
	}
	return false
}
