package compose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// inspection collects what is wrong with a part of the project, and what is not
// known of it. Of each, the first is kept. A fault outweighs what is not known:
// it stays a fault, whatever else is there.
type inspection struct {
	lines   lines
	fault   *Fault
	unknown *Unknown
}

// refuse notes a fault at a path.
func (in *inspection) refuse(path []string, format string, args ...any) {
	if in.fault == nil {
		in.fault = &Fault{in.lines.at(path...), fmt.Sprintf(format, args...)}
	}
}

// pass notes something that is not known; why may be empty.
func (in *inspection) pass(path []string, why string) {
	if in.unknown == nil {
		in.unknown = &Unknown{Place: in.lines.at(path...), Key: strings.Join(path, "."), Why: why}
	}
}

// add takes over what another inspection found.
func (in *inspection) add(other *inspection) {
	if in.fault == nil {
		in.fault = other.fault
	}
	if in.unknown == nil {
		in.unknown = other.unknown
	}
}

// err is what was found, as an error.
func (in *inspection) err() error {
	switch {
	case in.fault != nil:
		return in.fault
	case in.unknown != nil:
		return in.unknown
	}
	return nil
}

// keys looks at every key of a mapping at a path. What treat knows it by are the
// path's own steps after the first few, in prefix.
func (in *inspection) keys(path []string, prefix string, value any, treat func(string) treatment) {
	mapping, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(mapping)) {
		if strings.HasPrefix(key, "x-") || strings.HasPrefix(key, "#") {
			continue
		}
		pattern := strings.TrimPrefix(prefix+"."+key, ".")
		if treat(prefix+".*") != unknown {
			pattern = prefix + ".*"
		}
		in.key(under(path, key), pattern, mapping[key], treat)
	}
}

func (in *inspection) key(path []string, pattern string, value any, treat func(string) treatment) {
	how := treat(pattern)
	if how == within {
		in.keys(path, pattern, value, treat)
		list, _ := value.([]any)
		for i, item := range list {
			in.keys(under(path, strconv.Itoa(i)), pattern, item, treat)
		}
		return
	}
	if empty(value) {
		return
	}
	switch how {
	case dangerous:
		in.refuse(path, "%s is refused: %s", strings.Join(path, "."), danger(pattern))
	case unknown:
		in.pass(path, "")
	}
}

// under is the path of something below another.
func under(path []string, steps ...string) []string { return slices.Concat(path, steps) }

// empty reports whether a value is as good as none.
func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == "" || value == "false"
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return false
}
