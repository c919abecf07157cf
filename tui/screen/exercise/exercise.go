// Package exercise is the screen on which an exercise is done: the task, the
// workspace, the check as it runs, the evidence for what failed, and hints.
package exercise

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

// Deps is what the screen needs of the world. A func that is nil is not to be
// had: the screen says so when it is asked for.
type Deps struct {
	// Context ends everything when the tutor ends.
	Context context.Context //nolint:containedctx // handed to the commands that this screen makes
	// Here is the folder that the learner is in: a workspace of the exercise that
	// is found from there is the one that is meant. Empty for none.
	Here string
	// Dir is the exercise's workspace where there is none here.
	Dir string
	// Former are folders that it may be in instead: those of the exercise's
	// earlier names.
	Former []string
	// Grade grades the workspace on the engine. It returns when nothing of
	// the grade is left on the engine, also after a cancel. What has not
	// changed since its last grade gets that verdict again, unless force is set.
	Grade func(ctx context.Context, e *exercises.Exercise, dir string, force bool, observe checker.Observer) (*checker.Report, error)
	// Review reads the workspace without an engine.
	Review func(context.Context, *exercises.Exercise, string) (*checker.Report, error)
	// Start copies the starter project to the workspace.
	Start func(*exercises.Exercise, string) error
	// Lesson returns the title of the lesson of that slug, empty for none.
	Lesson func(slug string) string
}

// Model is the screen's state. Make one with [New].
type Model struct {
	theme         *ui.Theme
	width, height int
	keys          keyMap
	deps          Deps

	exercise *exercises.Exercise
	dir      string // the workspace
	place    string // dir, as the learner would write it
	texts    *texts
	state    workspaceState
	tab      tab
	tops     [tabs]int // how far each tab is scrolled
	held     bool      // the build, by the learner: it is no longer followed
	detail   bool      // the card of evidence alone, without the list of checks
	shown    int       // hints shown so far
	passed   bool      // at some time, in the learner's record

	run    *run // the one under way, nil for none
	runs   int  // started so far
	checks checkList
	build  buildLog
	report *checker.Report
	source string // the Dockerfile as it was graded
}

// New returns the screen of an exercise.
func New(theme *ui.Theme, e *exercises.Exercise, deps Deps) *Model {
	m := &Model{theme: theme, exercise: e, deps: deps, dir: deps.Dir, keys: newKeyMap()}
	m.checks = newCheckList(e.Checks)
	m.tops[tabHints] = newest
	m.place = place(deps.Dir)
	return m
}

// choose turns to the exercise in another stack.
func (m *Model) choose(e *exercises.Exercise) tea.Cmd {
	if e == nil || e == m.exercise {
		return nil
	}
	m.exercise, m.texts = e, nil
	m.checks = newCheckList(e.Checks)
	m.shown = min(m.shown, len(e.Hints))
	return m.rerender()
}

// nextStack turns to the stack after this one, while there is no project yet.
func (m *Model) nextStack() tea.Cmd {
	all := m.exercise.Stacks
	switch {
	case len(all) < 2:
		return nil
	case m.state == present:
		return route.Send(route.Notice{Text: fmt.Sprintf("This project is in %s. Another one: shipshape start %s --stack STACK",
			m.exercise.Stack, m.exercise.Slug)})
	}
	next := all[(slices.Index(all, m.exercise)+1)%len(all)]
	return tea.Batch(m.choose(next), route.Send(route.Notice{Text: fmt.Sprintf("In %s; it is offered in %s. Press s to start.",
		next.Stack, strings.Join(next.StackNames(), ", "))}))
}

// Init looks whether the workspace is there.
func (m *Model) Init() tea.Cmd {
	return inspect(m.exercise, m.deps)
}

// SetSize tells the screen how many cells it has, and renders its texts anew
// where their width changes.
func (m *Model) SetSize(width, height int) tea.Cmd {
	m.width, m.height = width, height
	return m.rerender()
}

// SetTheme changes the styles and renders the texts anew.
func (m *Model) SetTheme(t *ui.Theme) tea.Cmd {
	m.theme = t
	return m.rerender()
}

func (m *Model) rerender() tea.Cmd {
	if m.width == 0 || (m.texts != nil && m.texts.fits(m.textWidth(), m.theme.Dark)) {
		return nil
	}
	return render(m.exercise, m.textWidth(), m.theme.Dark)
}

// Update handles keys, what the grade tells, and the results of commands.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.press(msg)
	case route.Progress:
		s := msg.Summary.Exercises[m.exercise.Slug]
		m.shown = min(max(m.shown, s.HintLevel), len(m.exercise.Hints))
		m.passed = m.passed || s.Passed
	case renderedMsg:
		return m.rendered(msg)
	case workspaceMsg:
		return m.workspace(msg)
	case editorMsg:
		return m.openEditor(msg)
	case editedMsg:
		return m.edited(msg)
	case feedMsg:
		return m.fed(msg)
	case tickMsg:
		return m.tick(msg)
	case gradedMsg:
		return m.graded(msg)
	}
	return nil
}

// Running says whether a grade is under way.
func (m *Model) Running() bool { return m.run != nil }

// Escapes says whether esc has something to leave here: a grade, or the
// evidence.
func (m *Model) Escapes() bool { return m.run != nil || m.detail }

// Stop cancels the grade that is under way. It has ended when Running says so.
func (m *Model) Stop() {
	if m.run != nil {
		m.run.stopping = true
		m.run.cancel()
	}
}

func (m *Model) rendered(msg renderedMsg) tea.Cmd {
	if msg.exercise != m.exercise {
		return nil
	}
	if msg.err != nil {
		return route.Send(route.Failed{Err: msg.err})
	}
	if msg.texts.fits(m.textWidth(), m.theme.Dark) {
		m.texts = msg.texts
	}
	return nil
}
