package checker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// Cached: a piece of work, after an edit, comes from cache or runs again.
type Cached struct {
	// Work names the step that does the work.
	Work Work `yaml:"work"`
	// After is AfterSource or AfterManifest.
	After string `yaml:"after"`
}

// The edits after which a Cached check looks.
const (
	// AfterSource: the work must come from cache.
	AfterSource = "source"
	// AfterManifest: the work must run again.
	AfterManifest = "manifest"
)

// Work tells which RUN steps do a piece of work: those that call one of the
// commands or, since a script may hide the call, those whose log shows it.
type Work struct {
	// Name is for the learner: "npm ci".
	Name string `yaml:"name"`
	// Commands are words as they stand at the start of a shell command:
	// "npm ci", "pip install".
	Commands []string `yaml:"commands"`
	// Log is a regular expression (RE2) for what the work prints when it
	// really runs.
	Log string `yaml:"log"`
}

func (k *Cached) unsound(a Assignment) []Unsound {
	var found []Unsound
	switch {
	case k.After != AfterSource && k.After != AfterManifest:
		found = append(found, unsoundf("after", "after is %q: source or manifest", k.After))
	case k.After == AfterManifest && a.Manifest == nil:
		found = append(found, unsoundf("after", "after is manifest, and the exercise has no manifest edit"))
	}
	if len(k.Work.Commands) == 0 && k.Work.Log == "" {
		found = append(found, unsoundf("work", "work names neither commands nor a log pattern"))
	}
	if _, err := regexp.Compile(k.Work.Log); err != nil {
		found = append(found, unsoundf("work.log", "work.log: %v", err))
	}
	return found
}

func (k *Cached) look(ctx context.Context, ev *evidence) (finding, error) {
	switch k.After {
	case AfterSource:
		return k.afterSource(ctx, ev)
	case AfterManifest:
		return k.afterManifest(ctx, ev)
	default:
		return finding{}, fmt.Errorf("a cached check looks after %q or %q, not after %q", AfterSource, AfterManifest, k.After)
	}
}

// afterSource: with nothing changed but the source, the work comes from cache.
func (k *Cached) afterSource(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: fmt.Sprintf("%s comes from cache when only %s changed", k.Work.Name, ev.sub.Assignment.Nonce.File)}
	edited, err := ev.editedBuild(ctx)
	if err != nil {
		return finding{}, err
	}
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	steps, err := k.steps(ctx, ev, edited)
	if err != nil {
		return finding{}, err
	}
	if len(steps) == 0 {
		f.observed = fmt.Sprintf("no step of the build was seen to do it: %s", k.wanted())
		return f, nil
	}
	if slices.ContainsFunc(steps, ran) {
		// An engine that has other builds to do loses a result now and then.
		// What is built wrongly runs again after every edit.
		if steps, err = k.afterAnotherEdit(ctx, ev); err != nil {
			return finding{}, err
		}
	}
	if i := slices.IndexFunc(steps, ran); i >= 0 {
		f.observed = fmt.Sprintf("it ran again, %.1f s: %s", steps[i].Duration.Seconds(), steps[i].Name)
		f.line = steps[i].Line
		if source := file.SourceAbove(f.line); source > 0 {
			f.why = fmt.Sprintf("Line %d brings the source in above it, so every edit changes what this step stands on.", source)
		}
		return f, nil
	}
	f.passed, f.observed, f.line = true, "it came from cache: "+steps[0].Name, steps[0].Line
	return f, nil
}

// ran reports whether a step was worked on, rather than taken from cache.
func ran(s Step) bool { return !s.Cached }

// afterAnotherEdit returns the steps that do the work in a build after a second
// source edit.
func (k *Cached) afterAnotherEdit(ctx context.Context, ev *evidence) ([]Step, error) {
	build, err := ev.build(ctx, "after a second source edit", ev.sub.Assignment.Nonce, rand.Text())
	if err != nil {
		return nil, err
	}
	steps, err := k.steps(ctx, ev, build)
	if err == nil && len(steps) == 0 {
		err = errors.New("the step that does the work was not seen a second time")
	}
	return steps, err
}

// afterManifest: with the manifest changed, the work runs again. A cache that
// never lets go would ship old dependencies.
func (k *Cached) afterManifest(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: k.Work.Name + " runs again when the manifest changed"}
	if m := ev.sub.Assignment.Manifest; m != nil {
		f.expected = fmt.Sprintf("%s runs again when %s changed", k.Work.Name, m.File)
	}
	build, err := ev.manifestBuild(ctx)
	if errors.Is(err, errEdit) {
		f.observed = err.Error()
		f.why = "The grader changes that text to see what runs again; `shipshape reset` brings it back."
		return f, nil
	}
	if err != nil {
		return finding{}, err
	}
	steps, err := k.steps(ctx, ev, build)
	if err != nil {
		return finding{}, err
	}
	if len(steps) == 0 {
		f.observed = fmt.Sprintf("no step of the build was seen to do it: %s", k.wanted())
		return f, nil
	}
	if i := slices.IndexFunc(steps, ran); i >= 0 {
		f.passed, f.line = true, steps[i].Line
		f.observed = fmt.Sprintf("it ran again, %.1f s: %s", steps[i].Duration.Seconds(), steps[i].Name)
		return f, nil
	}
	f.observed, f.line = "it came from cache all the same: "+steps[0].Name, steps[0].Line
	return f, nil
}

// wanted says what would have been taken for the work.
func (k *Cached) wanted() string {
	return "a RUN that calls " + strings.Join(k.Work.Commands, " or ")
}

// steps returns those steps of a build that do the work. A step does it when
// its command says so or, since a script may hide the command, when its log
// does.
func (k *Cached) steps(ctx context.Context, ev *evidence, build *Build) ([]Step, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return nil, err
	}
	lines := make(map[int]bool)
	for _, s := range build.Steps {
		if s.Line > 0 && k.Work.calledBy(file.Calls(s.Line)) {
			lines[s.Line] = true
		}
	}
	if len(lines) == 0 && k.Work.Log != "" {
		if err := k.linesByLog(ctx, ev, lines); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(build.Steps), func(s Step) bool { return !lines[s.Line] }), nil
}

// linesByLog adds the Dockerfile lines of the steps whose log shows the work. It
// reads the build after a manifest edit, in which the work has to run: what the
// others show depends on what earlier grades left in the cache.
func (k *Cached) linesByLog(ctx context.Context, ev *evidence, lines map[int]bool) error {
	shows, err := regexp.Compile(k.Work.Log)
	if err != nil {
		return fmt.Errorf("the exercise's pattern for %s: %w", k.Work.Name, err)
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
