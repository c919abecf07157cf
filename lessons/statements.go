package lessons

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// proofsFile is where a lesson's statements stand; a lesson may have none.
const proofsFile = "proofs.yaml"

// maxStatements bounds how many statements of a lesson are proven.
const maxStatements = 100

// loadStatements reads a lesson's proofs.yaml: a list of statements with their
// proofs.
func loadStatements(fsys fs.FS, l *Lesson, found *faults) {
	file := path.Join(l.Slug, proofsFile)
	if _, err := fs.Stat(fsys, file); errors.Is(err, fs.ErrNotExist) {
		return
	}
	text, ok := readText(fsys, file, found)
	if !ok {
		return
	}
	before := len(found.found)
	node := parseYAML(file, []byte(text), found)
	if len(found.found) > before {
		return
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		found.add(nodeSpot(file, node), "a list of statements is needed here, each beginning with \"- id:\"")
		return
	}
	if len(list.Values) > maxStatements {
		found.add(start(file), "there are %d statements; a lesson has at most %d", len(list.Values), maxStatements)
		return
	}
	for _, value := range list.Values {
		var s Statement
		before := len(found.found)
		at, ok := decodeMapping(file, value, &s, found)
		if !ok {
			continue
		}
		at.addNested(file, value, "")
		s.at = at
		l.Proofs = append(l.Proofs, s)
		if len(found.found) == before {
			l.checkStatement(&s, found)
		}
	}
}

// checkStatement adds a fault for everything that would keep a statement from
// being proven.
func (l *Lesson) checkStatement(s *Statement, found *faults) {
	if !isSlug(s.ID) {
		found.add(s.at.of("id"), "a statement needs an id of lower-case letters, digits and single dashes, at most %d of them", maxSlug)
	}
	if strings.TrimSpace(s.Claim) == "" {
		found.add(s.at.of("claim"), "the statement needs its claim, in a sentence")
	}
	checkTexts(s.at.of(""), []string{s.Section, s.Claim}, found)
	if l.Section(s.Section) == nil {
		found.add(s.at.of("section"), "the lesson has no section %q; it has %s", s.Section, sectionIDs(l))
	}
	checkProof(&s.Proof, s.at, "", found)
}
