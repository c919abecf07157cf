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
	// FaultyLine: the number, from 1, of a line in Code.
	FaultyLine Type = "line"
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
	// Code is a listing that the question is about, shown as it stands.
	Code string `yaml:"code"`
	// Options are those of a choice.
	Options []Option `yaml:"options"`
	// Accept are the texts that a fill-in takes: compared without regard to
	// case, quotes and runs of space.
	Accept []string `yaml:"accept"`
	// Near are texts that are almost right: they ask again, with the hint.
	Near []Near `yaml:"near"`
	// Items are what an order question sorts, in one right order.
	Items []string `yaml:"items"`
	// Before are pairs of item indices (from 0): the first must stand before
	// the second. Every order that keeps them is right.
	Before [][2]int `yaml:"before"`
	// Line is the faulty line's number, from 1.
	Line int `yaml:"line"`
	// Lines explains wrong lines, by number; others get Explanation.
	Lines map[int]string `yaml:"lines"`
	// Explanation is shown with the verdict, right or wrong.
	Explanation string `yaml:"explanation"`

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

// Answer is a learner's answer: Picks for the types that pick (option or item
// indices from 0; for a faulty line the line's number), Text for a fill-in.
type Answer struct {
	Picks []int
	Text  string
}

// Verdict is what an answer earns.
type Verdict struct {
	Right bool
	// Again is true for a near miss: it counts as no answer yet.
	Again bool
	// Feedback are remarks to show, the one about the given answer first.
	Feedback []string
}
