package lessons

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// loadQuestions reads a questions.yaml: a list of questions. Those that are
// returned are sound enough to be graded only when no fault was added.
func loadQuestions(file, lesson, text string, found *faults) []*Question {
	before := len(found.found)
	node := parseYAML(file, []byte(text), found)
	if len(found.found) > before {
		return nil
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		found.add(nodeSpot(file, node), "a list of questions is needed here, each beginning with \"- id:\"")
		return nil
	}
	var questions []*Question
	for _, value := range list.Values {
		q := &Question{Lesson: lesson}
		faultsBefore := len(found.found)
		at, ok := decodeMapping(file, value, q, found)
		if !ok {
			continue
		}
		at.addNested(file, value, "")
		q.at = at
		questions = append(questions, q)
		// What a broken question lacks besides is not worth telling: it may
		// follow from the break.
		if len(found.found) == faultsBefore {
			checkQuestion(q, found)
		}
	}
	return questions
}

// checkQuestion adds a fault for everything that would make the question
// impossible to ask or to grade.
func checkQuestion(q *Question, found *faults) {
	if !isSlug(q.ID) {
		found.add(q.at.of("id"), "a question needs an id of lower-case letters, digits and single dashes, at most %d of them", maxSlug)
	}
	if strings.TrimSpace(q.Prompt) == "" {
		found.add(q.at.of("prompt"), "the question needs a prompt")
	}
	checkTexts(q.at.of(""), q.texts(), found)
	checkFormerly(q.at, q.Formerly, found)

	own, known := q.form()
	if !known {
		found.add(q.at.of("type"), "the type %q is none of %s", string(q.Type), typeNames())
		return
	}
	for _, f := range forms() {
		for _, key := range f.keys {
			if at, written := q.at[key]; written && !slices.Contains(own.keys, key) {
				found.add(at, "a question of type %q has no %s", string(q.Type), key)
				delete(q.at, key) // told once, of however many types it is
			}
		}
	}
	before := len(found.found)
	own.check(q, found)
	if len(found.found) == before {
		q.checkProof(found)
	}
}

// typeNames are the types of questions in words.
func typeNames() string {
	var names []string
	for _, t := range Types() {
		names = append(names, string(t))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// texts are all that a learner may come to see of the question.
func (q *Question) texts() []string {
	texts := []string{q.ID, string(q.Type), q.Prompt, q.Section, q.Concept, q.Code, q.Explanation}
	options := slices.Concat(q.Options, q.Because)
	for _, f := range q.Facts {
		texts, options = append(texts, f.Ask), append(options, f.Options...)
	}
	for _, o := range options {
		texts = append(texts, o.Text, o.Why)
	}
	for _, n := range q.Near {
		texts = append(texts, n.Text, n.Hint)
	}
	for _, text := range q.Lines {
		texts = append(texts, text)
	}
	for _, s := range q.Steps {
		texts = append(texts, s.Why)
	}
	for _, p := range q.Pairs {
		texts = append(texts, p.Left, p.Right, p.Why)
	}
	for _, o := range q.Others {
		texts = append(texts, o.Text, o.Why)
	}
	return slices.Concat(texts, q.Accept, q.Items)
}
