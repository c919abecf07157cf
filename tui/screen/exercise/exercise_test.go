package exercise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/lessons/progress"
	"shipshape/tui/internal/tuitest"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// open returns the screen of the test course's exercise with a workspace in a
// temporary directory, whose grade returns at once.
func open(t *testing.T, width, height int) *Model {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(tuitest.Dockerfile), 0o600); err != nil {
		t.Fatal(err)
	}
	m := New(ui.NewTheme(true), tuitest.Catalog().Exercise("quick-build"), Deps{
		Context: t.Context(),
		Dir:     dir,
		Lesson:  func(slug string) string { return map[string]string{"cache": "What the engine keeps"}[slug] },
		Grade: func(context.Context, *exercises.Exercise, string, bool, checker.Observer) (*checker.Report, error) {
			return tuitest.Report(), nil
		},
		Review: func(context.Context, *exercises.Exercise, string) (*checker.Report, error) {
			return &checker.Report{Outcome: checker.OutcomeReviewed, Checks: []checker.Result{{
				ID: "copy-order", Title: "`COPY . .` stands above the download", Status: checker.StatusAdvice, DockerfileLine: 3,
			}}}, nil
		},
	})
	m.place = "~/quick-build" // the temporary directory has another name each time
	tuitest.Feed(m, m.Init())
	tuitest.Feed(m, m.SetSize(width, height))
	return m
}

// check runs a check, or with "r" a review, to its end.
func check(m *Model, name string) []tea.Msg {
	m.Update(tuitest.Key(name))
	r := m.run
	ctx, cancel := context.WithCancel(m.deps.Context)
	defer cancel()
	m.look(ctx)()
	listen := m.listen()
	for m.run == r {
		msg := listen()
		if out := tuitest.Run(m.Update(msg)); m.run != r {
			return out
		}
	}
	return nil
}

func require(t *testing.T, width int, view string) {
	t.Helper()
	if w := tuitest.Widest(view); w > width {
		t.Errorf("%d cells wide", w)
	}
	golden.RequireEqual(t, tuitest.Plain(view))
}

func TestTask(t *testing.T) {
	require(t, 80, open(t, 80, 21).View())
}

func TestTheTaskSaysWhereTheProjectIs(t *testing.T) {
	m := open(t, 80, 21)
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Your project: ~/quick-build\n") {
		t.Errorf("got:\n%s", view)
	}
	m.state = absent
	if view := tuitest.Plain(m.View()); strings.Contains(view, "Your project") {
		t.Errorf("there is none, and it says\n%s", view)
	}
}

func TestEvidence(t *testing.T) {
	for _, size := range [][2]int{{60, 12}, {80, 21}, {140, 42}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			m := open(t, size[0], size[1])
			check(m, "c")
			m.apply(buildEvents(), time.Time{})
			require(t, size[0], m.View())
		})
	}
}

func TestEvidenceAlone(t *testing.T) {
	m := open(t, 60, 12)
	check(m, "c")
	tuitest.Press(m, "enter")
	if !m.Escapes() {
		t.Error("esc would leave the exercise, not the evidence")
	}
	require(t, 60, m.View())
	tuitest.Press(m, "esc")
	if m.Escapes() {
		t.Error("esc does not lead back to the list")
	}
}

func TestWhatCouldNotBeGradedIsNobodysFault(t *testing.T) {
	m := open(t, 80, 21)
	check(m, "c")
	tuitest.Press(m, "down")
	require(t, 80, m.View())
}

func TestAReviewGivesNoVerdict(t *testing.T) {
	m := open(t, 80, 21)
	if got := check(m, "r"); got != nil {
		t.Errorf("a review is recorded as an attempt: %v", got)
	}
	require(t, 80, m.View())
}

func TestWithoutAnEngineCheckReviews(t *testing.T) {
	m := open(t, 80, 21)
	m.deps.Grade = nil
	check(m, "c")
	if m.report == nil || m.report.Outcome != checker.OutcomeReviewed {
		t.Errorf("got %+v, want a review", m.report)
	}
}

// helpOf is what the help says of a key, empty where it does not list it.
func helpOf(m *Model, name string) string {
	for _, b := range slices.Concat(m.FullHelp()...) {
		if b.Enabled() && slices.Contains(b.Keys(), name) {
			return b.Help().Desc
		}
	}
	return ""
}

func TestHelpSaysWhatTheKeysOfACheckDo(t *testing.T) {
	m := open(t, 80, 21)
	for name, want := range map[string]string{"c": "check", "C": "check again what has not changed", "r": "review without an engine"} {
		if got := helpOf(m, name); got != want {
			t.Errorf("with an engine, %s: %q, want %q", name, got, want)
		}
	}
	m.deps.Grade = nil
	for name, want := range map[string]string{"c": "review without an engine", "C": "", "r": "review without an engine"} {
		if got := helpOf(m, name); got != want {
			t.Errorf("without one, %s: %q, want %q", name, got, want)
		}
	}
}

func buildEvents() []checker.Event {
	step := func(digest, name string, s checker.Step) checker.Event {
		s.Digest, s.Name = digest, name
		return checker.StepChanged{Build: "your image", Step: s}
	}
	return []checker.Event{
		step("0", "[internal] load build definition", checker.Step{Done: true}),
		step("1", "[1/5] FROM golang:1.26", checker.Step{Done: true, Cached: true}),
		step("2", "[2/5] WORKDIR /src", checker.Step{Done: true, Duration: 40 * time.Millisecond}),
		step("3", "[3/5] COPY . .", checker.Step{Err: "no space left on device", Log: "copying\n"}),
		step("4", "[4/5] RUN go mod download", checker.Step{Log: "one\ntwo\nthree\nfour\nfive\n"}),
		step("5", "[5/5] USER 1000", checker.Step{}),
	}
}

func TestBuildSteps(t *testing.T) {
	m := open(t, 60, 15)
	m.run = &run{now: time.Time{}.Add(2500 * time.Millisecond)}
	m.apply(buildEvents(), time.Time{}.Add(time.Second))
	m.tab = tabBuild
	require(t, 60, m.View())
}

func TestHintsComeOneAfterAnother(t *testing.T) {
	m := open(t, 80, 21)
	var got []tea.Msg
	for range 5 {
		got = append(got, tuitest.Press(m, "h")...)
	}
	want := []tea.Msg{
		route.HintShown{Exercise: "quick-build", Level: 1},
		route.HintShown{Exercise: "quick-build", Level: 2},
		route.HintShown{Exercise: "quick-build", Level: 3},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	require(t, 80, m.View())
}

func TestComingBackToTheHintsShowsNoNewOne(t *testing.T) {
	m := open(t, 80, 21)
	tuitest.Press(m, "h", "tab")
	if got := tuitest.Press(m, "h"); got != nil {
		t.Errorf("h, pressed to see the hints, shows the next one: %v", got)
	}
}

func TestHintsShownBeforeOpenAtTheLastOne(t *testing.T) {
	m := open(t, 60, 12)
	m.Update(route.Progress{Summary: &progress.Summary{
		Exercises: map[string]progress.ExerciseStats{"quick-build": {HintLevel: 3}},
	}})
	if got := tuitest.Press(m, "h"); got != nil {
		t.Errorf("h, pressed to see the hints, shows another one: %v", got)
	}
	require(t, 60, m.View())
}

func TestALongHintIsShownFromItsStart(t *testing.T) {
	m := open(t, 60, 12)
	m.exercise.Hints[1] = "The start." + strings.Repeat("\n\nMore.", 10)
	m.texts = nil
	tuitest.Feed(m, m.rerender())
	tuitest.Press(m, "h", "h")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Hint 2 of 3\n  The start.") || !strings.Contains(view, "↑↓ there is more above and below") {
		t.Errorf("got:\n%s", view)
	}
}

func TestTheKeyOfTheHintsSaysWhatItDoes(t *testing.T) {
	m := open(t, 80, 21)
	does := func() string {
		for _, b := range m.ShortHelp() {
			if b.Enabled() && b.Help().Key == "h" {
				return b.Help().Desc
			}
		}
		return ""
	}
	for _, tc := range []struct{ key, want string }{
		{"k", "hint"}, {"shift+tab", "first hint"}, {"h", "next hint"}, {"h", "next hint"}, {"h", ""}, {"tab", "hint"}, {"h", ""},
	} {
		tuitest.Press(m, tc.key)
		if got := does(); got != tc.want {
			t.Errorf("after %s, with %d shown, h is %q, want %q", tc.key, m.shown, got, tc.want)
		}
	}
}

func TestALongTaskSaysThatItGoesOn(t *testing.T) {
	m := open(t, 60, 12)
	m.exercise.Brief = "The start." + strings.Repeat("\n\nMore.", 10) + "\n\nThe end."
	m.texts = nil
	tuitest.Feed(m, m.rerender())
	const start, end = "The start.", "The end."
	for _, tc := range []struct{ key, shown, hidden, rest string }{
		{"home", start, end, "↓ there is more below"},
		{"space", "More.", start, "↑↓ there is more above and below"},
		{"end", end, start, "↑ there is more above"},
		{"home", start, end, "↓ there is more below"},
	} {
		tuitest.Press(m, tc.key)
		view := tuitest.Plain(m.View())
		if !strings.Contains(view, tc.shown) || strings.Contains(view, tc.hidden) || !strings.Contains(view, "  "+tc.rest+"\n") {
			t.Errorf("after %s it should show %q, and say %q:\n%s", tc.key, tc.shown, tc.rest, view)
		}
	}
}

func TestAPaneThatHasNoKeysNamesNone(t *testing.T) {
	m := open(t, 140, 12)
	m.exercise.Brief = "The start." + strings.Repeat("\n\nMore.", 10)
	m.texts = nil
	tuitest.Feed(m, m.rerender())
	tuitest.Press(m, "tab")
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "  … there is more") || strings.Contains(view, "↓") {
		t.Errorf("beside the checks, which have the keys, the task says\n%s", view)
	}
}

func TestTheEndsOfTheListOfChecks(t *testing.T) {
	m := open(t, 80, 21)
	tuitest.Press(m, "tab", "end")
	if m.checks.cursor != len(m.checks.rows)-1 {
		t.Errorf("end leads to check %d", m.checks.cursor)
	}
	tuitest.Press(m, "home")
	if m.checks.cursor != 0 {
		t.Errorf("home leads to check %d", m.checks.cursor)
	}
}

func TestABuildThatRunsIsFollowedUntilItIsScrolled(t *testing.T) {
	m := open(t, 60, 8)
	m.run = &run{}
	m.apply(buildEvents(), time.Time{})
	m.tab = tabBuild
	const start, end = "your image", "USER 1000"
	for _, tc := range []struct{ key, shown, hidden string }{{"home", start, end}, {"end", end, start}} {
		if view := tuitest.Plain(m.View()); tc.shown == start && !strings.Contains(view, end) {
			t.Errorf("its end is not in sight:\n%s", view)
		}
		tuitest.Press(m, tc.key)
		if view := tuitest.Plain(m.View()); !strings.Contains(view, tc.shown) || strings.Contains(view, tc.hidden) {
			t.Errorf("after %s:\n%s", tc.key, view)
		}
	}
	m.apply([]checker.Event{checker.StepChanged{Build: "your image", Step: checker.Step{Digest: "6", Name: "[6/6] CMD"}}}, time.Time{})
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "[6/6] CMD") {
		t.Errorf("scrolled to its end, it is not followed any more:\n%s", view)
	}
}

func TestACheckNeedsAProject(t *testing.T) {
	m := open(t, 80, 21)
	m.deps.Dir = filepath.Join(m.deps.Dir, "none")
	tuitest.Feed(m, m.Init())
	got := tuitest.Press(m, "c")
	if m.run != nil || len(got) != 1 || !strings.Contains(fmt.Sprint(got[0]), "Press s") {
		t.Errorf("running: %v, messages: %v", m.run != nil, got)
	}
}

func TestStart(t *testing.T) {
	m := open(t, 80, 21)
	m.state = absent
	m.deps.Start = func(*exercises.Exercise, string) error { return errors.New("the disk is full") }
	got := tuitest.Feed(m, m.Update(tuitest.Key("s")))
	if len(got) != 1 || got[0].(route.Failed).Err.Error() != "start quick-build: the disk is full" {
		t.Errorf("got %v", got)
	}
	m.deps.Start = func(*exercises.Exercise, string) error { return nil }
	tuitest.Feed(m, m.Update(tuitest.Key("s")))
	if m.state != present {
		t.Error("the project is not there after a start")
	}
}

func TestCancelWaitsForTheCleanUp(t *testing.T) {
	m := open(t, 80, 21)
	cleaned := make(chan struct{})
	m.deps.Grade = func(ctx context.Context, _ *exercises.Exercise, _ string, _ bool, tell checker.Observer) (*checker.Report, error) {
		tell(checker.CheckStarted{ID: "builds"})
		<-ctx.Done()
		<-cleaned
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	m.Update(tuitest.Key("c"))
	m.run.cancel = cancel
	grade, listen := m.look(ctx), m.listen()
	go grade()

	tuitest.Press(m, "esc")
	m.Update(listen()) // the start of the check
	if !m.Running() {
		t.Fatal("it does not wait for the clean-up")
	}
	if view := tuitest.Plain(m.View()); !strings.Contains(view, "Stopping") {
		t.Errorf("it does not say that it stops:\n%s", view)
	}
	close(cleaned)
	got := tuitest.Run(m.Update(m.listen()()))
	if m.Running() || len(got) != 1 || !strings.Contains(fmt.Sprint(got[0]), "cancelled") {
		t.Errorf("running: %v, messages: %v", m.Running(), got)
	}
}

func TestMessagesOfAnEarlierRunAreDropped(t *testing.T) {
	m := open(t, 80, 21)
	check(m, "c")
	m.Update(tuitest.Key("c"))
	m.Update(gradedMsg{slug: "quick-build", run: 1, report: tuitest.Report()})
	m.Update(feedMsg{slug: "quick-build", run: 1, events: []checker.Event{checker.CheckDone{Result: tuitest.Report().Checks[0]}}})
	if !m.Running() || m.checks.rows[0].result != nil {
		t.Error("the end of the first run is taken for that of the second")
	}
}

func TestEditor(t *testing.T) {
	installed := func(names ...string) func(string) (string, error) {
		return func(name string) (string, error) {
			if slices.Contains(names, name) {
				return "/bin/" + name, nil
			}
			return "", errors.New("not found")
		}
	}
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, tc := range []struct {
		env  func(string) string
		look func(string) (string, error)
		want []string
	}{
		{env("VISUAL", "code -w", "EDITOR", "vi"), installed("code", "vi"), []string{"code", "-w"}},
		{env("EDITOR", "vi"), installed("vi", "nano"), []string{"vi"}},
		{env(), installed("nano", "vi"), []string{"nano"}},
		{env("EDITOR", "missing"), installed("vi"), nil},
		{env(), installed(), nil},
	} {
		got, err := editor(tc.env, tc.look)
		if !slices.Equal(got, tc.want) || (err == nil) != (tc.want != nil) {
			t.Errorf("got %v, %v; want %v", got, err, tc.want)
		}
	}
}
