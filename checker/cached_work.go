package checker

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// wanted says what would have been taken for the work.
func (w Work) wanted() string {
	return "a RUN that calls " + strings.Join(w.Commands, " or ")
}

// steps returns those steps of a build that do the work. A step does it when
// its command says so or, since a script may hide the command, when its log
// does.
func (w Work) steps(ctx context.Context, ev *evidence, build *Build) ([]Step, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return nil, err
	}
	lines := make(map[int]bool)
	for _, s := range build.Steps {
		if s.Line > 0 && (slices.Contains(w.Lines, s.Line) || len(w.Lines) == 0 && w.calledBy(file.Calls(s.Line))) {
			lines[s.Line] = true
		}
	}
	if len(lines) == 0 && w.Log != "" {
		if err := w.linesByLog(ctx, ev, lines); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(build.Steps), func(s Step) bool { return !lines[s.Line] }), nil
}

// linesByLog adds the Dockerfile lines of the steps whose log shows the work. It
// reads the build after a manifest edit, in which the work has to run: what the
// others show depends on what earlier grades left in the cache.
func (w Work) linesByLog(ctx context.Context, ev *evidence, lines map[int]bool) error {
	shows, err := regexp.Compile(w.Log)
	if err != nil {
		return fmt.Errorf("the exercise's pattern for %s: %w", w.Name, err)
	}
	file, err := ev.dockerfile()
	if err != nil {
		return err
	}
	build, err := ev.manifestBuild(ctx)
	if errors.Is(err, errEdit) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, s := range build.Steps {
		if s.Line > 0 && shows.MatchString(s.Log) && !onlyTalks(file.Calls(s.Line)) {
			lines[s.Line] = true
		}
	}
	return nil
}

// talks reports whether a call only prints, because its program does nothing
// else or an option asks for no more: its log is no sign of work.
func talks(call []string) bool {
	if len(call) == 0 {
		return false
	}
	switch path.Base(call[0]) {
	case "echo", "printf", "cat":
		return true
	}
	return slices.ContainsFunc(call[1:], func(word string) bool {
		return word == "--help" || word == "-h" || word == "--version" || word == "--dry-run"
	})
}

// onlyTalks reports whether calls, of which there is at least one, all talk.
func onlyTalks(calls [][]string) bool {
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(call []string) bool { return !talks(call) })
}

// calledBy reports whether one of the calls, each as words, is one of the
// work's commands.
func (w Work) calledBy(calls [][]string) bool {
	for _, call := range calls {
		if talks(call) {
			continue
		}
		for _, command := range w.Commands {
			if dockerfile.Matches(call, command) {
				return true
			}
		}
	}
	return false
}
