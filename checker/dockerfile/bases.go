package dockerfile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// BaseImages returns the images that a build of the last stage needs, each
// once, in the order of the file: those of FROM, COPY --from and RUN
// --mount=from=. Build arguments are replaced by their defaults. Stages that
// the last one does not use are left out, as BuildKit leaves them out.
func (f *File) BaseImages() []string {
	var out []string
	add := func(name string) {
		if name != "" && name != scratch && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	used := f.reachable()
	for i := range f.Stages {
		if !used[i] {
			continue
		}
		if f.Stages[i].Parent < 0 {
			add(f.Stages[i].Base)
		}
		for _, in := range f.Stages[i].Instructions {
			for _, from := range f.sources(&in, i) {
				add(from.image)
			}
		}
	}
	return out
}

// source is where an instruction takes files from, other than the context.
type source struct {
	// stage is an earlier stage's index, -1 for an image.
	stage int
	image string
}

// sources returns the stages and images that an instruction of a stage names.
func (f *File) sources(in *Instruction, stage int) []source {
	var names []string
	switch c := in.command.(type) {
	case *instructions.CopyCommand:
		names = append(names, c.From)
	case *instructions.RunCommand:
		for _, m := range mounts(in) {
			names = append(names, m["from"])
		}
	}
	var out []source
	for _, name := range names {
		if name == "" || strings.EqualFold(name, "context") {
			continue
		}
		if i := f.stageBefore(name, stage); i >= 0 {
			out = append(out, source{stage: i})
		} else if !strings.EqualFold(name, scratch) {
			out = append(out, source{stage: -1, image: name})
		}
	}
	return out
}

// stageBefore finds the stage that a --from means: by name, or by its number,
// among those before limit; -1 when there is none.
func (f *File) stageBefore(name string, limit int) int {
	for i := limit - 1; i >= 0; i-- {
		if n := f.Stages[i].Name; n != "" && strings.EqualFold(n, name) {
			return i
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < limit {
		return i
	}
	return -1
}

// reachable tells which stages a build of the last one uses.
func (f *File) reachable() []bool {
	used := make([]bool, len(f.Stages))
	used[len(used)-1] = true
	// A stage refers to earlier ones only, so one walk backwards is enough.
	for i := len(f.Stages) - 1; i >= 0; i-- {
		if !used[i] {
			continue
		}
		if p := f.Stages[i].Parent; p >= 0 {
			used[p] = true
		}
		for _, in := range f.Stages[i].Instructions {
			for _, from := range f.sources(&in, i) {
				if from.stage >= 0 {
					used[from.stage] = true
				}
			}
		}
	}
	return used
}

// mounts takes the --mount flags of a RUN apart: one map of keys to values a
// mount; a key without a value has "".
func mounts(in *Instruction) []map[string]string {
	var out []map[string]string
	for _, flag := range in.Flags {
		spec, ok := strings.CutPrefix(flag, "--mount=")
		if !ok {
			continue
		}
		m := map[string]string{"type": "bind"}
		for field := range strings.SplitSeq(spec, ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
			switch key = strings.ToLower(key); key {
			case "src":
				key = "source"
			case "dst", "destination":
				key = "target"
			}
			m[key] = strings.Trim(value, `"`)
		}
		out = append(out, m)
	}
	return out
}

// normalImage spells an image's name in full, without a digest behind a tag,
// so that two spellings of one name compare equal.
func normalImage(name string) string {
	ref, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	ref = reference.TagNameOnly(ref)
	if tagged, ok := ref.(reference.Tagged); ok {
		return ref.Name() + ":" + tagged.Tag()
	}
	return ref.String()
}
