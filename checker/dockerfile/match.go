package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Matches tells whether a call is the command that is written as words with
// single spaces, such as "npm ci": the program by its name without a folder,
// then the other words in their order, with options anywhere between them.
// `python -m pip` is pip, and pip3.13 is pip.
func Matches(call []string, command string) bool {
	if len(call) == 0 || !mayBe(path.Base(call[0]), command) {
		return false
	}
	want := strings.Fields(command)
	call = plain(call)
	if len(want) == 0 || call[0] != want[0] {
		return false
	}
	want = want[1:]
	for _, w := range call[1:] {
		if len(want) == 0 {
			return true
		}
		switch {
		case w == want[0]:
			want = want[1:]
		case strings.HasPrefix(w, "-"):
		default:
			return false
		}
	}
	return len(want) == 0
}

// mayBe tells at little cost that a program is not what a command begins with;
// most are not.
func mayBe(program, command string) bool {
	return strings.HasPrefix(command, program) || strings.HasPrefix(program, "pip") || strings.HasPrefix(program, "python")
}

// versioned is a program's name with a version behind it.
var versioned = regexp.MustCompile(`^(pip|python)[0-9][0-9.]*$`)

// plain replaces other spellings of a program by its usual name.
func plain(call []string) []string {
	if len(call) == 0 {
		return nil
	}
	name := path.Base(call[0])
	if m := versioned.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	if name == "python" {
		if i := slices.Index(call, "-m"); i > 0 && i+1 < len(call) {
			return plain(call[i+1:])
		}
	}
	return append([]string{name}, call[1:]...)
}

// starters are programs that start the command behind their options, with the
// options that take a word of their own.
func starters(name string) (withWord string, ok bool) {
	switch name {
	case "env":
		return "uCS", true
	case "sudo":
		return "ugphCrtTUD", true
	case "exec", "command", "nohup", "time", "builtin", "setsid", "catchsegv", "tini", "dumb-init":
		return "a", true
	case "nice":
		return "n", true
	case "timeout":
		return "ks", true
	case "xargs":
		return "adEILnPs", true
	case "gosu", "su-exec":
		return "", true
	}
	return "", false
}

// inner is the command that a call starts, if it is of a kind that does.
func inner(call []string) []string {
	name := path.Base(call[0])
	withWord, ok := starters(name)
	if !ok {
		return nil
	}
	rest := call[1:]
	for len(rest) > 0 {
		w := rest[0]
		switch {
		case w == "--":
			return rest[1:]
		case len(w) == 2 && w[0] == '-' && strings.Contains(withWord, w[1:]):
			rest = rest[min(2, len(rest)):]
		case strings.HasPrefix(w, "-"):
			rest = rest[1:]
		case (name == "env" || name == "sudo") && strings.Contains(w, "="):
			rest = rest[1:]
		case name == "timeout" || name == "gosu" || name == "su-exec":
			return rest[1:] // the duration, or the user
		default:
			return rest
		}
	}
	return nil
}
