package quiz

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"shipshape/lessons"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// ask returns the screen that asks only the questions of those ids, or all
// without ids.
func ask(width, height int, ids ...string) *Model {
	l := tuitest.Course().Lesson("cache")
	set := Set{Title: "Quiz", Exercise: l.Exercise, Questions: append(l.Questions, tuitest.Predictions()...)}
	if len(ids) > 0 {
		set.Questions = slices.DeleteFunc(set.Questions, func(q *lessons.Question) bool { return !slices.Contains(ids, q.ID) })
	}
	m := New(ui.NewTheme(true), set)
	m.SetSize(width, height)
	return m
}

func answered(question string, right bool) tea.Msg {
	return route.Answered{Lesson: "cache", Question: question, Right: right}
}

func TestEachTypeOfQuestion(t *testing.T) {
	for _, tc := range []struct {
		id    string
		keys  []string
		right bool
	}{
		{"first-step", []string{optionKey("first-step", 1)}, true},
		{"first-step", []string{"down", "up", optionKey("first-step", 2)}, false},
		{"what-counts", []string{optionKey("what-counts", 0), optionKey("what-counts", 2)}, true},
		{"what-counts", []string{optionKey("what-counts", 1), "down", "space", "space"}, false},
		{"which-file", strings.Split(".dockerignore", ""), true},
		{"which-file", strings.Split(".gitignore", ""), false},
		{"which-order", nil, false},
		{"which-line", []string{"down"}, true},
		{"which-line", []string{"3"}, false},
		{"line-and-reason", []string{"4", "enter", reasonKey(true)}, true},
		{"line-and-reason", []string{"4", "enter", reasonKey(false)}, false},
		{"line-and-reason", []string{"4", "enter", "left", "3", "enter", reasonKey(true)}, false},
		{"which-steps", []string{"space", "3"}, true},
		{"which-steps", []string{"3"}, false},
		{"what-becomes", []string{"down", "enter", "3"}, true},
		{"what-becomes", []string{"down", "enter", "up", "left", "up", "enter", "2"}, false},
		{"which-cause", []string{causeKey(0), "enter", causeKey(1)}, true},
		{"which-cause", []string{causeKey(1), "enter", causeKey(2)}, false},
		{"mend-it", append([]string{"ctrl+u"}, strings.Split(`CMD ["sleep", "60"]`, "")...), true},
		{"mend-it", strings.Split("0", ""), false},
	} {
		t.Run(fmt.Sprintf("%s-%v", tc.id, tc.right), func(t *testing.T) {
			m := ask(60, 21, tc.id)
			tuitest.Press(m, tc.keys...)
			before := m.View()
			got := tuitest.Press(m, "enter")
			if want := []tea.Msg{answered(tc.id, tc.right)}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			after := m.View()
			if w := max(tuitest.Widest(before), tuitest.Widest(after)); w > 60 {
				t.Errorf("%d cells wide", w)
			}
			golden.RequireEqual(t, tuitest.Plain(before)+"=== after enter ===\n"+tuitest.Plain(after))
		})
	}
}

// optionKey picks an option of a choice, wherever it is shown.
func optionKey(id string, option int) string {
	return fmt.Sprint(slices.Index(ask(60, 21, id).item.(*choice).shown, option) + 1)
}

// reasonKey picks the right, or a wrong, reason of "line-and-reason", and
// causeKey a cause of "which-cause", wherever they are shown.
func reasonKey(right bool) string {
	m := ask(60, 21, "line-and-reason")
	p := m.item.(*line).reasons.parts[0]
	at := slices.Index(p.shown, p.right)
	if !right {
		at = 1 - at
	}
	return fmt.Sprint(at + 1)
}

func causeKey(cause int) string {
	m := ask(60, 21, "which-cause")
	return fmt.Sprint(slices.Index(m.item.(*series).parts[0].shown, cause) + 1)
}

func TestOrderIsMadeByMoving(t *testing.T) {
	m := ask(60, 21, "which-order")
	o := m.item.(*order)
	for want := range o.items { // bring each item to its place, from the top
		for o.cursor < slices.Index(o.items, want) {
			tuitest.Press(m, "down")
		}
		tuitest.Press(m, "space")
		for o.cursor > want {
			tuitest.Press(m, "up")
		}
		if got := tuitest.Press(m, "enter"); got != nil {
			t.Fatalf("enter with an item in hand sends %v, and does not put it down", got)
		}
	}
	if got := tuitest.Press(m, "enter"); !slices.Equal(got, []tea.Msg{answered("which-order", true)}) {
		t.Errorf("the items stand as %v, and enter sends %v", o.items, got)
	}
}

func TestOrderIsNeverOfferedSolved(t *testing.T) {
	q := tuitest.Course().Question("which-order")
	for round := range 200 {
		if o := newOrder(q, round); q.Grade(lessons.Answer{Picks: o.items}).Right {
			t.Fatalf("round %d offers the right order %v", round, o.items)
		}
	}
}

func TestANearMissIsAskedAgain(t *testing.T) {
	m := ask(60, 12, "which-file")
	got := tuitest.Press(m, append(strings.Split("dockerignore", ""), "enter")...)
	if got != nil {
		t.Fatalf("a near miss counts as an answer: %v", got)
	}
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "▸ It begins with a dot. Try again.") {
		t.Errorf("the hint is not shown:\n%s", view)
	}
	got = tuitest.Press(m, "home", ".", "enter")
	if !slices.Equal(got, []tea.Msg{answered("which-file", true)}) {
		t.Errorf("after the dot is typed: %v", got)
	}
}

func TestNothingPickedIsNoAnswer(t *testing.T) {
	for _, id := range []string{"what-counts", "which-file"} {
		if got := tuitest.Press(ask(60, 12, id), "enter"); got != nil {
			t.Errorf("%s: an empty answer is sent: %v", id, got)
		}
	}
}

func TestSummaryAndAgain(t *testing.T) {
	m := ask(60, 12, "first-step", "which-line")
	tuitest.Press(m, optionKey("first-step", 0), "enter", "enter", "2", "enter", "enter") // one wrong, one right
	golden.RequireEqual(t, tuitest.Plain(m.View()))

	if got := tuitest.Press(m, "s"); !slices.Equal(got, []tea.Msg{route.Lesson{Slug: "cache", Section: "the-graph"}}) {
		t.Errorf("s sends %v, want the section of the first question", got)
	}
	if got := tuitest.Press(m, "enter"); !slices.Equal(got, []tea.Msg{route.Exercise{Slug: "quick-build"}}) {
		t.Errorf("enter sends %v, want the exercise", got)
	}
	tuitest.Press(m, "r")
	if q := m.question(); q == nil || q.ID != "first-step" || len(m.asked) != 1 {
		t.Errorf("r asks %v of %d questions, want the one that went wrong", q, len(m.asked))
	}
}

func TestASmallScreenFollowsTheCursor(t *testing.T) {
	m := ask(60, 6, "first-step")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Only main.c changed") || !strings.Contains(view, "more below") {
		t.Errorf("the question does not begin at its start, or does not say that it goes on:\n%s", view)
	}
	if got := tuitest.Press(m, "enter"); got != nil || !strings.Contains(tuitest.Plain(m.View()), "▸ 1 ") {
		t.Errorf("enter answers with an option that was never in sight: %v\n%s", got, tuitest.Plain(m.View()))
	}
	tuitest.Press(m, "down", "down")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "▸ 3 ") {
		t.Errorf("the option at the cursor is out of sight:\n%s", view)
	}
	tuitest.Press(m, "up", "up", "up")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Only main.c changed") {
		t.Errorf("going up does not show the question again:\n%s", view)
	}
	tuitest.Press(m, optionKey("first-step", 0), "enter")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Not quite") {
		t.Errorf("the verdict is out of sight:\n%s", view)
	}
}

func TestASmallScreenShowsWhatIsTyped(t *testing.T) {
	m := ask(60, 6, "mend-it")
	if got := tuitest.Press(m, "enter"); got != nil {
		t.Errorf("enter answers before the line was in sight: %v", got)
	}
	tuitest.Press(m, "up", "k")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "60k") {
		t.Errorf("what is typed is out of sight:\n%s", view)
	}
	tuitest.Press(m, "up")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "without a shell") {
		t.Errorf("going up does not show the question again:\n%s", view)
	}
}

func TestASmallScreenShowsTheRightAnswer(t *testing.T) {
	m := ask(60, 8, "mend-it")
	tuitest.Press(m, "0", "enter")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "A right answer:") {
		t.Errorf("it is out of sight:\n%s", view)
	}
}

func TestASmallScreenShowsTheNextPart(t *testing.T) {
	m := ask(60, 8, "what-becomes")
	for range 2 { // to the options, and to the next part
		tuitest.Press(m, "enter")
	}
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "With which code") || !strings.Contains(view, "3 137") {
		t.Errorf("the next part is not in sight as a whole:\n%s", view)
	}
}

func TestASmallSummaryShowsItsAdvice(t *testing.T) {
	m := ask(60, 7, "first-step", "which-line")
	for m.item != nil {
		tuitest.Press(m, "enter")
	}
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "of 2 right") || !strings.Contains(view, "went wrong") || !strings.Contains(view, "more below") {
		t.Errorf("the summary does not begin with its advice, or does not say that it goes on:\n%s", view)
	}
	if got := tuitest.Press(m, "s"); got != nil || !strings.Contains(tuitest.Plain(m.View()), "▸ ") {
		t.Errorf("s opens the section of a question that was never in sight: %v\n%s", got, tuitest.Plain(m.View()))
	}
	tuitest.Press(m, "down", "up", "up")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "of 2 right") {
		t.Errorf("going up does not show the start again:\n%s", view)
	}
}

func TestHelpNamesEachKeyOnce(t *testing.T) {
	m := ask(60, 21, "first-step")
	for _, state := range []string{"asked", "answered", "summed up"} {
		seen := map[string]string{}
		for _, b := range slices.Concat(m.FullHelp()...) {
			for _, k := range b.Keys() {
				if seen[k] != "" {
					t.Errorf("%s: %s is both %q and %q", state, k, seen[k], b.Help().Desc)
				}
				seen[k] = b.Help().Desc
			}
		}
		for _, k := range []string{"enter", "up", "down", "s"} {
			if seen[k] == "" {
				t.Errorf("%s: nothing says what %s does", state, k)
			}
		}
		tuitest.Press(m, "enter")
	}
}

func TestNothingToAsk(t *testing.T) {
	for nothing, want := range map[string]string{"": "There is nothing to ask here.", "Nothing is due.": "Nothing is due."} {
		m := New(ui.NewTheme(true), Set{Title: "Review", Nothing: nothing})
		m.SetSize(60, 12)
		if got := tuitest.Press(m, "down", "r", "s"); got != nil {
			t.Errorf("keys that ask, or read, send %v", got)
		}
		if view := tuitest.Plain(m.View()); !strings.Contains(view, want) || m.Status() != "" {
			t.Errorf("status %q, and\n%s", m.Status(), view)
		}
		for _, b := range append(m.ShortHelp(), slices.Concat(m.FullHelp()...)...) {
			if b.Enabled() && b.Help().Key != "enter" {
				t.Errorf("%s is named: %q", b.Help().Key, b.Help().Desc)
			}
		}
		if got := tuitest.Press(m, "enter"); !slices.Equal(got, []tea.Msg{route.Back{}}) {
			t.Errorf("enter sends %v", got)
		}
	}
}

func TestPlacementAsksAsLongAsItKnows(t *testing.T) {
	c := tuitest.Course()
	c.Lessons[1].Placement = []string{"first-step", "which-line"}
	m := New(ui.NewTheme(true), Set{Title: "Placement", Placement: lessons.NewPlacement(c)})
	m.SetSize(60, 21)
	if got := m.Status(); got != "question 1 · lesson 2 of 2" {
		t.Errorf("the status is %q", got)
	}
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Two questions about each lesson") {
		t.Errorf("it does not say what it is:\n%s", view)
	}
	got := tuitest.Press(m, optionKey("first-step", 1), "enter")
	if want := []tea.Msg{route.Answered{Lesson: "cache", Question: "first-step", Right: true, Placed: true}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	tuitest.Press(m, "enter", "3", "enter", "enter")
	view := tuitest.Plain(m.View())
	if !strings.Contains(view, "1 of 2 right") || !strings.Contains(view, "Begin with “What the engine keeps”") {
		t.Errorf("in the end it says\n%s", view)
	}
	if got := tuitest.Press(m, "r"); got != nil || m.item != nil {
		t.Errorf("r asks again: %v", got)
	}
	if got := tuitest.Press(m, "enter"); !slices.Equal(got, []tea.Msg{route.Lesson{Slug: "cache"}}) {
		t.Errorf("enter sends %v", got)
	}
}

func TestPlacementGoesOnWithoutAnAnswer(t *testing.T) {
	c := tuitest.Course()
	for _, id := range []string{"first-step", "what-counts", "which-file", "which-order", "which-line", "line-and-reason", "which-steps", "what-becomes", "which-cause", "mend-it"} {
		if c.Question(id) == nil {
			c.Lessons[1].Questions = append(c.Lessons[1].Questions, tuitest.Predictions()...)
		}
		c.Lessons[1].Placement = []string{id}
		m := New(ui.NewTheme(true), Set{Title: "Placement", Placement: lessons.NewPlacement(c)})
		m.SetSize(60, 40)
		if got := tuitest.Press(m, "tab"); got != nil {
			t.Errorf("%s: without an answer, %v is kept", id, got)
		}
		view := tuitest.Plain(m.View())
		solution, _, _ := strings.Cut(c.Question(id).Solution(), "\n")
		if !strings.Contains(view, "Not answered") || !strings.Contains(view, strings.ReplaceAll(solution, "`", "")) ||
			strings.Contains(view, "your answer") || strings.ContainsAny(view, "⏎`") {
			t.Errorf("%s: it is explained as\n%s", id, view)
		}
		tuitest.Press(m, "enter")
		if view := tuitest.Plain(m.View()); !strings.Contains(view, "0 of 1 right") || !strings.Contains(view, "Begin with") {
			t.Errorf("%s: in the end it says\n%s", id, view)
		}
	}
	if m := ask(60, 21, "first-step"); tuitest.Press(m, "tab") != nil || m.verdict != nil {
		t.Error("a quiz goes on without an answer")
	}
}
