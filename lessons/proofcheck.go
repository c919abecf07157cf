package lessons

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Limits on a proof, which may come from strangers: it is built and run.
const (
	maxProofFiles     = 50
	maxProofFileBytes = 64 << 10
	maxProofPath      = 200
	maxProofRuns      = 20
	// minAtMost is the lowest bound on layers, in bytes: a layer without a file
	// has 4096 and more in the containerd store.
	minAtMost = 64 << 10
)

// editValue stands in an edit where a random value goes.
const editValue = "{{value}}"

// checkProof adds a fault for everything that would keep the question's proof
// from being run, or from failing.
func (q *Question) checkProof(found *faults) {
	if _, written := q.at["proof"]; !written {
		return
	}
	if q.Proof == nil {
		found.add(q.at.of("proof"), "there is nothing in the proof")
		return
	}
	for _, key := range []string{"proof.cached", "proof.runs"} {
		if _, written := q.at[key]; written && q.provesSteps() {
			found.add(q.at.of(key), "what is cached and what runs is taken from the question's steps; leave it out")
		}
	}
	whole := q.wholeProof()
	checkProof(&whole, q.at, "proof.", found)
}

// proofChecker checks one proof, whose keys stand in at under a prefix.
type proofChecker struct {
	*Proof
	at     places
	prefix string
	found  *faults
}

// checkProof adds a fault for everything that would keep a proof from being run,
// or from failing. The proof is whole, and keys of it that follow from a
// question stand nowhere.
func checkProof(p *Proof, at places, prefix string, found *faults) {
	c := &proofChecker{Proof: p, at: at, prefix: prefix, found: found}
	c.files()
	c.edits()
	c.lines()
	if p.Build == nil && p.Image == nil && len(p.Cached)+len(p.Runs)+len(p.Layers)+len(p.Run) == 0 {
		c.fault("", "nothing can be seen to be wrong: a proof needs one of build, cached, runs, image, layers and run")
	}
	c.expectations()
	if len(p.Run) > maxProofRuns {
		c.fault("run", "there are %d runs; a proof has at most %d", len(p.Run), maxProofRuns)
	}
	for i := range p.Run {
		c.run(fmt.Sprintf("run[%d]", i), &p.Run[i])
	}
}

// fault adds a fault at a key such as "run[0].says", or where the nearest key
// around it stands.
func (c *proofChecker) fault(key, format string, args ...any) {
	c.found.add(c.at.nearest(c.prefix+key, c.prefix), format, args...)
}

// written reports whether a key stands in the file.
func (c *proofChecker) written(key string) bool {
	_, ok := c.at[c.prefix+key]
	return ok
}

func (c *proofChecker) files() {
	if _, ok := c.Files[dockerfileName]; !ok {
		c.fault("files", "there is no Dockerfile to prove it with: give one under \"files\"")
	}
	if n := len(c.Files) + len(c.Edit); n > maxProofFiles {
		c.fault("files", "there are %d files; a proof has at most %d", n, maxProofFiles)
	}
	all := maps.Clone(c.Files)
	if all == nil {
		all = map[string]string{}
	}
	for _, group := range []struct {
		key   string
		files map[string]string
	}{{"files", c.Files}, {"edit", c.Edit}} {
		for _, name := range slices.Sorted(maps.Keys(group.files)) {
			key := group.key + "." + name
			content := group.files[name]
			all[name] = content
			if len(content) > maxProofFileBytes {
				c.fault(key, "%s is larger than %d KiB", name, maxProofFileBytes>>10)
			}
			if !isContextPath(name) {
				c.fault(key, "%q is no path in a build context: it leads from its top, with slashes, without . and ..", name)
			}
		}
	}
	for name := range all {
		for folder := path.Dir(name); len(folder) > 1; folder = path.Dir(folder) {
			if _, taken := all[folder]; taken {
				c.fault("files", "%s is a file, and the folder of %s", folder, name)
			}
		}
	}
}

// isContextPath reports whether a path leads to a file of a build context on
// every system.
func isContextPath(name string) bool {
	return fs.ValidPath(name) && name != "." && len(name) <= maxProofPath &&
		!strings.ContainsAny(name, `\:`) && strings.IndexFunc(name, hidden) < 0
}

// edits checks that no earlier build can have seen the second one's context: its
// cache would lend steps that must run.
func (c *proofChecker) edits() {
	lines := len(c.Cached) + len(c.Runs)
	switch {
	case lines > 0 && len(c.Edit) == 0:
		c.fault("cached", "what is cached and what runs is seen in a second build, after an edit: give one under \"edit\"")
	case c.written("edit") && len(c.Edit) == 0:
		c.fault("edit", "the edit changes nothing")
	case lines == 0:
		return
	}
	for _, name := range slices.Sorted(maps.Keys(c.Edit)) {
		before, there := c.Files[name]
		if touched := there && before == c.Edit[name]; !touched && !strings.Contains(c.Edit[name], editValue) {
			c.fault("edit."+name, "the edit of %s must hold %s, which is a random text: an earlier run could lend its steps otherwise", name, editValue)
		}
	}
}

// lines checks that the lines of cached and runs begin instructions that are
// steps of the build.
func (c *proofChecker) lines() {
	text := c.Files[dockerfileName]
	if edited, ok := c.Edit[dockerfileName]; ok {
		text = edited
	}
	steps := stepLines(text)
	seen := map[int]bool{}
	for _, list := range []struct {
		key   string
		lines []int
	}{{"cached", c.Cached}, {"runs", c.Runs}} {
		for i, line := range list.lines {
			key := item(list.key, i)
			if !slices.Contains(steps, line) {
				c.fault(key, "line %d of the Dockerfile begins no build step: RUN, COPY, ADD and WORKDIR do, here in %v", line, steps)
			}
			if seen[line] {
				c.fault(key, "line %d stands here twice", line)
			}
			seen[line] = true
		}
	}
}

// expectations checks what must be seen of the build and the image.
func (c *proofChecker) expectations() {
	if b := c.Build; b != nil {
		c.pattern("build.says", b.Says)
		if b.Fails && (c.Image != nil || len(c.Layers) > 0 || len(c.Run) > 0) {
			c.fault("build.fails", "a build that fails leaves no image to look at or to run")
		}
	}
	if t := c.Image; t != nil {
		c.pattern("image.says", t.Says)
		c.pattern("image.silent", t.Silent)
		if *t == (ProofText{}) {
			c.fault("image", "the image must be seen to say something, or not to")
		}
	}
	for i, l := range c.Layers {
		key := item("layers", i)
		c.pattern(key+".of", l.Of)
		switch {
		case l.Of == "":
			c.fault(key, "whose layers? Give a pattern of the instruction under \"of\"")
		case l.AtLeast == nil && l.AtMost == nil:
			c.fault(key, "the layers need at_least or at_most, in bytes")
		case l.AtLeast != nil && (*l.AtLeast < 1 || l.AtMost != nil && *l.AtMost < *l.AtLeast):
			c.fault(key+".at_least", "at_least is %d: 1 or more, and no more than at_most", *l.AtLeast)
		case l.AtMost != nil && *l.AtMost < minAtMost:
			c.fault(key+".at_most", "at_most is %d: give a layer at least %d, since some engines count folders, too", *l.AtMost, minAtMost)
		}
	}
}

func (c *proofChecker) pattern(key, pattern string) {
	if _, err := regexp.Compile(pattern); err != nil {
		c.fault(key, "%v", err)
	}
	if pattern == "" && c.written(key) {
		c.fault(key, "an empty pattern matches everything")
	}
}

// stepLines are the lines at which the steps of a build begin.
func stepLines(text string) []int {
	var lines []int
	for _, node := range instructionsOf(text) {
		switch strings.ToUpper(node.Value) {
		case "RUN", "COPY", "ADD", "WORKDIR":
			lines = append(lines, node.StartLine)
		}
	}
	return lines
}
