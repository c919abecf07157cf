// Package quiz is the screen that asks questions, one after another, explains
// each answer, and sums up at the end.
package quiz

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/lessons"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// Set is what the screen asks about.
type Set struct {
	// Title names it in the header.
	Title     string
	Questions []*lessons.Question
	// Nothing is what to say where there are no questions; empty for just that.
	Nothing string
	// Exercise is the slug of the one to go on to; empty for none.
	Exercise string
	// Times is how often a question was answered before, which varies the order
	// in which options are offered; nil for never.
	Times func(*lessons.Question) int
	// Placement, in the place of Questions, asks one after another for as long
	// as it has one; nil for a quiz of a certain length.
	Placement *lessons.Placement
}

// Model is the screen's state. Make one with [New].
type Model struct {
	theme         *ui.Theme
	width, height int
	keys          keyMap

	set Set
	// round counts how often questions were asked again here.
	round   int
	asked   []*lessons.Question
	results []bool // of the asked ones, as far as they are answered
	item    item
	verdict *lessons.Verdict
	skipped bool   // the verdict is on no answer
	note    string // a hint after a near miss, or what is still to do

	lines  []string // the question's page, scrolled from top
	top    int
	own    int  // the line after the prompt and what belongs to it
	last   int  // the last line that the cursor is on
	start  bool // the page is shown from its start, wherever the cursor is
	cursor int  // on the summary
}

// item is the part of a question that takes the answer. There is one for each
// way of answering.
type item interface {
	// press handles a key that is not the screen's own.
	press(msg tea.KeyPressMsg)
	// answer is what the learner has chosen; missing says, where it isn't
	// complete, what is still to do.
	answer() (a lessons.Answer, missing string)
	// lines draws it, explained where the verdict is there, and tells which
	// lines the cursor is on.
	lines(t *ui.Theme, width int, v *lessons.Verdict) (lines []string, first, last int)
	// hints are its keys.
	hints() []key.Binding
}

// advancer is an item of several parts: advance goes on to the next, and
// returns false where there is none.
type advancer interface{ advance() bool }

// New returns the screen that asks a set of questions.
func New(theme *ui.Theme, set Set) *Model {
	m := &Model{theme: theme, set: set, keys: newKeyMap()}
	m.begin(set.Questions)
	return m
}

// begin asks these questions from the first on.
func (m *Model) begin(questions []*lessons.Question) {
	m.asked, m.results, m.cursor = questions, nil, 0
	m.ask()
}

// ask sets up the next question, or the summary after the last one.
func (m *Model) ask() {
	m.item, m.verdict, m.skipped, m.note, m.top, m.start = nil, nil, false, "", 0, true
	if p := m.set.Placement; p != nil && len(m.results) == len(m.asked) {
		if q := p.Next(); q != nil {
			m.asked = append(m.asked, q)
		}
	}
	if q := m.question(); q != nil {
		m.item = newItem(q, m.times(q))
	}
	m.layOut()
}

// question is the one that is asked now; nil on the summary.
func (m *Model) question() *lessons.Question {
	at := len(m.results)
	if m.verdict != nil {
		at--
	}
	if at >= len(m.asked) {
		return nil
	}
	return m.asked[at]
}

// times is how often a question was asked before.
func (m *Model) times(q *lessons.Question) int {
	if m.set.Times == nil {
		return m.round
	}
	// An answer of this very quiz may not be in the record.
	return m.set.Times(q) + m.round
}

func newItem(q *lessons.Question, times int) item {
	switch q.Type {
	case lessons.FillIn, lessons.Repair:
		return newFill(q)
	case lessons.Order:
		return newOrder(q, times)
	case lessons.FaultyLine:
		return newLine(q, times)
	case lessons.CachedSteps:
		return &steps{question: q, cached: map[int]bool{}}
	case lessons.Outcome:
		return newOutcome(q)
	case lessons.Match:
		return newMatch(q, times)
	default:
		return newChoice(q, times)
	}
}

// Underway says whether some questions are answered and others are not.
func (m *Model) Underway() bool { return m.item != nil && len(m.results) > 0 }

// Init has nothing to start.
func (m *Model) Init() tea.Cmd { return nil }

// SetSize tells the screen how many cells it has.
func (m *Model) SetSize(width, height int) tea.Cmd {
	m.width, m.height = width, height
	m.layOut()
	return nil
}

// SetTheme changes the styles.
func (m *Model) SetTheme(t *ui.Theme) tea.Cmd {
	m.theme = t
	m.layOut()
	return nil
}

// carrying says whether enter puts an item down, and is no answer yet.
func (m *Model) carrying() bool {
	o, ok := m.item.(*order)
	return ok && o.held
}

// Typing says whether keys are text at the moment, and no commands.
func (m *Model) Typing() bool {
	_, typing := m.item.(*fill)
	return typing && m.verdict == nil
}

// Update handles keys and pasted text.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		cmd = m.press(msg)
	case tea.PasteMsg:
		if f, ok := m.item.(*fill); ok && m.verdict == nil {
			m.start = false
			f.input.Insert(strings.TrimSpace(msg.Content))
		}
	default:
		return nil
	}
	m.layOut()
	return cmd
}

func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case m.item == nil:
		return m.pressSummary(msg)
	case m.verdict != nil:
		return m.pressVerdict(msg)
	case m.set.Placement != nil && key.Matches(msg, m.keys.skip):
		m.skip()
		return nil
	case m.unseen() && (!m.Typing() || key.Matches(msg, m.keys.submit)):
		m.start = false
		return nil
	}
	m.start = false
	if key.Matches(msg, m.keys.submit) && !m.carrying() {
		return m.submit()
	}
	at := m.last
	m.note = ""
	m.item.press(msg)
	m.layOut()
	// Above the first option the prompt is all that there is to go to.
	up := msg.String() == "up" || msg.String() == "k" && !m.Typing()
	m.start = up && m.last == at
	return nil
}

// unseen says whether the cursor is below what is in sight: a key that would
// move it, or answer, shows it first.
func (m *Model) unseen() bool { return m.last >= m.top+m.bodyHeight(m.foot()) }

// submit has the answer graded, once all its parts are there. A near miss is no
// answer yet.
func (m *Model) submit() tea.Cmd {
	if a, ok := m.item.(advancer); ok && a.advance() {
		m.top = len(m.lines) // all of the next part, where it fits
		return nil
	}
	a, missing := m.item.answer()
	if missing != "" {
		m.note = missing
		return nil
	}
	q := m.question()
	v := q.Grade(a)
	if v.Again {
		m.note = strings.Join(append(v.Feedback, "Try again."), " ")
		return nil
	}
	m.judge(&v)
	return route.Send(route.Answered{Lesson: q.Lesson, Question: q.ID, Right: v.Right, Placed: m.set.Placement != nil})
}

// skip goes without an answer, which the record needs not know.
func (m *Model) skip() {
	m.skipped, m.note = true, ""
	m.judge(&lessons.Verdict{Feedback: []string{m.question().Explanation}})
}

// judge shows a verdict from where it is explained; the prompt has been read.
func (m *Model) judge(v *lessons.Verdict) {
	m.verdict = v
	m.results = append(m.results, v.Right)
	if p := m.set.Placement; p != nil {
		p.Answer(v.Right)
	}
	m.layOut()
	m.top = m.own
}

func (m *Model) pressVerdict(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.next):
		m.ask()
	case key.Matches(msg, m.keys.up):
		m.top--
	case key.Matches(msg, m.keys.down):
		m.top++
	case key.Matches(msg, m.keys.section):
		return m.read(m.question())
	}
	return nil
}

// read opens the lesson where it answers a question.
func (m *Model) read(q *lessons.Question) tea.Cmd {
	return route.Send(route.Lesson{Slug: q.Lesson, Section: q.Section})
}
