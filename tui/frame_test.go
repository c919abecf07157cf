package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"shipshape/exercises"
	"shipshape/lessons"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

var openQuizOfCache = route.Quiz{Lesson: "cache"}

// still is a root without a program around it: messages that screens send are
// delivered at once.
func still(t *testing.T, width, height int) *root {
	t.Helper()
	o := options(t, &fakeRecord{}, tuitest.Report())
	o.Record = nil
	m := newRoot(o)
	deliver(m, tea.WindowSizeMsg{Width: width, Height: height})
	return m
}

func deliver(m *root, msg tea.Msg) {
	_, cmd := m.Update(msg)
	for _, next := range tuitest.Run(cmd) {
		deliver(m, next)
	}
}

func press(m *root, names ...string) {
	for _, n := range names {
		deliver(m, tuitest.Key(n))
	}
}

func TestFrame(t *testing.T) {
	for _, tc := range []struct {
		name string
		keys []string
		then tea.Msg
	}{
		{name: "course"},
		{name: "lesson", keys: []string{"down", "enter"}},
		{name: "quiz", keys: []string{"down", "z"}},
		{name: "fill-in", keys: []string{"down", "z", "enter", "enter", "space", "enter", "enter"}},
		{name: "exercise", keys: []string{"end", "enter"}},
		{name: "help", keys: []string{"end", "enter", "?"}},
		{name: "error", then: route.Failed{Err: errors.New("no Docker engine answers on unix:///var/run/docker.sock\x1b[2J: " + strings.Repeat("it is not running, ", 30))}},
	} {
		for _, size := range [][2]int{{60, 15}, {80, 24}, {140, 45}} {
			t.Run(fmt.Sprintf("%s/%dx%d", tc.name, size[0], size[1]), func(t *testing.T) {
				m := still(t, size[0], size[1])
				press(m, tc.keys...)
				if tc.then != nil {
					deliver(m, tc.then)
				}
				view := m.View()
				if got := strings.Count(view.Content, "\n") + 1; got != size[1] {
					t.Errorf("%d lines high", got)
				}
				if got := tuitest.Widest(view.Content); got > size[0] {
					t.Errorf("%d cells wide", got)
				}
				if last := view.Content[strings.LastIndexByte(view.Content, '\n'):]; strings.TrimSpace(ansi.Strip(last)) == "" {
					t.Error("no keys at the bottom")
				}
				if size[0] == 60 {
					golden.RequireEqual(t, tuitest.Plain(view.Content))
				}
			})
		}
	}
}

func TestOptionsSayWhatIsShownFirst(t *testing.T) {
	o := options(t, nil, tuitest.Report())
	o.Record, o.Open, o.Notice = nil, openQuizOfCache, "No engine answers."
	m := newRoot(o)
	m.Init()
	deliver(m, tea.WindowSizeMsg{Width: 80, Height: 24})
	view := tuitest.Plain(m.View().Content)
	if !strings.Contains(view, "question 1 of 5") || !strings.Contains(view, "No engine answers.") {
		t.Errorf("the first frame is:\n%s", view)
	}
}

func TestTheFirstFrameDoesNotWaitForTheCourse(t *testing.T) {
	o := options(t, nil, tuitest.Report())
	o.Record, o.Open = nil, openQuizOfCache
	o.Load = func() (*lessons.Course, *exercises.Catalog, error) { return tuitest.Course(), tuitest.Catalog(), nil }
	o.Course, o.Catalog = nil, nil
	m := newRoot(o)
	cmd := m.Init()
	deliver(m, tea.WindowSizeMsg{Width: 80, Height: 24})
	deliver(m, route.Progress{Summary: tuitest.Summary(), Due: []*lessons.Question{tuitest.Course().Question("what-counts")}})
	press(m, "enter", "down", "z", "r", "?", "esc")
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "Opening the course") {
		t.Errorf("the first frame is:\n%s", view)
	}
	for _, msg := range tuitest.Run(cmd) {
		deliver(m, msg)
	}
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "question 1 of 5") {
		t.Errorf("with the course there, the screen asked for is not:\n%s", view)
	}
	press(m, "esc")
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "Building") {
		t.Errorf("under it there is no course:\n%s", view)
	}
}

func TestATerminalTooSmallIsToldSo(t *testing.T) {
	for _, size := range [][2]int{{59, 40}, {100, 14}, {12, 3}, {1, 1}} {
		m := still(t, size[0], size[1])
		press(m, "down", "enter", "?")
		view := m.View().Content
		if w, h := tuitest.Widest(view), strings.Count(view, "\n")+1; w > size[0] || h > size[1] {
			t.Errorf("%v: drawn in %d×%d", size, w, h)
		}
		if size[0] > 50 && !strings.Contains(view, "needs 60×15") {
			t.Errorf("%v: it does not say what it needs:\n%s", size, view)
		}
	}
}

func TestTheTextComesBackWhenTheTerminalGrows(t *testing.T) {
	m := still(t, 80, 24)
	deliver(m, tea.WindowSizeMsg{Width: 20, Height: 5})
	press(m, "down", "enter")
	deliver(m, tea.WindowSizeMsg{Width: 80, Height: 24})
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "Two hundred requests") {
		t.Errorf("the lesson is not there:\n%s", view)
	}
}

func TestTheThemeFollowsTheTerminal(t *testing.T) {
	m := still(t, 80, 24)
	press(m, "down", "enter")
	dark := m.View().Content
	deliver(m, tea.BackgroundColorMsg{Color: ansi.White})
	light := m.View().Content
	if light == dark || tuitest.Plain(light) != tuitest.Plain(dark) {
		t.Error("on a light background the lesson must differ in its colours, and in nothing else")
	}
}

func TestGuessDark(t *testing.T) {
	for value, want := range map[string]bool{"": true, "15;0": true, "0;15": false, "0;default;7": false, "junk": true} {
		if got := guessDark(func(string) string { return value }); got != want {
			t.Errorf("COLORFGBG=%q: dark is %v, want %v", value, got, want)
		}
	}
}

func TestBackLeadsTheWayOneCame(t *testing.T) {
	m := still(t, 80, 24)
	press(m, "down", "enter", "z")
	titles := []string{m.top().Title()}
	for range 3 {
		press(m, "esc")
		titles = append(titles, m.top().Title())
	}
	want := []string{"Quiz: What the engine keeps", "What the engine keeps", "", ""}
	if fmt.Sprint(titles) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", titles, want)
	}
}

func TestALessonRemembersItsPlace(t *testing.T) {
	m := still(t, 80, 24)
	press(m, "down", "enter", "n", "down")
	before := m.View().Content
	press(m, "esc", "enter")
	if m.View().Content != before {
		t.Error("the lesson is opened at another place than it was left at")
	}
}

func TestReadingForAQuestionLeavesTheQuizOpen(t *testing.T) {
	m := still(t, 80, 24)
	press(m, "down", "enter", "z", "enter", "s")
	if got := m.top().Title(); got != "What the engine keeps" {
		t.Fatalf("s leads to %q", got)
	}
	const place = "question 1 of 5"
	for _, way := range [][]string{{"esc"}, {"s", "z"}, {"esc", "z"}, {"s", "esc", "esc", "z"}} {
		press(m, way...)
		if got := m.top().Status(); got != place {
			t.Errorf("%v leads to %q, want %q", way, got, place)
		}
	}
}

func TestAFinishedQuizBeginsAnew(t *testing.T) {
	m := still(t, 80, 24)
	press(m, "down", "z", "enter", "enter", "space", "enter", "enter", "a", "enter", "enter", "enter", "enter", "enter", "enter")
	if got := m.top().Status(); got != "summary" {
		t.Fatalf("after five answers it is at %q", got)
	}
	press(m, "s", "esc")
	if got := m.top().Status(); got != "summary" {
		t.Errorf("back from the section that it opened it is at %q, want the summary", got)
	}
	press(m, "s", "z")
	if got := m.top().Status(); got != "question 1 of 5" {
		t.Errorf("from that section, opened once more, it is at %q", got)
	}
	press(m, "enter", "s", "z")
	if got := m.top().Title() + ", " + m.top().Status(); got != "Quiz: What the engine keeps, question 1 of 5" {
		t.Errorf("with one answer given it leads to %q, want the verdict on that", got)
	}
	press(m, "esc")
	if got := m.top().Title(); got != "" {
		t.Errorf("under it is %q, want the course", got)
	}
}

func TestAPlacementThatWasLeftGoesOn(t *testing.T) {
	m := still(t, 80, 24)
	m.options.Course.Lesson("context").Placement = []string{"first-step"}
	m.options.Course.Lesson("cache").Placement = []string{"which-line"}
	press(m, "p", "tab", "enter", "esc", "p")
	if got := m.top().Status(); got != "question 2 · lesson 2 of 2" {
		t.Errorf("it goes on with %q", got)
	}
	press(m, "tab", "enter", "esc", "p")
	if got := m.top().Status(); !strings.HasPrefix(got, "question 1 ") {
		t.Errorf("once it is done, it begins with %q", got)
	}
}

func TestQuestionMarksAreTextInAnAnswer(t *testing.T) {
	m := still(t, 80, 24)
	deliver(m, openQuizOfCache)
	press(m, "enter", "enter", "space", "enter", "enter", "?", "q")
	if m.help != nil {
		t.Error("? opened the help")
	}
	if view := tuitest.Plain(m.View().Content); !strings.Contains(view, "› ?q") {
		t.Errorf("the answer has no question mark:\n%s", view)
	}
}

func TestAnUnknownTargetIsAnError(t *testing.T) {
	m := still(t, 80, 24)
	for _, to := range []route.Target{route.Lesson{Slug: "none"}, route.Quiz{Lesson: "none"}, route.Exercise{Slug: "none"}} {
		deliver(m, to)
		if !m.message.bad || !strings.Contains(m.message.text, `"none"`) || m.top().Title() != "" {
			t.Errorf("%#v: message %q, on top %q", to, m.message.text, m.top().Title())
		}
		press(m, "x")
	}
}

// BenchmarkKeyToFrame is the work between a key and the frame that shows it.
func BenchmarkKeyToFrame(b *testing.B) {
	m := newRoot(Options{Course: tuitest.Course(), Catalog: tuitest.Catalog()})
	deliver(m, tea.WindowSizeMsg{Width: 140, Height: 45})
	press(m, "down", "enter")
	keys := []string{"down", "space", "up", "p"}
	for i := 0; b.Loop(); i++ {
		m.Update(tuitest.Key(keys[i%len(keys)]))
		if m.View().Content == "" {
			b.Fatal("nothing to see")
		}
	}
	if m.width < ui.WideWidth {
		b.Fatal("the wide layout was meant")
	}
}
