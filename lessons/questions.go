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

	own := map[Type][]string{
		OneChoice:      {"options"},
		SeveralChoices: {"options"},
		FillIn:         {"accept", "near"},
		Order:          {"items", "before"},
		FaultyLine:     {"line", "lines"},
	}
	keys, known := own[q.Type]
	if !known {
		found.add(q.at.of("type"), "the type %q is none of choice, choices, fill, order and line", string(q.Type))
		return
	}
	for _, key := range []string{"options", "accept", "near", "items", "before", "line", "lines"} {
		if _, written := q.at[key]; written && !slices.Contains(keys, key) {
			found.add(q.at.of(key), "a question of type %q has no %s", string(q.Type), key)
		}
	}
	switch q.Type {
	case OneChoice, SeveralChoices:
		q.checkOptions(found)
	case FillIn:
		q.checkAccept(found)
	case Order:
		q.checkItems(found)
	case FaultyLine:
		q.checkLines(found)
	}
}

func (q *Question) checkOptions(found *faults) {
	if len(q.Options) < 2 {
		found.add(q.at.of("options"), "a choice needs at least two options")
	}
	right := 0
	texts := map[string]bool{}
	for i, o := range q.Options {
		if strings.TrimSpace(o.Text) == "" {
			found.add(q.at.of(item("options", i)), "the option has no text")
		} else if texts[o.Text] {
			found.add(q.at.of(item("options", i)), "the option %q stands here twice", o.Text)
		}
		texts[o.Text] = true
		if o.Right {
			right++
		}
	}
	switch {
	case right == 0:
		found.add(q.at.of("options"), "at least one option must be right: give it \"right: true\"")
	case right > 1 && q.Type == OneChoice:
		found.add(q.at.of("options"), "%d options are right: one may be, or make it type: choices", right)
	}
}

func (q *Question) checkAccept(found *faults) {
	if len(q.Accept) == 0 {
		found.add(q.at.of("accept"), "a fill-in needs at least one text that it accepts")
	}
	for i, text := range q.Accept {
		if plain(text) == "" {
			found.add(q.at.of(item("accept", i)), "an empty text can never be given as an answer")
		}
	}
	for i, near := range q.Near {
		at := q.at.of(item("near", i))
		switch {
		case plain(near.Text) == "":
			found.add(at, "the near miss has no text")
		case strings.TrimSpace(near.Hint) == "":
			found.add(at, "the near miss has no hint")
		case q.accepts(near.Text):
			found.add(at, "%q is accepted, so it cannot be a near miss", near.Text)
		}
	}
}

func (q *Question) checkItems(found *faults) {
	if len(q.Items) < 2 {
		found.add(q.at.of("items"), "there must be at least two items to put in order")
	}
	texts := map[string]bool{}
	for i, text := range q.Items {
		if strings.TrimSpace(text) == "" {
			found.add(q.at.of(item("items", i)), "the item has no text")
		} else if texts[text] {
			found.add(q.at.of(item("items", i)), "the item %q stands here twice", text)
		}
		texts[text] = true
	}
	if len(q.Before) == 0 {
		found.add(q.at.of("before"), "without a pair under \"before\" every order is right")
	}
	for i, pair := range q.Before {
		at := q.at.of(item("before", i))
		switch {
		case min(pair[0], pair[1]) < 0 || max(pair[0], pair[1]) >= len(q.Items):
			found.add(at, "the pair %v names no two items: they count from 0 to %d", pair, len(q.Items)-1)
		case pair[0] >= pair[1]:
			// The items stand in a right order, which also rules out that the
			// pairs run in a circle.
			found.add(at, "the pair %v contradicts the items, which must stand in a right order", pair)
		}
	}
}

func (q *Question) checkLines(found *faults) {
	count := len(q.codeLines())
	if count == 0 {
		found.add(q.at.of("code"), "a question for the faulty line needs a listing under \"code\"")
		return
	}
	if q.Line < 1 || q.Line > count {
		found.add(q.at.of("line"), "the faulty line is %d, and the listing has lines 1 to %d", q.Line, count)
	}
	for n := range q.Lines {
		switch {
		case n < 1 || n > count:
			found.add(q.at.of("lines"), "there is no line %d to explain: the listing has %d", n, count)
		case n == q.Line:
			found.add(q.at.of("lines"), "line %d is the faulty one: explain it under \"explanation\"", n)
		}
	}
}

// codeLines are the listing's lines, without an empty end.
func (q *Question) codeLines() []string {
	code := strings.TrimRight(q.Code, "\n")
	if code == "" {
		return nil
	}
	return strings.Split(code, "\n")
}

// texts are all that a learner may come to see of the question.
func (q *Question) texts() []string {
	texts := []string{q.ID, string(q.Type), q.Prompt, q.Section, q.Code, q.Explanation}
	for _, o := range q.Options {
		texts = append(texts, o.Text, o.Why)
	}
	for _, n := range q.Near {
		texts = append(texts, n.Text, n.Hint)
	}
	for _, text := range q.Lines {
		texts = append(texts, text)
	}
	return slices.Concat(texts, q.Accept, q.Items)
}
