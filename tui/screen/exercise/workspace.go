package exercise

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shipshape/exercises"
	"shipshape/tui/route"
	"shipshape/tui/ui"
)

type workspaceState int

const (
	unknown workspaceState = iota
	absent
	present
)

// workspaceMsg tells whether the workspace is there.
type workspaceMsg struct {
	slug  string
	state workspaceState
	// dir is where it is, or would be made.
	dir string
	// exercise is the one in the stack that the workspace is of.
	exercise *exercises.Exercise
	// started says that it has just been made.
	started bool
	// edit asks to open the editor next.
	edit bool
	err  error
}

// inspect looks for the workspace: where the learner is, where the tutor makes
// it, and where it made it before the exercise had its name.
func inspect(e *exercises.Exercise, deps Deps) tea.Cmd {
	return func() tea.Msg {
		var fault error
		if deps.Here != "" {
			w, err := e.FindWorkspace(deps.Here)
			if err == nil {
				in, err := inStackOf(e, w.Dir)
				return workspaceMsg{slug: e.Slug, state: present, dir: w.Dir, exercise: in, err: err}
			}
			if !errors.Is(err, exercises.ErrNoWorkspace) {
				fault = fmt.Errorf("look for a workspace in this folder: %w", err)
			}
		}
		for _, at := range append([]string{deps.Dir}, deps.Former...) {
			entries, err := os.ReadDir(at)
			switch {
			case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
				continue
			case err != nil:
				return workspaceMsg{slug: e.Slug, err: fmt.Errorf("look at the workspace: %w", err)}
			}
			in, err := inStackOf(e, at)
			return workspaceMsg{slug: e.Slug, state: present, dir: at, exercise: in, err: errors.Join(fault, err)}
		}
		return workspaceMsg{slug: e.Slug, state: absent, dir: deps.Dir, exercise: e, err: fault}
	}
}

// inStackOf is the exercise in the stack that a workspace's marker names. One
// whose marker is gone is of the stack that it looks like.
func inStackOf(e *exercises.Exercise, dir string) (*exercises.Exercise, error) {
	if len(e.Stacks) < 2 {
		return e, nil
	}
	w, err := exercises.FindWorkspace(dir)
	switch {
	case errors.Is(err, exercises.ErrNoWorkspace) || err == nil && !e.Called(w.Exercise):
		return e.Like(dir), nil
	case err != nil:
		return nil, fmt.Errorf("look which stack the workspace is of: %w", err)
	}
	in := e.In(w.Stack)
	if in == nil {
		return nil, fmt.Errorf("the workspace %s is of the stack %q, in which %s is not offered", dir, w.Stack, e.Slug)
	}
	return in, nil
}

func (m *Model) start(edit bool) tea.Cmd {
	if m.state == present {
		return route.Send(route.Notice{Text: "The project is already there: " + m.place})
	}
	if m.deps.Start == nil {
		return route.Send(route.Notice{Text: "This exercise cannot be started here."})
	}
	e, dir, start := m.exercise, m.dir, m.deps.Start
	return func() tea.Msg {
		if err := start(e, dir); err != nil {
			return workspaceMsg{slug: e.Slug, err: fmt.Errorf("start %s: %w", e.Slug, err)}
		}
		return workspaceMsg{slug: e.Slug, state: present, dir: dir, exercise: e, started: true, edit: edit}
	}
}

func (m *Model) workspace(msg workspaceMsg) tea.Cmd {
	if msg.slug != m.exercise.Slug {
		return nil
	}
	var told tea.Cmd
	if msg.err != nil {
		told = route.Send(route.Failed{Err: msg.err})
	}
	if msg.exercise == nil {
		return told
	}
	m.state = msg.state
	if msg.dir != m.dir {
		m.dir, m.place = msg.dir, place(msg.dir)
	}
	chosen := m.choose(msg.exercise)
	switch {
	case msg.edit:
		return tea.Batch(chosen, m.edit())
	case msg.started:
		return tea.Batch(chosen, route.Send(route.Notice{Text: "The project is in " + m.place + ". Press e to edit its Dockerfile, c to check it."}))
	}
	return tea.Batch(chosen, told)
}

// place is a path with the home directory as "~".
func place(dir string) string {
	if home, err := os.UserHomeDir(); err == nil {
		if rest, ok := strings.CutPrefix(dir, home+string(filepath.Separator)); ok {
			dir = "~" + string(filepath.Separator) + rest
		}
	}
	return ui.Line(dir)
}

func (m *Model) dockerfile() string {
	return filepath.Join(m.dir, filepath.FromSlash(m.exercise.DockerfileName()))
}

// editorMsg carries the command that opens the learner's editor.
type editorMsg struct {
	slug string
	cmd  *exec.Cmd
	err  error
}

type editedMsg struct {
	slug string
	err  error
}

// edit opens the Dockerfile in the learner's editor, in a new workspace where
// there is none yet.
func (m *Model) edit() tea.Cmd {
	if m.state != present {
		return m.start(true)
	}
	slug, file := m.exercise.Slug, m.dockerfile()
	return func() tea.Msg {
		argv, err := editor(os.Getenv, exec.LookPath)
		if err != nil {
			return editorMsg{slug: slug, err: err}
		}
		cmd := exec.Command(argv[0], append(argv[1:], file)...) //nolint:gosec,noctx // the learner's own editor, ended by the learner
		cmd.Dir = filepath.Dir(file)
		return editorMsg{slug: slug, cmd: cmd}
	}
}

// editor finds the learner's editor: $VISUAL, $EDITOR, or what is there.
func editor(env func(string) string, look func(string) (string, error)) ([]string, error) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		argv := strings.Fields(env(name))
		if len(argv) == 0 {
			continue
		}
		if _, err := look(argv[0]); err != nil {
			return nil, fmt.Errorf("the editor in $%s is not to be found: %w. Set %s to one that is installed", name, err, name)
		}
		return argv, nil
	}
	for _, name := range []string{"sensible-editor", "nano", "vim", "vi"} {
		if _, err := look(name); err == nil {
			return []string{name}, nil
		}
	}
	return nil, errors.New("no editor found: set EDITOR to yours, such as EDITOR=nano, or edit the file in another terminal")
}

func (m *Model) openEditor(msg editorMsg) tea.Cmd {
	if msg.slug != m.exercise.Slug {
		return nil
	}
	if msg.err != nil {
		return route.Send(route.Failed{Err: msg.err})
	}
	slug := msg.slug
	return tea.ExecProcess(msg.cmd, func(err error) tea.Msg { return editedMsg{slug: slug, err: err} })
}

func (m *Model) edited(msg editedMsg) tea.Cmd {
	if msg.slug != m.exercise.Slug || msg.err == nil {
		return nil
	}
	return route.Send(route.Failed{Err: fmt.Errorf("the editor ended with an error: %w", msg.err)})
}
