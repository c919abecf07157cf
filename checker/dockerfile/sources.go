package dockerfile

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// contextSources are the paths of the context that an instruction names, cleaned
// and relative to it; "." for the whole. What only a build knows, such as an
// address or an unset variable, is left out. Instruction.takes keeps them.
func (in *Instruction) contextSources() []string {
	var out []string
	add := func(src string) {
		if src == "" || unresolved(src) || strings.Contains(src, "://") || strings.HasPrefix(src, "git@") ||
			parser.MustParseHeredoc(src) != nil {
			return
		}
		src = strings.TrimPrefix(path.Clean(src), "/")
		if src == "" {
			src = "."
		}
		out = append(out, src)
	}
	switch in.Name {
	case "COPY", "ADD":
		if from, ok := in.flag("from"); ok && !strings.EqualFold(from, "context") || len(in.Args) < 2 {
			return nil
		}
		for _, src := range in.Args[:len(in.Args)-1] {
			add(in.expand(src))
		}
	case "RUN":
		for _, m := range mounts(in) {
			if m["type"] == "bind" && m["from"] == "" {
				add(in.expand(m["source"]))
			}
		}
	}
	return out
}

// matching are the project's files that a source takes: the file, what is below
// the folder, and for a pattern what fits it and is below that.
func (r *review) matching(src string) []string {
	if out, known := r.taken[src]; known {
		return out
	}
	var out []string
	for _, name := range r.Files {
		if covers(src, name) {
			out = append(out, name)
		}
	}
	r.taken[src] = out
	return out
}

// covers tells whether a source, as contextSources gives it, brings in a file: as
// what it names, or below that.
func covers(src, name string) bool {
	if src == "." || name == src || strings.HasPrefix(name, src+"/") {
		return true
	}
	at, deep := firstParts(name, strings.Count(src, "/"))
	if !isPattern(src) || !deep {
		return false
	}
	ok, err := path.Match(src, at)
	return err == nil && ok
}

// firstParts is a path up to the part of a depth, counted from 0; ok is false for
// one that is not so deep.
func firstParts(name string, depth int) (parts string, ok bool) {
	for i := range len(name) {
		if name[i] == '/' {
			if depth == 0 {
				return name[:i], true
			}
			depth--
		}
	}
	return name, depth == 0
}

func isPattern(src string) bool { return strings.ContainsAny(src, "*?[") }

// always are files that an engine gets even where .dockerignore names them.
func always(src string) bool {
	return path.Base(src) == "Dockerfile" || src == ".dockerignore"
}
