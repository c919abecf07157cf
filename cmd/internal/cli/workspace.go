package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"shipshape/exercises"
)

// workspace is a learner's folder with the exercise that it belongs to.
type workspace struct {
	dir      string
	exercise *exercises.Exercise
}

// which names the workspace that a command is about.
type which struct {
	// slug is the exercise's, and stack one that it is offered in; empty for
	// what the workspace's marker says.
	slug, stack string
	// dir is empty for the current folder.
	dir string
}

// stackFlag adds the flag by which a learner names a stack.
func (a *app) stackFlag(cmd *cobra.Command, at *which) {
	cmd.Flags().StringVar(&at.stack, "stack", "", "the stack, of an exercise that is offered in several")
	completeFlag(cmd, "stack", func(args []string) []cobra.Completion {
		return a.stackChoices(which{slug: first(args), dir: at.dir})
	})
}

// workspace finds the one that a command is about: dir where it is given, else
// the one around the current folder, else the folder of the exercise's name in
// it, else the one that the tutor keeps for the exercise. The exercise and its
// stack are those named, else what the marker in the workspace says.
func (a *app) workspace(at which) (workspace, error) {
	named, err := a.named(at)
	if err != nil {
		return workspace{}, err
	}
	if at.dir != "" {
		return a.workspaceAt(named, at)
	}
	if w, ok, err := a.workspaceHere(named, at); ok || err != nil {
		return w, err
	}
	if w, ok, err := a.tutorWorkspace(named, at); ok || err != nil {
		if err == nil {
			a.notice("the workspace of %s is the tutor's, %s", w.exercise.Slug, w.dir)
		}
		return w, err
	}
	if named != nil {
		return workspace{}, usagef(fmt.Sprintf("Begin with `shipshape start %s`, or name the folder with --dir.", named.Slug),
			"there is no workspace of %s here", named.Slug)
	}
	return workspace{}, usagef(
		"Go into one, name it with --dir, or begin an exercise with `shipshape start EXERCISE` (`shipshape exercises` lists them).",
		"this folder is in no workspace")
}

// named is the exercise that a command names, in the stack that it names; nil
// where it names none.
func (a *app) named(at which) (*exercises.Exercise, error) {
	if at.slug == "" {
		return nil, nil
	}
	e, err := a.exercise(at.slug)
	if err != nil {
		return nil, err
	}
	return inStack(e, at.stack)
}

// inStack is the exercise in a stack; "" is the default one.
func inStack(e *exercises.Exercise, stack string) (*exercises.Exercise, error) {
	if in := e.In(stack); in != nil {
		return in, nil
	}
	names := e.StackNames()
	return nil, usagef(didYouMean(stack, names, fmt.Sprintf("It is offered in %s.", inWords(names))), "%s is not offered in %q", e.Slug, stack)
}

// workspaceHere looks around the current folder, and in those of the named
// exercise's names.
func (a *app) workspaceHere(named *exercises.Exercise, at which) (w workspace, ok bool, err error) {
	if named == nil {
		return a.workspaceBy(exercises.FindWorkspace, ".", at)
	}
	return a.workspaceBy(named.FindWorkspace, ".", at)
}

// tutorWorkspace looks where the tutor keeps workspaces.
func (a *app) tutorWorkspace(named *exercises.Exercise, at which) (w workspace, ok bool, err error) {
	if named == nil {
		return workspace{}, false, nil
	}
	return a.workspaceBy(named.FindWorkspace, a.tutorDir(), at)
}

// workspaceBy is what a search that starts at dir finds.
func (a *app) workspaceBy(find func(dir string) (exercises.Workspace, error), dir string, at which) (w workspace, ok bool, err error) {
	found, err := orNone(find(dir))
	if err != nil || found.Dir == "" {
		return workspace{}, false, err
	}
	w, err = a.marked(found, at)
	return w, err == nil, err
}

// marked is a workspace as its marker says, which must be what was named.
func (a *app) marked(found exercises.Workspace, at which) (workspace, error) {
	e, err := a.exercise(found.Exercise)
	if err != nil {
		return workspace{}, err
	}
	if e, err = inStack(e, found.Stack); err != nil {
		return workspace{}, err
	}
	if at.stack != "" && at.stack != e.Stack {
		return workspace{}, usagef("Leave the stack out, or name another folder.", "%s is a workspace of %s in %s, not in %s", found.Dir, e.Slug, e.Stack, at.stack)
	}
	return workspace{dir: found.Dir, exercise: e}, nil
}

// workspaceAt is the workspace at or around a folder. With an exercise named,
// any folder will do: an instructor grades what was handed in without a marker.
func (a *app) workspaceAt(named *exercises.Exercise, at which) (workspace, error) {
	if err := isFolder(at.dir); err != nil {
		return workspace{}, err
	}
	found, err := orNone(exercises.FindWorkspace(at.dir))
	switch {
	case err != nil:
		return workspace{}, err
	case found.Dir == "" && named == nil:
		return workspace{}, usagef("Say which exercise it is: `shipshape check EXERCISE --dir DIR`.", "%s is in no workspace", at.dir)
	case found.Dir == "":
		if at.stack == "" {
			named = named.Like(at.dir)
		}
		root, err := filepath.Abs(at.dir)
		return workspace{dir: root, exercise: named}, err
	case named != nil && !named.Called(found.Exercise):
		return workspace{}, usagef("Leave the exercise out, or name another folder.", "%s is a workspace of %s, not of %s", found.Dir, found.Exercise, named.Slug)
	}
	return a.marked(found, at)
}

// isFolder refuses a path that leads to no folder.
func isFolder(dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usagef("", "there is no folder %s", dir)
	}
	return nil
}

// orNone takes a workspace that was looked for: the zero one where there is none.
func orNone(w exercises.Workspace, err error) (exercises.Workspace, error) {
	if errors.Is(err, exercises.ErrNoWorkspace) || errors.Is(err, os.ErrNotExist) {
		return exercises.Workspace{}, nil
	}
	if err != nil {
		return exercises.Workspace{}, usagef("Put the file back, or begin anew with `shipshape start`.", "%v", err)
	}
	return w, nil
}

// exerciseOrWorkspace is the exercise named, in the stack named; where that
// leaves something open, as the workspace at dir, one here, or the tutor's has it.
func (a *app) exerciseOrWorkspace(at which) (*exercises.Exercise, error) {
	if at.slug == "" || at.dir != "" {
		w, err := a.workspace(at)
		return w.exercise, err
	}
	named, err := a.named(at)
	if err != nil || at.stack != "" || len(named.Stacks) < 2 {
		return named, err
	}
	for _, look := range []func(*exercises.Exercise, which) (workspace, bool, error){a.workspaceHere, a.tutorWorkspace} {
		if w, ok, err := look(named, at); ok || err != nil {
			return w.exercise, err
		}
	}
	return named, nil
}
