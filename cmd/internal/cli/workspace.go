package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"shipshape/exercises"
)

// workspace is a learner's folder with the exercise that it belongs to.
type workspace struct {
	dir      string
	exercise *exercises.Exercise
}

// workspace finds the one that a command is about: dir where it is given, else
// the one around the current folder, else the folder of the exercise's name in
// it. The exercise is slug where it is given, else what the marker in the
// workspace says.
func (a *app) workspace(slug, dir string) (workspace, error) {
	var named *exercises.Exercise
	if slug != "" {
		var err error
		if named, err = a.exercise(slug); err != nil {
			return workspace{}, err
		}
	}
	if dir != "" {
		return a.workspaceAt(named, dir)
	}
	places := []string{"."}
	if named != nil {
		places = append(places, named.Slug)
	}
	for _, place := range places {
		root, marked, err := findWorkspace(place)
		if err != nil {
			return workspace{}, err
		}
		if root == "" || named != nil && named.Slug != marked {
			continue
		}
		e, err := a.exercise(marked)
		return workspace{dir: root, exercise: e}, err
	}
	if named != nil {
		return workspace{}, usagef(fmt.Sprintf("Begin with `shipshape start %s`, or name the folder with --dir.", named.Slug),
			"there is no workspace of %s here", named.Slug)
	}
	return workspace{}, usagef(
		"Go into one, name it with --dir, or begin an exercise with `shipshape start EXERCISE` (`shipshape exercises` lists them).",
		"this folder is in no workspace")
}

// workspaceAt is the workspace at or around dir. With an exercise named, any
// folder will do: an instructor grades what was handed in without a marker.
func (a *app) workspaceAt(named *exercises.Exercise, dir string) (workspace, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return workspace{}, usagef("", "there is no folder %s", dir)
	}
	root, marked, err := findWorkspace(dir)
	switch {
	case err != nil:
		return workspace{}, err
	case root == "" && named == nil:
		return workspace{}, usagef("Say which exercise it is: `shipshape check EXERCISE --dir DIR`.", "%s is in no workspace", dir)
	case root == "":
		root, err = filepath.Abs(dir)
		return workspace{dir: root, exercise: named}, err
	case named != nil && named.Slug != marked:
		return workspace{}, usagef("Leave the exercise out, or name another folder.", "%s is a workspace of %s, not of %s", root, marked, named.Slug)
	}
	e, err := a.exercise(marked)
	return workspace{dir: root, exercise: e}, err
}

// findWorkspace returns the root of the workspace at or around a folder and its
// exercise's slug, both empty where there is none.
func findWorkspace(dir string) (root, slug string, err error) {
	root, slug, err = exercises.FindWorkspace(dir)
	if errors.Is(err, exercises.ErrNoWorkspace) || errors.Is(err, os.ErrNotExist) {
		return "", "", nil
	}
	if err != nil {
		return "", "", usagef("Put the file back, or begin anew with `shipshape start`.", "%v", err)
	}
	return root, slug, nil
}

// exerciseOrWorkspace is the exercise named, or that of the workspace at dir or
// around the current folder.
func (a *app) exerciseOrWorkspace(slug, dir string) (*exercises.Exercise, error) {
	if slug != "" && dir == "" {
		return a.exercise(slug)
	}
	w, err := a.workspace(slug, dir)
	return w.exercise, err
}
