package checker

import (
	"fmt"
	"maps"
	"slices"

	"shipshape/checker/layers"
)

// groupCompilers is the group that is known by what programs hold.
const groupCompilers = "compilers"

// group is a sort of files that production has no use for.
type group struct {
	// name is for the learner.
	name string
	// traits are those of programs in the group, paths the globs of its files.
	traits trait
	paths  []string
	// whole tells that the group is looked for in the base image's part of the
	// final tree as well: whoever chose that base chose its compilers. What a
	// base image left lying about is no fault of those who use it.
	whole bool
	why   string
}

// groups are those that Absent may name.
func groups() map[string]group {
	return map[string]group{
		groupCompilers: {
			name: "compiler", traits: compiles, whole: true,
			why: "Who gets into the container can build what he likes with it, and it weighs more than the service. Compile in a stage of its own and copy the result.",
		},
		"apt-lists": {
			name: "list of apt", paths: []string{"/var/lib/apt/lists/**"},
			why: "The lists are out of date before the image is deployed. Remove /var/lib/apt/lists in the RUN that ran apt-get update.",
		},
		"package-caches": {
			name: "cache of a package manager", paths: []string{
				"**/.cache/pip/**", "**/.cache/uv/**", "**/.cache/pypoetry/**",
				"**/.npm/_cacache/**", "**/.cache/yarn/**", "**/.local/share/pnpm/store/**",
				"**/.cache/go-build/**", "/go/pkg/mod/**", "/root/go/pkg/mod/**", "/home/*/go/pkg/mod/**",
				"/var/cache/apt/**", "/var/cache/apk/**", "/etc/apk/cache/**",
				"**/.cargo/registry/**", "**/.m2/repository/**", "**/.gradle/caches/**",
			},
			why: "What is installed needs no cache of how it came. A cache mount keeps it for the next build and out of the image.",
		},
		"dev-dependencies": {
			name: "package of the developers' tools", whole: true, paths: slices.Concat(
				inFolders("**/node_modules/",
					"typescript", "eslint", "prettier", "jest", "mocha", "vitest", "nodemon", "webpack",
					"vite", "ts-node", "tsx", "husky", "lint-staged", "cypress", "supertest", "nyc", "c8"),
				inFolders("**/site-packages/",
					"pytest", "_pytest", "black", "mypy", "flake8", "pylint", "isort", "ruff", "coverage", "tox", "IPython")),
			why: "Tests, linters and bundlers have no work to do in production. Install without them, in the stage that ships or for it.",
		},
		"vcs": {
			name: "file of the version control", whole: true, paths: []string{"**/.git/**", "**/.hg/**", "**/.svn/**"},
			why: "The history holds every file that ever was in it, and every password that was removed. Name it in .dockerignore.",
		},
	}
}

// inFolders are the globs of folders' content.
func inFolders(parent string, folders ...string) []string {
	var out []string
	for _, name := range folders {
		out = append(out, parent+name+"/**")
	}
	return out
}

func groupNames() []string { return slices.Sorted(maps.Keys(groups())) }

// unwantedNames are what must be absent, for a sentence.
func (k *Contents) unwantedNames() []string {
	var out []string
	for _, name := range k.Absent {
		out = append(out, groups()[name].name)
	}
	for _, a := range k.AbsentPaths {
		out = append(out, a.Name)
	}
	return out
}

// rule is what is looked for of one group.
type rule struct {
	group
	globs []layers.Glob
	// any counts empty files and links as well: somebody named them.
	any bool
}

// rules are all that must be absent.
func (k *Contents) rules() ([]rule, error) {
	var out []rule
	for _, name := range k.Absent {
		out = append(out, rule{group: groups()[name]})
	}
	for _, a := range k.AbsentPaths {
		out = append(out, rule{group: group{name: a.Name, paths: a.Paths, whole: true}, any: true})
	}
	for i := range out {
		for _, pattern := range out[i].paths {
			g, err := layers.NewGlob(pattern)
			if err != nil {
				return nil, fmt.Errorf("the exercise's pattern %s: %w", pattern, err)
			}
			out[i].globs = append(out[i].globs, g)
		}
	}
	return out, nil
}

// matches reports whether an entry is of the group.
func (r rule) matches(e layers.Entry, traits trait) bool {
	if e.Kind == layers.Dir || !r.any && e.Size == 0 {
		return false
	}
	return traits&r.traits != 0 ||
		slices.ContainsFunc(r.globs, func(g layers.Glob) bool { return g.Match(e.Path) })
}

// hits are the files of one group that were found.
type hits struct {
	files   int
	bytes   int64
	largest layers.Entry
	// hidden is how many of them can't be seen in the final tree.
	hidden int
}

func (h *hits) add(e layers.Entry, hidden bool) {
	if h.files == 0 || e.Size > h.largest.Size {
		h.largest = e
	}
	h.files++
	h.bytes += e.Size
	if hidden {
		h.hidden++
	}
}

// unwanted finds what must be absent.
func (k *Contents) unwanted(t *contentsTree) ([]flaw, error) {
	rules, err := k.rules()
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	found := make([]hits, len(rules))
	note := func(e layers.Entry, hidden bool) {
		traits := t.traits(e)
		for i, r := range rules {
			if (r.whole || e.Layer >= t.stack.Base()) && r.matches(e, traits) {
				found[i].add(e, hidden)
			}
		}
	}
	for e := range t.stack.Visible() {
		note(e, false)
	}
	if k.everywhere() {
		for e := range t.stack.Hidden() {
			note(e, true)
		}
	}
	var out []flaw
	for i, h := range found {
		if h.files > 0 {
			out = append(out, t.unwanted(rules[i], h))
		}
	}
	return out, nil
}

// unwanted describes files that must be absent, by the largest of them.
func (t *contentsTree) unwanted(r rule, h hits) flaw {
	from := t.origin(h.largest.Layer)
	text := fmt.Sprintf("%s: %s", r.name, h.largest.Path)
	if h.files > 1 {
		text += fmt.Sprintf(" and %d more", h.files-1)
	}
	text += fmt.Sprintf(", %s, from %s", amount(h.bytes), from.named())
	out := flaw{text: text, why: r.why, line: t.line(h.largest)}
	if h.hidden == h.files {
		out.text += "; a later layer deletes it, which leaves it in the image"
		out.why = "A layer can only hide what lies below it. What is deleted in a later RUN stays in the image: delete it in the RUN that makes it, or make it in another stage."
	}
	return out
}
