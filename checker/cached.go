package checker

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Cached: one or several pieces of work, after an edit, come from cache or run
// again.
type Cached struct {
	// Work names the step that does the work.
	Work Work `yaml:"work"`
	// Works are named in place of Work where there are several, each of which
	// must do as After says.
	Works []Work `yaml:"works"`
	// After is AfterSource or AfterManifest.
	After string `yaml:"after"`
	// Returns is a route of the service, with AfterManifest: what runs after
	// the edit must give the manifest's random value back there, as it does
	// when what the service uses was really installed from the manifest.
	Returns string `yaml:"returns"`
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
	// Lines are those of the RUNs that do it, where whoever asks has found them by
	// more than their commands; then only these count.
	Lines []int `yaml:"-"`
	// Log is a regular expression (RE2) for what the work prints when it
	// really runs.
	Log string `yaml:"log"`
	// Leaves are the ends of paths of files, such as
	// "node_modules/knots/package.json", one of which must be there below the
	// step that the cache kept. A step that only prints what the work prints
	// leaves none. "*" stands for any characters but a slash.
	Leaves []string `yaml:"leaves"`
}

// aloof: it looks at the steps of builds, and runs what it runs by itself.
func (k *Cached) aloof() {}

func (k *Cached) unsound(a Assignment) []Unsound {
	var found []Unsound
	switch {
	case k.After != AfterSource && k.After != AfterManifest:
		found = append(found, unsoundf("after", "after is %q: source or manifest", k.After))
	case k.After == AfterManifest && a.Manifest == nil:
		found = append(found, unsoundf("after", "after is manifest, and the exercise has no manifest edit"))
	}
	if k.Returns != "" && k.After != AfterManifest {
		found = append(found, unsoundf("returns", "returns goes with after: manifest"))
	}
	if len(k.Works) > 0 && (k.Work.Name != "" || len(k.Work.Commands) > 0 || k.Work.Log != "") {
		found = append(found, unsoundf("works", "work and works are both there: use one"))
	}
	for i, w := range k.all() {
		at := "work"
		if len(k.Works) > 0 {
			at = fmt.Sprintf("works[%d]", i)
		}
		found = append(found, w.unsound(at)...)
	}
	return found
}

func (w Work) unsound(at string) []Unsound {
	var found []Unsound
	if len(w.Commands) == 0 && w.Log == "" {
		found = append(found, unsoundf(at, "%s names neither commands nor a log pattern", at))
	}
	if _, err := regexp.Compile(w.Log); err != nil {
		found = append(found, unsoundf(at+".log", "%s.log: %v", at, err))
	}
	for i, pattern := range w.Leaves {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" || path.IsAbs(pattern) {
			found = append(found, unsoundf(fmt.Sprintf("%s.leaves[%d]", at, i), "%s.leaves: %q is not the end of a path", at, pattern))
		}
	}
	return found
}

// all are the pieces of work that the check looks at.
func (k *Cached) all() []Work {
	if len(k.Works) > 0 {
		return k.Works
	}
	return []Work{k.Work}
}

// names are those of the pieces of work, for a sentence.
func (k *Cached) names() string {
	var names []string
	for _, w := range k.all() {
		names = append(names, w.Name)
	}
	return strings.Join(names, " and ")
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

// each looks at one piece of work after another, until one is not as it should
// be; the last finding stands for all.
func (k *Cached) each(f finding, look func(Work, finding) (finding, error)) (finding, error) {
	var good []string
	for _, w := range k.all() {
		found, err := look(w, f)
		if err != nil || !found.passed {
			return found, err
		}
		good = append(good, found.observed)
		f.line = cmp.Or(f.line, found.line)
	}
	f.passed, f.observed = true, strings.Join(good, "; ")
	return f, nil
}

// afterSource: with nothing changed but the source, the work comes from cache.
func (k *Cached) afterSource(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: fmt.Sprintf("%s from cache when only %s changed", k.comes("come"), ev.sub.Assignment.Nonce.File)}
	edited, err := ev.editedBuild(ctx)
	if err != nil {
		return finding{}, err
	}
	return k.each(f, func(w Work, f finding) (finding, error) { return w.staysCached(ctx, ev, edited, f) })
}

// comes is the subject of a sentence with its verb.
func (k *Cached) comes(verb string) string {
	if len(k.all()) == 1 {
		verb += "s"
	}
	return k.names() + " " + verb
}

// staysCached looks at one piece of work in a build after a source edit.
func (w Work) staysCached(ctx context.Context, ev *evidence, edited *Build, f finding) (finding, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	steps, err := w.steps(ctx, ev, edited)
	if err != nil {
		return finding{}, err
	}
	if len(steps) == 0 {
		f.observed = fmt.Sprintf("no step of the build was seen to do it: %s", w.wanted())
		return f, nil
	}
	steps, err = w.looksAgain(ctx, ev, steps)
	if err != nil {
		return finding{}, err
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
	return w.reallyDone(ctx, ev, steps, f)
}

// ran reports whether a step was worked on, rather than taken from cache.
func ran(s Step) bool { return !s.Cached }

// quietLooks are how many further edits are built alone where nothing in the text
// says why a step should run again: the first may find that the engine never
// kept what earlier builds had made.
const quietLooks = 2

// looksAgain looks at further edits where a step ran after the first one. What
// is built wrongly runs again after each of them, and the text mostly says why;
// an engine that has other builds to do may lose a result.
func (w Work) looksAgain(ctx context.Context, ev *evidence, steps []Step) ([]Step, error) {
	file, err := ev.dockerfile()
	if err != nil || !slices.ContainsFunc(steps, ran) {
		return steps, err
	}
	look := func(build *Build, err error) error {
		if err == nil {
			steps, err = w.seenAgain(ctx, ev, build)
		}
		return err
	}
	unexplained := func(s Step) bool { return ran(s) && file.SourceAbove(s.Line) == 0 }
	if err := look(ev.secondEditBuild(ctx)); err != nil {
		return nil, err
	}
	value := ""
	for range quietLooks {
		if !slices.ContainsFunc(steps, unexplained) {
			return steps, nil
		}
		value = rand.Text()
		if err := look(ev.quietEditBuild(ctx, value)); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(steps, unexplained) {
		return steps, nil
	}
	afterEdit := steps
	if err := look(ev.quietEditBuild(ctx, value)); err != nil { // the same once more
		return nil, err
	}
	if i := slices.IndexFunc(steps, unexplained); i >= 0 {
		return nil, losesResults(steps[i])
	}
	return afterEdit, nil
}

// losesResults says that an engine worked again on what had not changed at all.
func losesResults(s Step) error {
	return &EnvironmentError{
		Problem: fmt.Sprintf("the engine worked again on %s though nothing had changed: it finds less in its cache while it has other builds to do", s.Name),
		Remedy:  "Wait until no other build runs on the engine, then check again.",
	}
}

// seenAgain returns the steps that do the work in a further build.
func (w Work) seenAgain(ctx context.Context, ev *evidence, build *Build) ([]Step, error) {
	steps, err := w.steps(ctx, ev, build)
	if err == nil && len(steps) == 0 {
		err = errors.New("the step that does the work was not seen a second time")
	}
	return steps, err
}

// afterManifest: with the manifest changed, the work runs again. A cache that
// never lets go would ship old dependencies.
func (k *Cached) afterManifest(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: k.comes("run") + " again when the manifest changed"}
	if m := ev.sub.Assignment.Manifest; m != nil {
		f.expected = fmt.Sprintf("%s again when %s changed", k.comes("run"), m.File)
	}
	if k.Returns != "" {
		f.expected += ", and what was installed from it is what the service uses"
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
	f, err = k.each(f, func(w Work, f finding) (finding, error) { return w.runsAgain(ctx, ev, build, f) })
	if err != nil || !f.passed || k.Returns == "" {
		return f, err
	}
	return k.returns(ctx, ev, build, f)
}

// runsAgain looks at one piece of work in a build after a manifest edit.
func (w Work) runsAgain(ctx context.Context, ev *evidence, build *Build, f finding) (finding, error) {
	steps, err := w.steps(ctx, ev, build)
	if err != nil {
		return finding{}, err
	}
	if len(steps) == 0 {
		f.observed = fmt.Sprintf("no step of the build was seen to do it: %s", w.wanted())
		return f, nil
	}
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	unexplained := func(s Step) bool { return ran(s) && file.FileAbove(s.Line, ev.sub.Assignment.Manifest.File) == 0 }
	if slices.ContainsFunc(steps, unexplained) {
		// The engine may have lost its result.
		build, err := ev.quietManifestBuild(ctx)
		if err != nil {
			return finding{}, err
		}
		if steps, err = w.seenAgain(ctx, ev, build); err != nil {
			return finding{}, err
		}
	}
	if i := slices.IndexFunc(steps, ran); i >= 0 {
		f.passed, f.line = true, steps[i].Line
		f.observed = fmt.Sprintf("it ran again, %.1f s: %s", steps[i].Duration.Seconds(), steps[i].Name)
		return f, nil
	}
	f.observed, f.line = "it came from cache all the same: "+steps[0].Name, steps[0].Line
	return f, nil
}
