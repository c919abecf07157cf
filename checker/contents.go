package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"shipshape/checker/dockerfile"
	"shipshape/checker/layers"
)

// Contents: what is in the image, and what is not.
type Contents struct {
	// Absent are groups of files that production has no use for: compilers,
	// apt-lists, package-caches, dev-dependencies, vcs. Compilers are known by
	// what the programs hold, whatever they are called.
	Absent []string `yaml:"absent"`
	// AbsentPaths are further files that must not be there.
	AbsentPaths []AbsentPaths `yaml:"absent_paths"`
	// Everywhere, which is the default, looks into every layer above the base
	// image, also at what a later layer deletes: it is in the image all the
	// same. False looks at the final tree alone.
	Everywhere *bool `yaml:"everywhere"`
	// Present are files that must be there.
	Present []Present `yaml:"present"`
	// NoShell demands that no program of the final tree works as a shell,
	// under any name.
	NoShell bool `yaml:"no_shell"`
}

// AbsentPaths are files that must not be in the image.
type AbsentPaths struct {
	// Name is for the learner: "the tests".
	Name string `yaml:"name"`
	// Paths are globs, absolute or beginning with "**/"; see [layers.Glob].
	// Folders count by what is in them.
	Paths []string `yaml:"paths"`
}

// Present is a file or folder that must be in the image.
type Present struct {
	// Path is absolute; symbolic links are followed.
	Path string `yaml:"path"`
	// Mode demands exactly these bits, in octal: "0644".
	Mode string `yaml:"mode"`
	// AtMost demands that no other bits than these are set: "0755" is no
	// right to write for anybody but the owner.
	AtMost string `yaml:"at_most"`
	// Owner is a user, by name or uid, and after a colon a group: "app",
	// "1000:1000", ":app".
	Owner string `yaml:"owner"`
}

func (k *Contents) needsIndex() {}

func (k *Contents) watcher(*evidence) watcher {
	var want trait
	for _, name := range k.Absent {
		if name == groupCompilers {
			want |= compiles
		}
	}
	if k.NoShell {
		want |= mayBeShell
	}
	return newSniffer(want)
}

func (k *Contents) unsound(Assignment) []Unsound {
	var found []Unsound
	if len(k.Absent)+len(k.AbsentPaths)+len(k.Present) == 0 && !k.NoShell {
		found = append(found, unsoundf("", "it needs absent, absent_paths, present or no_shell"))
	}
	for i, name := range k.Absent {
		if _, ok := groups()[name]; !ok {
			found = append(found, unsoundf(fmt.Sprintf("absent[%d]", i), "there is no group %q: %s", name, strings.Join(groupNames(), ", ")))
		}
	}
	for i, a := range k.AbsentPaths {
		at := fmt.Sprintf("absent_paths[%d]", i)
		if a.Name == "" || len(a.Paths) == 0 {
			found = append(found, unsoundf(at, "it needs a name and paths"))
		}
		for _, pattern := range a.Paths {
			if _, err := layers.NewGlob(pattern); err != nil {
				found = append(found, unsoundf(at+".paths", "%s: %v", pattern, err))
			}
		}
	}
	for i, p := range k.Present {
		if problem := p.unsound(); problem != "" {
			found = append(found, unsoundf(fmt.Sprintf("present[%d]", i), "%s", problem))
		}
	}
	return found
}

func (p Present) unsound() string {
	if !path.IsAbs(p.Path) {
		return fmt.Sprintf("the path %q is not absolute", p.Path)
	}
	for _, mode := range []string{p.Mode, p.AtMost} {
		if mode == "" {
			continue
		}
		if _, err := octal(mode); err != nil {
			return err.Error()
		}
	}
	return ""
}

// flaw is one thing that is not as it should be.
type flaw struct {
	text string
	// why and line are as in a finding.
	why  string
	line int
}

func (k *Contents) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: k.expected()}
	l, err := ev.imageLayers(ctx)
	if err != nil {
		return finding{}, err
	}
	archive, programs, err := watched[*sniffer](ctx, ev, k)
	if err != nil {
		return finding{}, err
	}
	tree := &contentsTree{
		imageLayers: l, order: archive.Layers, programs: programs,
		baseLine: ev.blame(dockerfile.BlameFrom),
	}
	flaws, err := k.unwanted(tree)
	if err != nil {
		return finding{}, err
	}
	missing, err := k.missing(ctx, ev, l)
	if err != nil {
		return finding{}, err
	}
	flaws = append(flaws, missing...)
	f.observed = "it is so"
	if k.NoShell {
		shell, note, err := findShell(ctx, ev, tree)
		if err != nil {
			return finding{}, err
		}
		if shell != nil {
			flaws = append(flaws, *shell)
		}
		f.observed += note
	}
	if len(flaws) == 0 {
		f.passed = true
		return f, nil
	}
	var texts []string
	for _, r := range flaws {
		texts = append(texts, r.text)
	}
	f.observed = strings.Join(texts, "; ")
	f.why, f.line = flaws[0].why, flaws[0].line
	return f, nil
}

func (k *Contents) everywhere() bool { return k.Everywhere == nil || *k.Everywhere }

func (k *Contents) expected() string {
	var parts []string
	if unwanted := k.unwantedNames(); len(unwanted) > 0 {
		where := "in the image"
		if k.everywhere() {
			where = "in any layer"
		}
		parts = append(parts, fmt.Sprintf("no %s %s", strings.Join(unwanted, ", no "), where))
	}
	for _, p := range k.Present {
		parts = append(parts, p.expected())
	}
	if k.NoShell {
		parts = append(parts, "no shell, under whatever name")
	}
	return strings.Join(parts, "; ")
}

// contentsTree is the image as this kind looks at it.
type contentsTree struct {
	*imageLayers
	// order are the layers' names, base first.
	order    []string
	programs *sniffer
	// baseLine is the line of the FROM that brings the base image.
	baseLine int
}

// line is that of the instruction which brought an entry.
func (t *contentsTree) line(e layers.Entry) int { return cmp.Or(t.origin(e.Layer).line, t.baseLine) }

// traits are those of the program that an entry is.
func (t *contentsTree) traits(e layers.Entry) trait {
	at, ok := t.content(e)
	if !ok {
		return 0
	}
	return t.programs.found[at]
}

// content is where an entry's content is stored.
func (t *contentsTree) content(e layers.Entry) (stored, bool) {
	position, name, ok := t.stack.Content(e)
	if !ok {
		return stored{}, false
	}
	return stored{t.order[position], name}, true
}

// missing compares the files that must be there with those that are.
func (k *Contents) missing(ctx context.Context, ev *evidence, l *imageLayers) ([]flaw, error) {
	var out []flaw
	for _, p := range k.Present {
		r, err := p.look(ctx, ev, l)
		if err != nil {
			return nil, err
		}
		if r != nil {
			out = append(out, *r)
		}
	}
	return out, nil
}

// octal reads the bits of chmod.
func octal(mode string) (uint32, error) {
	var bits uint32
	if _, err := fmt.Sscanf(mode, "%o", &bits); err != nil || bits > 0o7777 || strings.Trim(mode, "01234567") != "" {
		return 0, errors.New(`a mode is octal, in quotes: "0644"`)
	}
	return bits, nil
}
