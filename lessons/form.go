package lessons

import "slices"

// form is what the types of questions differ in. Each has a file of its own.
type form struct {
	kind Type
	// keys are those of the YAML that belong to this type and may belong to no
	// other.
	keys []string
	// check adds a fault for what would keep the question from being graded.
	check func(*Question, *faults)
	grade func(*Question, Answer) Verdict
	// solution is a right answer in words.
	solution func(*Question) string
	// shuffled is how many things a quiz shows in an order of its own.
	shuffled func(*Question) int
	// reasons are the texts that each wrong answer is explained with, with where
	// they stand; an author must give all of them.
	reasons func(*Question) []reason
}

// reason is an explanation that stands, or should, at a key.
type reason struct {
	key, of, why string
}

// forms are all types, in the order in which they are counted.
func forms() []form {
	return []form{
		oneChoice(), severalChoices(), fillIn(), inOrder(), faultyLine(), cachedSteps(), outcome(), match(), repair(),
	}
}

// Types are all types of questions, in the order in which they are counted.
func Types() []Type {
	var types []Type
	for _, f := range forms() {
		types = append(types, f.kind)
	}
	return types
}

// form is that of the question's type.
func (q *Question) form() (form, bool) {
	all := forms()
	i := slices.IndexFunc(all, func(f form) bool { return f.kind == q.Type })
	if i < 0 {
		return form{}, false
	}
	return all[i], true
}

// nothing is for forms that shuffle nothing.
func nothing(*Question) int { return 0 }

// noReasons is for forms whose wrong answers are explained by the question's
// explanation alone.
func noReasons(*Question) []reason { return nil }

// optionReasons are those of options under a key.
func optionReasons(key string, options []Option) []reason {
	var found []reason
	for i, o := range options {
		found = append(found, reason{key: item(key, i), of: "the option " + quote(o.Text), why: o.Why})
	}
	return found
}

func quote(text string) string { return "\"" + text + "\"" }
