package course_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
	"shipshape/tui/screen/course"
	"shipshape/tui/ui"
)

func newModel(width, height int) *course.Model {
	m := course.New(ui.NewTheme(true), tuitest.Course(), tuitest.Catalog())
	m.SetSize(width, height)
	return m
}

func TestView(t *testing.T) {
	for _, size := range [][2]int{{60, 12}, {80, 21}, {140, 42}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			m := newModel(size[0], size[1])
			m.Update(route.Progress{Summary: tuitest.Summary(), Due: []*lessons.Question{tuitest.Course().Question("what-counts")}})
			tuitest.Press(m, "down")
			view := m.View()
			if w := tuitest.Widest(view); w > size[0] {
				t.Errorf("%d cells wide", w)
			}
			golden.RequireEqual(t, tuitest.Plain(m.Status()+"\n"+view))
		})
	}
}

func TestViewBeforeTheRecordIsThere(t *testing.T) {
	golden.RequireEqual(t, tuitest.Plain(newModel(80, 12).View()))
}

func TestTheNextEntryIsInSight(t *testing.T) {
	const height = 6
	for _, way := range [][]string{{"down"}, {"end", "up"}, {"end", "up", "up"}} {
		m := newModel(80, height)
		tuitest.Press(m, way...)
		lines := strings.Split(tuitest.Plain(m.View()), "\n")
		at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, ui.MarkPointer) })
		if at < 0 || at > height-2 {
			t.Errorf("after %v the cursor is on line %d of %d:\n%s", way, at, height, strings.Join(lines, "\n"))
		}
	}
}

func TestKeysOpenScreens(t *testing.T) {
	for _, tc := range []struct {
		keys []string
		want tea.Msg
	}{
		{[]string{"enter"}, route.Lesson{Slug: "context"}},
		{[]string{"down", "enter"}, route.Lesson{Slug: "cache"}},
		{[]string{"down", "z"}, route.Quiz{Lesson: "cache"}},
		{[]string{"end", "enter"}, route.Exercise{Slug: "quick-build"}},
		{[]string{"down", "down", "down", "down", "enter"}, route.Exercise{Slug: "quick-build"}},
		{[]string{"p"}, route.Placement{}},
		{[]string{"q"}, route.Quit{}},
	} {
		if got := tuitest.Press(newModel(80, 21), tc.keys...); !slices.Equal(got, []tea.Msg{tc.want}) {
			t.Errorf("%v: got %v, want %v", tc.keys, got, tc.want)
		}
	}
}

func TestReviewIsOfferedWhenSomethingIsDue(t *testing.T) {
	m := newModel(80, 21)
	if got := tuitest.Press(m, "r"); got != nil {
		t.Errorf("nothing is due, and r sends %v", got)
	}
	m.Update(route.Progress{Summary: tuitest.Summary(), Due: []*lessons.Question{tuitest.Course().Question("what-counts")}})
	if got := tuitest.Press(m, "r"); !slices.Equal(got, []tea.Msg{route.Review{}}) {
		t.Errorf("got %v, want a review", got)
	}
}

func TestWhoIsNewHearsOfThePlacement(t *testing.T) {
	offered := func(m *course.Model) bool {
		for _, b := range m.ShortHelp() {
			if slices.Contains(b.Keys(), "p") {
				return true
			}
		}
		return false
	}
	m := newModel(80, 21)
	m.Update(route.Progress{Summary: &progress.Summary{}})
	if !offered(m) {
		t.Error("with an empty record, the line of keys says nothing of the placement")
	}
	m.Update(route.Progress{Summary: tuitest.Summary()})
	if offered(m) {
		t.Error("it still offers the placement to one who has begun")
	}
}
