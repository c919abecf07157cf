package checker

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// Configured: the image says about itself what it should.
//
// Patterns are regular expressions (RE2) that the whole value, or name, must
// match.
type Configured struct {
	// Env are patterns by the name of a variable that the service must run
	// with: set by the image, or by the entrypoint that it starts.
	Env map[string]string `yaml:"env"`
	// EnvAbsent are patterns of names that no variable may have, neither in
	// the image nor in the service's environment.
	EnvAbsent []string `yaml:"env_absent"`
	// Args are build arguments that are given: values by name. {{value}} in one
	// stands for a random one, 40 digits of hexadecimal, as a commit has.
	Args map[string]string `yaml:"args"`
	// Labels are patterns by a label's name; an empty one takes any value but
	// none. {{arg:NAME}} in one stands for the value of a build argument.
	Labels map[string]string `yaml:"labels"`
	// Workdir demands a working directory other than /.
	Workdir bool `yaml:"workdir"`
	// ExecForm demands that no shell stands between the engine and the
	// process that serves.
	ExecForm bool `yaml:"exec_form"`
	// StopSignal is the signal that must end the service, as in "SIGQUIT".
	StopSignal string `yaml:"stop_signal"`
}

func (k *Configured) unsound(Assignment) []Unsound {
	var found []Unsound
	if len(k.Env)+len(k.EnvAbsent)+len(k.Labels) == 0 && !k.Workdir && !k.ExecForm && k.StopSignal == "" {
		found = append(found, unsoundf("", "it demands nothing"))
	}
	pattern := func(path, p string) {
		if _, err := whole(p); err != nil {
			found = append(found, unsoundf(path, "%s: %v", path, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.Env)) {
		pattern("env."+name, k.Env[name])
	}
	for i, p := range k.EnvAbsent {
		pattern(fmt.Sprintf("env_absent[%d]", i), p)
	}
	for _, name := range slices.Sorted(maps.Keys(k.Labels)) {
		pattern("labels."+name, k.Labels[name])
		for _, m := range labelArg.FindAllStringSubmatch(k.Labels[name], -1) {
			if _, given := k.Args[m[1]]; !given {
				found = append(found, unsoundf("labels."+name, "labels.%s speaks of a build argument %s, which is not given", name, m[1]))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.Args)) {
		if !argName.MatchString(name) {
			found = append(found, unsoundf("args", "%q is no name for a build argument", name))
		}
	}
	return found
}

// labelArg stands in a label's pattern for the value of a build argument.
var labelArg = regexp.MustCompile(`\{\{arg:([^}]+)\}\}`)

// label is the pattern of a label with the values that the grade gave.
func (k *Configured) label(name string, given map[string]string) string {
	return labelArg.ReplaceAllStringFunc(cmp.Or(k.Labels[name], ".+"), func(m string) string {
		return regexp.QuoteMeta(given[labelArg.FindStringSubmatch(m)[1]])
	})
}

// whole compiles a pattern that has to match a whole value.
func whole(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

func (k *Configured) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	c := &configuration{image: image, file: file}
	f := finding{expected: k.expected()}
	for _, part := range []func(context.Context, *evidence, *configuration) (remark, error){
		k.env, k.envAbsent, k.labels, k.workdir, k.execForm, k.stopSignal,
	} {
		r, err := part(ctx, ev, c)
		if err != nil {
			return finding{}, err
		}
		if r.wrong {
			return finding{expected: f.expected, observed: r.text, why: r.why, line: r.line}, nil
		}
		if r.text != "" {
			c.good = append(c.good, r.text)
			f.line = cmp.Or(f.line, r.line)
		}
	}
	f.passed, f.observed = true, strings.Join(c.good, "; ")
	return f, nil
}

// configuration is what the parts of the check look at.
type configuration struct {
	image *Image
	file  *dockerfile.File
	// env is the environment once it is known.
	env []string
	// good is what was found to be in order.
	good []string
}

// remark is what one part found; its text is empty where it was asked nothing.
type remark struct {
	wrong     bool
	text, why string
	line      int
}

func (k *Configured) labels(_ context.Context, ev *evidence, c *configuration) (remark, error) {
	names := slices.Sorted(maps.Keys(k.Labels))
	for _, name := range names {
		value, set := c.image.Labels[name]
		line := c.file.BlameLabel(name)
		switch ok, err := matches(k.label(name, ev.plants.args), value); {
		case err != nil:
			return remark{}, err
		case !set:
			return remark{wrong: true, text: fmt.Sprintf("the image has no label %s", name)}, nil
		case !ok:
			r := remark{wrong: true, text: fmt.Sprintf("the label %s is %q", name, value), line: line}
			if m := labelArg.FindStringSubmatch(k.Labels[name]); m != nil {
				r.text += fmt.Sprintf(", and the build was given --build-arg %s=%s", m[1], ev.plants.args[m[1]])
				r.why = "A stage has a build argument from the line of its ARG on, and no other stage has it: not from the ARG above the first FROM either."
			}
			return r, nil
		}
	}
	if len(names) == 0 {
		return remark{}, nil
	}
	return remark{text: "it has the labels " + strings.Join(names, ", "), line: c.file.BlameLabel(names[0])}, nil
}

func (k *Configured) workdir(ctx context.Context, ev *evidence, c *configuration) (remark, error) {
	if !k.Workdir {
		return remark{}, nil
	}
	r := remark{text: "its working directory is " + c.image.WorkingDir, line: c.file.Blame(dockerfile.BlameWorkdir)}
	if cmp.Or(c.image.WorkingDir, "/") != "/" {
		return r, nil
	}
	dir, err := ev.worksIn(ctx)
	if err != nil {
		return remark{}, err
	}
	if dir != "" && dir != "/" {
		r.text = "the image's working directory is /, and the service works in " + dir
		return r, nil
	}
	r.wrong = true
	r.text = "the image's working directory is /"
	r.why = "Files that a relative path names then land among those of the system. WORKDIR gives the application a folder of its own."
	return r, nil
}

func (k *Configured) stopSignal(_ context.Context, _ *evidence, c *configuration) (remark, error) {
	if k.StopSignal == "" {
		return remark{}, nil
	}
	got, want := signalName(cmp.Or(c.image.StopSignal, defaultStopSignal)), signalName(k.StopSignal)
	return remark{
		wrong: got != want,
		text:  "the engine stops it with " + got,
		line:  c.file.Blame(dockerfile.BlameStopSignal),
	}, nil
}

func matches(pattern, value string) (bool, error) {
	re, err := whole(pattern)
	if err != nil {
		return false, fmt.Errorf("the exercise's pattern %q: %w", pattern, err)
	}
	return re.MatchString(value), nil
}

func (k *Configured) expected() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(k.Env)) {
		parts = append(parts, fmt.Sprintf("the service runs with %s=%s", name, k.Env[name]))
	}
	if len(k.EnvAbsent) > 0 {
		parts = append(parts, "no variable is called "+strings.Join(k.EnvAbsent, " or "))
	}
	for _, name := range slices.Sorted(maps.Keys(k.Labels)) {
		part := "a label " + name
		if k.Labels[name] != "" {
			part += " like " + labelArg.ReplaceAllString(k.Labels[name], "the build argument $1")
		}
		parts = append(parts, part)
	}
	if k.Workdir {
		parts = append(parts, "a working directory other than /")
	}
	if k.ExecForm {
		parts = append(parts, "no shell between the engine and the service")
	}
	if k.StopSignal != "" {
		parts = append(parts, "it is stopped with "+signalName(k.StopSignal))
	}
	return strings.Join(parts, "; ")
}
