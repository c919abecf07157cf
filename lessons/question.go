package lessons

// Type is a kind of question.
type Type string

// The types of questions, with what an answer to each is.
const (
	// OneChoice: the index of one option.
	OneChoice Type = "choice"
	// SeveralChoices: the indices of all right options.
	SeveralChoices Type = "choices"
	// FillIn: a text.
	FillIn Type = "fill"
	// Order: the indices of all items, in the order they should stand.
	Order Type = "order"
	// FaultyLine: the number, from 1, of a line in Code, and the index of the
	// reason in Because where the question has some.
	FaultyLine Type = "line"
	// CachedSteps: the lines, from 1, of the steps that come from the cache.
	CachedSteps Type = "cached"
	// Outcome: for each of Facts the index of an option.
	Outcome Type = "outcome"
	// Match: for each of Pairs the index of a cause; see [Question.Causes].
	Match Type = "match"
	// Repair: a text that takes the place of a line in Code.
	Repair Type = "repair"
)

// Question is one item of a quiz.
type Question struct {
	// ID is unique in the course and never changes its meaning: a learner's
	// record names it.
	ID     string `yaml:"id"`
	Type   Type   `yaml:"type"`
	Prompt string `yaml:"prompt"`
	// Section is the id of the lesson's section that answers it.
	Section string `yaml:"section"`
	// Concept is the id of the concept that it asks about: see
	// [Lesson.Concepts].
	Concept string `yaml:"concept"`
	// Formerly are ids that it had in earlier versions of the course, under
	// which a learner's record may know it.
	Formerly []string `yaml:"formerly"`
	// Code is a listing that the question is about, shown as it stands.
	Code string `yaml:"code"`
	// Options are those of a choice.
	Options []Option `yaml:"options"`
	// Accept are the texts that a fill-in or a repair takes. A fill-in compares
	// without regard to case, quotes and runs of space, a repair what a
	// Dockerfile's parser makes of the line.
	Accept []string `yaml:"accept"`
	// Near are texts that are almost right: they ask again, with the hint.
	Near []Near `yaml:"near"`
	// Items are what an order question sorts, in one right order.
	Items []string `yaml:"items"`
	// Before are pairs of item indices (from 0): the first must stand before
	// the second. Every order that keeps them is right.
	Before [][2]int `yaml:"before"`
	// Line is the number, from 1, of the line that is faulty, or to repair.
	Line int `yaml:"line"`
	// Lines explains wrong lines, by number; others get Explanation.
	Lines map[int]string `yaml:"lines"`
	// Because are the reasons that a faulty line is faulty for: one is right.
	Because []Option `yaml:"because"`
	// Steps are the build steps of Code that may come from the cache.
	Steps []Step `yaml:"steps"`
	// Facts are what an outcome question asks to be predicted.
	Facts []Fact `yaml:"facts"`
	// Pairs are what a match question tore apart; Others are further causes,
	// which belong to none.
	Pairs  []Pair  `yaml:"pairs"`
	Others []Other `yaml:"others"`
	// Explanation is shown with the verdict, right or wrong.
	Explanation string `yaml:"explanation"`
	// Proof shows on an engine that the answer is right; nil for none.
	Proof *Proof `yaml:"proof"`

	// Lesson is the slug of the lesson that it belongs to.
	Lesson string `yaml:"-"`

	// at is where its keys stand in questions.yaml.
	at places
}

// Option is one of a choice's options.
type Option struct {
	Text  string `yaml:"text"`
	Right bool   `yaml:"right"`
	// Why explains the option: for a wrong one, the misconception behind it.
	Why string `yaml:"why"`
}

// Near is an answer that is almost right.
type Near struct {
	Text string `yaml:"text"`
	Hint string `yaml:"hint"`
}

// Step is a build step of a question's code.
type Step struct {
	// Line is where its instruction begins, from 1.
	Line int `yaml:"line"`
	// Cached tells that it comes from the cache, and Why, why it does or not.
	Cached bool   `yaml:"cached"`
	Why    string `yaml:"why"`
}

// Fact is one thing to predict, such as an exit code. One option is right.
type Fact struct {
	Ask     string   `yaml:"ask"`
	Options []Option `yaml:"options"`
}

// Pair is a symptom (Left) with its cause (Right).
type Pair struct {
	Left  string `yaml:"left"`
	Right string `yaml:"right"`
	// Why tells how the one follows from the other.
	Why string `yaml:"why"`
}

// Other is a cause without a symptom.
type Other struct {
	Text string `yaml:"text"`
	// Why tells why no symptom fits.
	Why string `yaml:"why"`
}

// Answer is a learner's answer: Picks for the types that pick, as each [Type]
// describes, Text for those that are typed.
type Answer struct {
	Picks []int
	Text  string
}

// Verdict is what an answer earns.
type Verdict struct {
	Right bool
	// Again is true for what counts as no answer yet, and Near for what is among it
	// nearly right.
	Again, Near bool
	// Feedback are remarks to show, the one about the given answer first.
	Feedback []string
}

// most is the largest number of things that one key has to tell apart.
func (q *Question) most() int {
	n := max(len(q.Options), len(q.Items), len(q.Because), len(q.Pairs)+len(q.Others), len(q.Facts))
	for _, f := range q.Facts {
		n = max(n, len(f.Options))
	}
	return n
}
