package lesson

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

func open(t testing.TB, section string, width, height int) *Model {
	t.Helper()
	m := New(ui.NewTheme(true), tuitest.Course().Lesson("cache"), section)
	resize(m, width, height)
	if m.pages == nil {
		t.Fatal("the text was not rendered")
	}
	return m
}

func resize(m *Model, width, height int) []tea.Msg {
	return tuitest.Feed(m, m.SetSize(width, height))
}

func TestView(t *testing.T) {
	for _, size := range [][2]int{{60, 12}, {80, 21}, {140, 42}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			view := open(t, "", size[0], size[1]).View()
			if w := tuitest.Widest(view); w > size[0] {
				t.Errorf("%d cells wide", w)
			}
			golden.RequireEqual(t, tuitest.Plain(view))
		})
	}
}

func TestEnterRevealsAPrediction(t *testing.T) {
	m := open(t, "predict", 80, 12)
	before := m.View()
	if strings.Contains(before, "bytes of the") {
		t.Fatalf("the outcome is in sight before it was asked for:\n%s", tuitest.Plain(before))
	}
	tuitest.Press(m, "enter")
	golden.RequireEqual(t, tuitest.Plain(before+"\n=== after enter ===\n"+m.View()))
}

func TestARevealTakesNothingBack(t *testing.T) {
	m := open(t, "predict", 80, 8)
	before := m.Status()
	tuitest.Press(m, "enter")
	if got := m.Status(); got != before || !m.revealed[1] {
		t.Errorf("the status was %q and is %q", before, got)
	}
	tuitest.Press(m, "end")
	if got := m.Status(); !strings.HasSuffix(got, "100 %") {
		t.Errorf("at the end it is %q", got)
	}
}

func TestEnterGoesOnToTheQuiz(t *testing.T) {
	m := open(t, "remember", 80, 12)
	var got []tea.Msg
	for range 20 {
		if got = tuitest.Press(m, "enter"); slices.Contains(got, tea.Msg(route.Quiz{Lesson: "cache"})) {
			return
		}
	}
	t.Errorf("enter does not lead to the quiz; it last sent %v", got)
}

func TestAPageKeepsTheLastLinesInSight(t *testing.T) {
	for _, height := range []int{1, 2, 6, 12} {
		for _, key := range []string{"space", "enter"} {
			m := open(t, "", 80, height)
			before := strings.Split(m.View(), "\n")
			if tuitest.Press(m, key); m.view.YOffset() == 0 {
				t.Errorf("at %d lines %s does not go on", height, key)
			}
			after := strings.Split(m.View(), "\n")
			if height > kept && !slices.Equal(before[height-kept:], after[:kept]) {
				t.Errorf("at %d lines, after %s:\n%s", height, key, tuitest.Plain(m.View()))
			}
			if tuitest.Press(m, "pgup"); m.view.YOffset() != 0 {
				t.Errorf("at %d lines, pgup after %s leads to line %d", height, key, m.view.YOffset())
			}
		}
	}
}

func TestReadIsNotedOnceAtTheEnd(t *testing.T) {
	m := open(t, "", 80, 12)
	if got := tuitest.Press(m, "down", "n"); got != nil {
		t.Fatalf("in the middle of the lesson it sends %v", got)
	}
	got := tuitest.Press(m, "end", "home", "end")
	if want := []tea.Msg{route.Read{Lesson: "cache"}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestThePlaceSurvivesAResize(t *testing.T) {
	m := open(t, "predict", 80, 12)
	tuitest.Press(m, "down")
	before := m.view.YOffset()
	resize(m, 60, 12)
	resize(m, 140, 30)
	resize(m, 80, 12)
	if got := m.view.YOffset(); got != before {
		t.Errorf("after resizing there and back it shows line %d and not %d:\n%s", got, before, tuitest.Plain(m.View()))
	}
}

func TestAStaleRenderingIsDropped(t *testing.T) {
	m := open(t, "", 80, 12)
	late := m.SetSize(100, 12)
	resize(m, 60, 12)
	tuitest.Feed(m, late)
	if m.pages.width != m.textWidth() {
		t.Errorf("it shows a text rendered for %d cells in %d", m.pages.width, m.textWidth())
	}
}

func TestSectionKeys(t *testing.T) {
	m := open(t, "", 80, 12)
	at := func() int { return m.layout.place(m.view.YOffset()).section }
	tuitest.Press(m, "n")
	if at() != 1 {
		t.Errorf("n leads to section %d, want 1", at())
	}
	tuitest.Press(m, "down", "p")
	if at() != 1 || m.view.YOffset() != m.layout.starts[1] {
		t.Errorf("p leads to line %d, want the start of section 1, line %d", m.view.YOffset(), m.layout.starts[1])
	}
	tuitest.Press(m, "p", "p")
	if at() != 0 {
		t.Errorf("p leads to section %d, want 0", at())
	}
}

// BenchmarkKeyToView is the work between a key and a frame on a lesson of 200
// sections, far longer than any in the course.
func BenchmarkKeyToView(b *testing.B) {
	l := &lessons.Lesson{Slug: "long"}
	text := tuitest.Course().Lessons[0].Sections[0].Markdown
	for i := range 200 {
		l.Sections = append(l.Sections, lessons.Section{ID: fmt.Sprint(i), Title: "A section", Markdown: text, Reveal: text})
	}
	m := New(ui.NewTheme(true), l, "")
	resize(m, 140, 42)
	keys := []string{"down", "space", "enter", "n"}
	for i := 0; b.Loop(); i++ {
		m.Update(tuitest.Key(keys[i%len(keys)]))
		if m.View() == "" {
			b.Fatal("nothing to see")
		}
	}
}
