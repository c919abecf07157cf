package layers

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Glob matches absolute paths: "*" and "?" within one part of a path, and "**"
// for any number of parts, also none. "/app/**/*.so" matches "/app/a.so" and
// "/app/x/y/a.so".
type Glob struct {
	parts []string
}

// NewGlob reads a pattern, which has to be absolute or begin with "**/".
func NewGlob(pattern string) (Glob, error) {
	if !path.IsAbs(pattern) && !strings.HasPrefix(pattern, "**/") {
		return Glob{}, errors.New(`the pattern has to begin with "/" or "**/"`)
	}
	parts := strings.Split(strings.TrimPrefix(pattern, "/"), "/")
	for _, p := range parts {
		if _, err := path.Match(p, ""); err != nil {
			return Glob{}, fmt.Errorf("%q: %w", p, err)
		}
	}
	return Glob{parts: parts}, nil
}

// Match reports whether a clean absolute path matches.
func (g Glob) Match(name string) bool {
	return matchParts(g.parts, strings.TrimPrefix(name, "/"))
}

func matchParts(pattern []string, rest string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			return matchAnywhere(pattern[1:], rest)
		}
		if rest == "" {
			return false
		}
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		// The pattern was tried when it was read; it can't be malformed.
		if ok, _ := path.Match(pattern[0], part); !ok {
			return false
		}
		pattern = pattern[1:]
	}
	return rest == ""
}

// matchAnywhere matches what stands behind a "**" at any of the parts.
func matchAnywhere(pattern []string, rest string) bool {
	if len(pattern) == 0 {
		return rest != "" // "/app/**" is what is in /app, not /app itself
	}
	for {
		if matchParts(pattern, rest) {
			return true
		}
		var more bool
		if _, rest, more = strings.Cut(rest, "/"); !more {
			return false
		}
	}
}
