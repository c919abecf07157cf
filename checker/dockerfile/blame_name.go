package dockerfile

import (
	"path"
	"slices"
	"strings"
)

// BlameEnv returns the line of the last ENV that sets a variable of the final
// image, or 0.
func (f *File) BlameEnv(name string) int { return f.final().lineNaming("ENV", name) }

// BlameLabel returns the line of the last LABEL that sets a label of the final
// image, or 0.
func (f *File) BlameLabel(name string) int { return f.final().lineNaming("LABEL", name) }

// BlameSecretMount returns the line of the first RUN, of a stage that the final
// image uses, that mounts the build secret of an id, or any secret where id is
// empty; 0 where none does.
func (f *File) BlameSecretMount(id string) int {
	for i, used := range f.reachable() {
		if !used {
			continue
		}
		for j := range f.Stages[i].Instructions {
			in := &f.Stages[i].Instructions[j]
			for _, m := range mounts(in) {
				if m["type"] == "secret" && (id == "" || secretID(m) == id) {
					return in.Line
				}
			}
		}
	}
	return 0
}

// secretID is the id of a secret's mount: where it names none, its target's
// last element.
func secretID(m map[string]string) string {
	if m["id"] != "" || m["target"] == "" {
		return m["id"]
	}
	return path.Base(m["target"])
}

// BlamePath returns the line of the instruction of the final image that most
// likely wrote a file or folder, named by its absolute path; 0 where none could
// have. The text decides: the COPY or ADD that writes this very path, else the
// RUN that names it, else the COPY or ADD of the nearest folder above it. Where
// the layer that holds the path is known, [File.HistoryLines] knows better.
func (f *File) BlamePath(name string) int {
	name = path.Join("/", name)
	c := f.final()
	line, best := 0, 0
	for i := range c.stages {
		for _, in := range c.stages[i].Instructions {
			score := 0
			switch in.Name {
			case "COPY", "ADD":
				score = in.writes(name)
			case "RUN":
				if strings.Contains(in.script(), name) {
					score = exactPoints - 1
				}
			}
			if score > 0 && score >= best {
				line, best = in.Line, score
			}
		}
	}
	return line
}

// writes says how surely a COPY or ADD writes a path: 0 where it can't,
// exactPoints where it names it, and otherwise the more, the deeper its
// destination lies.
func (in *Instruction) writes(name string) int {
	if len(in.Args) < 2 {
		return 0
	}
	target := in.expand(in.Args[len(in.Args)-1])
	folder := strings.HasSuffix(target, "/") || strings.HasSuffix(target, ".")
	target = in.target()
	if target == name {
		return exactPoints
	}
	below, ok := strings.CutPrefix(name, strings.TrimSuffix(target, "/")+"/")
	if !ok {
		return 0
	}
	named := slices.ContainsFunc(in.Args[:len(in.Args)-1], func(src string) bool {
		return path.Base(in.expand(src)) == below
	})
	if named && (folder || len(in.Args) > 2) {
		return exactPoints
	}
	return min(1+strings.Count(target, "/")+len(target), placePoints)
}

// lineNaming is the line of the last instruction of a kind that sets a name.
func (c chain) lineNaming(kind, name string) int {
	line := 0
	for _, in := range c.instructions {
		if in.Name == kind && in.names(name) {
			line = in.Line
		}
	}
	return line
}

// names tells whether an ENV, LABEL or ARG sets a name.
func (in *Instruction) names(name string) bool {
	return slices.ContainsFunc(in.Args, func(word string) bool {
		key, _, _ := strings.Cut(word, "=")
		return in.expand(key) == name
	})
}
