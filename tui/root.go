package tui

import (
	"context"
	"os"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"shipshape/tui/route"
	"shipshape/tui/screen/course"
	"shipshape/tui/ui"
)

// screen is what the root asks of a screen.
type screen interface {
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	View() string
	SetSize(width, height int) tea.Cmd
	SetTheme(*ui.Theme) tea.Cmd
	// Title and Status stand in the header, left and right.
	Title() string
	Status() string
	ShortHelp() []key.Binding
	FullHelp() [][]key.Binding
}

// typist is a screen on which keys may be text.
type typist interface{ Typing() bool }

// escaper is a screen that may have something of its own to leave by esc.
type escaper interface{ Escapes() bool }

// runner is a screen on which something may be under way that must be cleaned
// up before the tutor ends.
type runner interface {
	Running() bool
	Stop()
}

// root is the program's model.
type root struct {
	options Options
	// ctx ends when the tutor leaves.
	ctx  context.Context //nolint:containedctx // Bubble Tea hands none to Update
	end  context.CancelFunc
	keys keyMap

	theme         *ui.Theme
	width, height int

	// screens are those that exist, by name: they keep their state while
	// another one is on top. trail names the open ones, the one on top last.
	screens map[string]screen
	trail   []string
	help    screen

	message  message
	record   record
	progress *route.Progress
	shown    bool // the screen that the options ask for
	leaving  bool
	err      error // why the tutor had to end
	presses  int   // of ctrl+c
}

// message is what stands above the line of keys until the next key.
type message struct {
	text string
	bad  bool
}

const courseScreen = "course"

func newRoot(o Options) *root {
	ctx, end := context.WithCancel(context.Background())
	theme := ui.NewTheme(guessDark(os.Getenv))
	return &root{
		options: o,
		ctx:     ctx,
		end:     end,
		keys:    newKeyMap(),
		theme:   theme,
		screens: map[string]screen{courseScreen: course.New(theme, o.Course, o.Catalog)},
		trail:   []string{courseScreen},
		message: message{text: o.Notice},
	}
}

// guessDark is the background to begin with: what COLORFGBG says, else dark.
// The terminal is asked, but its answer, if there is one, comes later.
func guessDark(env func(string) string) bool {
	fields := strings.Split(env("COLORFGBG"), ";")
	switch fields[len(fields)-1] {
	case "7", "9", "10", "11", "12", "13", "14", "15":
		return false
	default:
		return true
	}
}

// Init asks for the terminal's background, reads the course and opens the
// record.
func (m *root) Init() tea.Cmd {
	return tea.Batch(m.load(), tea.RequestBackgroundColor, m.openRecord(), m.openFirst())
}

// Update handles what concerns the frame and hands the rest to the screens.
func (m *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.update(msg)
	if m.leaving {
		return m, tea.Batch(cmd, m.leave())
	}
	return m, cmd
}

func (m *root) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		return m.resize()
	case tea.BackgroundColorMsg:
		return m.retheme(msg.IsDark())
	case loadedMsg:
		return m.loaded(msg)
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		return m.top().Update(msg)
	case route.Target:
		return m.open(msg)
	case route.Back:
		return m.back()
	case route.Quit, leaveMsg:
		m.leaving = true
		return nil
	case route.Failed:
		m.message = message{text: msg.Err.Error(), bad: true}
		return m.resize()
	case route.Notice:
		m.message = message{text: msg.Text}
		return m.resize()
	case recordMsg, writtenMsg, route.Read, route.Answered, route.Attempted, route.HintShown:
		return m.recorded(msg)
	case route.Progress:
		m.progress = &msg
		return tea.Batch(m.tell(msg), m.openFirst())
	}
	return m.tell(msg)
}

// tell hands a message to all screens: it is the answer to a command of one of
// them, which need not be the one on top.
func (m *root) tell(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range m.screens {
		cmds = append(cmds, s.Update(msg))
	}
	return tea.Batch(cmds...)
}

// press handles the keys that are the same everywhere.
func (m *root) press(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, m.keys.leave) {
		m.leaving = true
		return m.hurry()
	}
	switch {
	case m.leaving:
		return nil
	case key.Matches(msg, m.keys.suspend):
		return tea.Suspend
	}
	var resized tea.Cmd
	if m.message.text != "" {
		m.message = message{}
		resized = m.resize()
	}
	switch {
	case m.help != nil:
		return tea.Batch(resized, m.help.Update(msg))
	case !m.typing() && key.Matches(msg, m.keys.help):
		return m.showHelp()
	case key.Matches(msg, m.keys.back) && !m.escapes():
		return tea.Batch(resized, m.back())
	}
	return tea.Batch(resized, m.top().Update(msg))
}

// typing says whether the screen on top takes keys as text.
func (m *root) typing() bool {
	t, ok := m.top().(typist)
	return ok && t.Typing()
}

// escapes says whether esc is the business of the screen on top.
func (m *root) escapes() bool {
	e, ok := m.top().(escaper)
	return ok && e.Escapes()
}

// top is the screen that has the keys.
func (m *root) top() screen {
	if m.help != nil {
		return m.help
	}
	return m.screens[m.trail[len(m.trail)-1]]
}
