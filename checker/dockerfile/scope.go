package dockerfile

import (
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// scope is what variables are set at one place of a Dockerfile. It is a list
// that grows at its head and is never changed, so that each instruction can
// keep its own at the cost of one pointer.
type scope struct {
	outer      *scope
	key, value string
	// env is true when ENV set it: an ARG of that name does not replace it.
	env bool
}

// platformScope holds the variables that BuildKit sets by itself.
func platformScope() *scope {
	platform := "linux/" + runtime.GOARCH
	var s *scope
	for _, side := range []string{"BUILD", "TARGET"} {
		s = s.with(side+"PLATFORM", platform, false)
		s = s.with(side+"OS", "linux", false)
		s = s.with(side+"ARCH", runtime.GOARCH, false)
	}
	return s
}

func (s *scope) with(key, value string, env bool) *scope {
	if len(value) > maxValue {
		// Too long to matter, and a few lines could double it at will.
		value = value[:maxValue]
	}
	return &scope{outer: s, key: key, value: value, env: env}
}

func (s *scope) find(key string) *scope {
	for ; s != nil; s = s.outer {
		if s.key == key {
			return s
		}
	}
	return nil
}

// Get and Keys make a scope a [shell.EnvGetter].
func (s *scope) Get(key string) (string, bool) {
	if at := s.find(key); at != nil {
		return at.value, true
	}
	return "", false
}

func (s *scope) Keys() []string {
	var keys []string
	for at := s; at != nil; at = at.outer {
		keys = append(keys, at.key)
	}
	return keys
}

// after is the scope below an instruction.
func (s *scope) after(escape rune, cmd instructions.Command, global *scope) *scope {
	switch c := cmd.(type) {
	case *instructions.ArgCommand:
		return s.withArg(escape, c, global)
	case *instructions.EnvCommand:
		// All values of one ENV see the scope above it.
		out := s
		for _, kv := range c.Env {
			out = out.with(s.expandWord(escape, kv.Key), s.expandWord(escape, kv.Value), true)
		}
		return out
	}
	return s
}

// withArg adds build arguments with their default values. One without a
// default takes that of the ARG above the first FROM, and is unset without.
func (s *scope) withArg(escape rune, c *instructions.ArgCommand, global *scope) *scope {
	for _, kv := range c.Args {
		if at := s.find(kv.Key); at != nil && at.env {
			continue
		}
		if kv.Value != nil {
			s = s.with(kv.Key, s.expandWord(escape, *kv.Value), false)
		} else if v, ok := global.Get(kv.Key); ok {
			s = s.with(kv.Key, v, false)
		}
	}
	return s
}

// expandWord replaces variables and removes quotes. What can't be expanded
// stands as it was written, unset variables included.
func (s *scope) expandWord(escape rune, word string) string {
	return s.expand(shell.NewLex(escape), word)
}

// expandText replaces variables as BuildKit does in the name of a step: quotes
// stay.
func (s *scope) expandText(escape rune, text string) string {
	lex := shell.NewLex(escape)
	lex.RawQuotes = true
	return s.expand(lex, text)
}

// Bounds on what variables can blow a text up to, in bytes: for one value, and
// for one text.
const (
	maxValue    = 4 << 10
	maxExpanded = 1 << 20
)

// expandable tells text that is not too much for BuildKit's lexer. Signs that no
// Dockerfile should hold make it write to standard error, which is the tutor's
// screen.
func expandable(text string) bool {
	return strings.Count(text, "$") <= maxExpanded/maxValue && utf8.ValidString(text) && !strings.ContainsAny(text, "\x00\ufeff")
}

func (s *scope) expand(lex *shell.Lex, text string) string {
	if !expandable(text) {
		return text
	}
	out, unset, err := lex.ProcessWord(text, s)
	if err == nil && !haveDefaults(text, unset) {
		lex.SkipUnsetEnv = true
		out, _, err = lex.ProcessWord(text, s)
	}
	if err != nil {
		return text
	}
	return out
}

// haveDefaults tells whether a text says by itself what to take for each of some
// unset variables, as in ${NAME:-value}.
func haveDefaults(text string, unset map[string]struct{}) bool {
	for name := range unset {
		_, rest, _ := strings.Cut(text, "${"+name)
		rest = strings.TrimPrefix(rest, ":")
		if !strings.HasPrefix(rest, "-") && !strings.HasPrefix(rest, "+") {
			return false
		}
	}
	return true
}

// unresolved tells that an expanded word still holds a variable.
func unresolved(word string) bool { return strings.Contains(word, "$") }
