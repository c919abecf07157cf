package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"shipshape/checker/compose"
	"shipshape/checker/dockerfile"
)

// Compose says which project of a Compose file is graded, and how it is asked.
type Compose struct {
	// Files are the Compose files, each over those before it; none for
	// compose.yaml or one of its other usual names.
	Files    []string `yaml:"files"`
	Profiles []string `yaml:"profiles"`
	// Service is the one that is asked over HTTP, on the assignment's port.
	Service string `yaml:"service"`
	// Within is how long everything may take to come up once its images are
	// built; defaults to 60 s, and is longer on a busy engine.
	Within time.Duration `yaml:"within"`
}

// stackError says that a project can't be brought up as its Compose file has it:
// the submission's fault.
type stackError struct {
	// problem says what happened, as half a sentence.
	problem string
	why     string
}

func (e *stackError) Error() string { return e.problem }

func stackErrorf(format string, args ...any) *stackError {
	return &stackError{problem: fmt.Sprintf(format, args...)}
}

// errNoCompose says that the exercise has no Compose file to grade.
var errNoCompose = errors.New("the exercise says nothing of a Compose file")

// failed is the finding where a check met what is the submission's fault.
func failed(f finding, err error) (finding, error) {
	var broken *stackError
	if !errors.As(err, &broken) {
		return finding{}, err
	}
	f.observed, f.why = broken.problem, broken.why
	return f, nil
}

// unsoundCompose finds what every check of a Compose project needs, and that the
// services it names have names at all.
func unsoundCompose(a Assignment, services map[string]string) []Unsound {
	var found []Unsound
	if a.Compose == nil || a.Compose.Service == "" {
		found = append(found, unsoundf("", "the exercise names no compose.service to ask"))
	}
	for _, key := range slices.Sorted(maps.Keys(services)) {
		if services[key] == "" {
			found = append(found, unsoundf(key, "%s is missing: a service of the Compose file", key))
		}
	}
	return found
}

// loadProject reads the Compose file of the submission, with the nonce and what
// checks plant in the files that it names.
func (ev *evidence) loadProject(ctx context.Context) (*compose.Project, map[string][]byte, error) {
	settings := ev.sub.Assignment.Compose
	if settings == nil {
		return nil, nil, errNoCompose
	}
	overlay := maps.Clone(ev.plants.files)
	nonce, err := ev.sub.Assignment.Nonce.overlay(ev.sub.Dir, ev.nonce)
	if err != nil {
		return nil, nil, err
	}
	for name, content := range nonce {
		overlay[path.Clean(name)] = content
	}
	project, err := compose.Load(ctx, ev.sub.Dir, compose.Options{
		Files: settings.Files, Profiles: settings.Profiles, Overlay: overlay,
	})
	var (
		fault   *compose.Fault
		unknown *compose.Unknown
	)
	switch {
	case errors.As(err, &fault):
		return nil, nil, stackErrorf("%v", fault)
	case errors.As(err, &unknown):
		return nil, nil, &EnvironmentError{
			Problem: unknown.Error(),
			Remedy:  "Leave it out for this grade, or see with `docker compose up` what it does.",
		}
	case err != nil:
		return nil, nil, err
	}
	ev.notice(project.Notices...)
	return project, overlay, nil
}

// builtImage is an image that was built for a service.
type builtImage struct {
	id string
	// given are the names of the canaries that the build was given, in its
	// context, its arguments or its secrets. An image can hold no others.
	given []string
	// base is the name of the image that it is built on; empty for none, and
	// where the Dockerfile does not tell.
	base string
}

// buildAll builds the images of all services side by side: those that are built
// alike, once.
func (ev *evidence) buildAll(ctx context.Context, project *compose.Project, overlay map[string][]byte) (map[string]builtImage, error) {
	type job struct {
		names []string
		build *compose.Build
	}
	var jobs []*job
	for i := range project.Services {
		s := &project.Services[i]
		if s.Build == nil {
			continue
		}
		same := slices.IndexFunc(jobs, func(j *job) bool { return alike(j.build, s.Build) })
		if same < 0 {
			same, jobs = len(jobs), append(jobs, &job{build: s.Build})
		}
		jobs[same].names = append(jobs[same].names, s.Name)
	}
	images := make([]builtImage, len(jobs))
	err := sideBySide(len(jobs), func(i int) error {
		var err error
		images[i], err = ev.buildService(ctx, strings.Join(jobs[i].names, " and "), jobs[i].build, overlay)
		return err
	})
	byService := make(map[string]builtImage)
	for i, j := range jobs {
		for _, name := range j.names {
			byService[name] = images[i]
		}
	}
	return byService, err
}

// alike reports whether two builds make the same image.
func alike(a, b *compose.Build) bool {
	return a.Context == b.Context && a.Dockerfile == b.Dockerfile && a.Target == b.Target &&
		string(a.Inline) == string(b.Inline) && maps.Equal(a.Args, b.Args) && len(a.Secrets)+len(b.Secrets) == 0
}

// inlineName is what a Dockerfile is called in the copy that is sent when its
// text stands in the Compose file.
const inlineName = ".shipshape.Dockerfile"

// buildService builds one image.
func (ev *evidence) buildService(ctx context.Context, name string, b *compose.Build, overlay map[string][]byte) (builtImage, error) {
	req := BuildRequest{
		Dir: path.Join(ev.sub.Dir, b.Context), Dockerfile: b.Dockerfile, Target: b.Target, Args: b.Args, Secrets: b.Secrets,
		Overlay: make(map[string][]byte), OnStep: ev.onStep("the image of "+name, nil),
	}
	for file, content := range overlay {
		if b.Context == "." {
			req.Overlay[file] = content
		} else if below, ok := strings.CutPrefix(file, b.Context+"/"); ok {
			req.Overlay[below] = content
		}
	}
	if b.Inline != nil {
		req.Dockerfile, req.Overlay[inlineName] = inlineName, b.Inline
	}
	base := flagSecrets(&req)
	req.Limit = ev.buildLimit()
	build, err := ev.built(ctx, req)
	if build != nil {
		ev.notice(build.Notices...)
	}
	if timedOut(ctx, err) {
		err = overtime(build, req.Limit)
	}
	if broken, ok := isBuildError(err); ok {
		broken.Step.Name, broken.Message = unmarked(broken.Step.Name), unmarked(broken.Message)
		where := path.Join(b.Context, b.Dockerfile)
		if broken.Line > 0 {
			where = fmt.Sprintf("%s line %d", where, broken.Line)
		}
		return builtImage{}, stackErrorf("the image of %s does not build: %s: %v%s", name, where, broken, quoted(broken.Step.Log))
	}
	if err != nil {
		return builtImage{}, err
	}
	return builtImage{id: build.ImageID, given: ev.plants.givenTo(b.Context, build, req), base: base}, nil
}

// flagSecrets makes the steps that mount a build secret steps of this build
// alone. Services may be built from one Dockerfile with different secrets, or
// without: BuildKit would work on such a step once, with the secrets of whoever
// came first, and lend the result to all. It returns the name of the image that
// the Dockerfile begins from. One that can't be read is the build's to tell of.
func flagSecrets(req *BuildRequest) (base string) {
	name := cmp.Or(req.Dockerfile, "Dockerfile")
	src, sent := req.Overlay[name]
	if !sent {
		var err error
		if src, err = ReadIn(req.Dir, name, dockerfileLimit); err != nil {
			return ""
		}
	}
	file, err := dockerfile.Parse(src)
	if err != nil {
		return ""
	}
	if flagged, changed := file.FlagSecretMounts(src, newSecretFlag()); changed {
		req.Overlay[name] = flagged
	}
	return file.BaseImage()
}

// givenTo are the names of the canaries in files that a build was given, in any
// way.
func (p *plants) givenTo(dir string, build *Build, req BuildRequest) []string {
	var given []string
	for _, c := range p.canaries {
		in := slices.ContainsFunc(build.Context, func(f ContextFile) bool { return path.Join(dir, f.Path) == c.name })
		for _, arg := range req.Args {
			in = in || strings.Contains(arg, c.value)
		}
		for _, secret := range req.Secrets {
			in = in || strings.Contains(string(secret), c.value)
		}
		if in || strings.Contains(string(req.Overlay[inlineName]), c.value) {
			given = append(given, c.name)
		}
	}
	return given
}

// sideBySide calls do for 0 to n-1 at once, waits for all, and returns the error
// of the lowest.
func sideBySide(n int, do func(i int) error) error {
	errs := make([]error, n)
	done := make(chan struct{})
	for i := range n {
		go func() {
			errs[i] = do(i)
			done <- struct{}{}
		}()
	}
	for range n {
		<-done
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
