package checker

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"

	"shipshape/checker/dockerfile"
)

// dockerfileLimit is the largest Dockerfile, in bytes, that is graded: a
// hundred times the longest that people write.
const dockerfileLimit = 1 << 20

// defaultBuildTimeout ends a build that never would, where the assignment
// states no other limit.
const defaultBuildTimeout = 5 * time.Minute

// evidence is what the checks of one grade look at. Each piece is made when a
// check first asks for it and shared by all that ask later.
type evidence struct {
	eng  Engine
	sub  Submission
	tell Observer
	// nonce is the value that the running service must give back.
	nonce string
	// firstNonce is the value in the first build, another one where the source
	// is edited afterwards.
	firstNonce string
	// manifestValue is the one that the edit to the manifest writes.
	manifestValue string
	// edits says whether a check needs the build after a source edit; its
	// image is then the one that is run, so that what is served is known to
	// hold the edit.
	edits bool
	// extraTools are images that a toolbox may be made of, besides those that
	// the exercise and the Dockerfile name.
	extraTools []string
	// pass is the one look at the files of all layers that checks share.
	pass *archivePass
	// plants are added to every copy that is built.
	plants *plants

	headStart *headStart
	tenants   *tenants

	// dockerfile parses the submission's Dockerfile, once. One that is missing or
	// does not parse is a BuildError: it is what keeps the image from being built.
	dockerfile func() (*dockerfile.File, error)

	shared
	first      once[*Build]
	afterEdit  once[*Build]
	afterMore  once[*Build]
	afterDeps  once[*Build]
	asItStands once[*unedited]
	starter    once[*Image]
	image      once[*Image]
	service    once[*service]
	tested     once[*healthTested]
	hung       once[healthVerdict]
	stacked    once[*imageLayers]
	stack      once[*stack]
	mu         sync.Mutex
	noticeList []string
	// toolImage is the image that served for a toolbox; empty before.
	toolImage string
}

func newEvidence(ctx context.Context, eng Engine, sub Submission, specs []Spec, tell Observer) *evidence {
	ev := &evidence{
		eng: eng, sub: sub, tell: tell,
		shared: shared{ctx: ctx},
		nonce:  rand.Text(), manifestValue: rand.Text(),
		edits: slices.ContainsFunc(specs, func(s Spec) bool {
			return s.Cached != nil && s.Cached.After == AfterSource
		}),
	}
	ev.firstNonce = ev.nonce
	if ev.edits {
		ev.firstNonce = rand.Text()
	}
	ev.headStart, ev.tenants = newHeadStart(specs), newTenants(specs)
	ev.dockerfile = sync.OnceValues(ev.readDockerfile)
	ev.plants = newPlants(sub.Assignment.Checks)
	ev.pass = newArchivePass(ev, specs)
	return ev
}

// dockerfileName is the Dockerfile's path in the project.
func (ev *evidence) dockerfileName() string { return ev.sub.Assignment.DockerfileName() }

// DockerfileName is the path of the Dockerfile in the project, slash-separated.
func (a Assignment) DockerfileName() string {
	return path.Clean(cmp.Or(a.Dockerfile, "Dockerfile"))
}

func (ev *evidence) readDockerfile() (*dockerfile.File, error) {
	name := ev.dockerfileName()
	src, err := ReadIn(ev.sub.Dir, name, dockerfileLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &BuildError{Message: fmt.Sprintf("there is no %s in %s", name, ev.sub.Dir)}
	}
	if err != nil {
		return nil, &BuildError{Message: fmt.Sprintf("%s cannot be read: %v", name, err)}
	}
	file, err := dockerfile.Parse(src)
	var syntax *dockerfile.ParseError
	if errors.As(err, &syntax) {
		return nil, &BuildError{Line: syntax.Line, Message: fmt.Sprintf("%s does not parse: %s", name, syntax.Message)}
	}
	return file, err
}

// firstBuild builds the submission as it stands, with a fresh nonce.
func (ev *evidence) firstBuild(ctx context.Context) (*Build, error) {
	return ev.first.get(ctx, &ev.shared, func(ctx context.Context) (*Build, error) {
		return ev.build(ctx, "your image", ev.sub.Assignment.Nonce, ev.firstNonce)
	})
}

// buildLimit is how long a build of it may take.
func (ev *evidence) buildLimit() time.Duration {
	return cmp.Or(ev.sub.Assignment.BuildTimeout, defaultBuildTimeout)
}

// editedBuild builds it again with nothing changed but the nonce in the source.
func (ev *evidence) editedBuild(ctx context.Context) (*Build, error) {
	if _, err := ev.firstBuild(ctx); err != nil {
		return nil, err
	}
	return ev.afterEdit.get(ctx, &ev.shared, func(ctx context.Context) (*Build, error) {
		return ev.build(ctx, "after a source edit", ev.sub.Assignment.Nonce, ev.nonce)
	})
}

// secondEditBuild builds it once more, after a further edit of the source.
func (ev *evidence) secondEditBuild(ctx context.Context) (*Build, error) {
	return ev.afterMore.get(ctx, &ev.shared, func(ctx context.Context) (*Build, error) {
		return ev.build(ctx, "after a second source edit", ev.sub.Assignment.Nonce, rand.Text())
	})
}

// quietEditBuild builds it, with no other build beside it, after an edit that
// writes a value into the source.
func (ev *evidence) quietEditBuild(ctx context.Context, value string) (*Build, error) {
	overlay, err := ev.sub.Assignment.Nonce.overlay(ev.sub.Dir, value)
	if err != nil {
		return nil, err
	}
	return ev.buildCopy(ctx, "after a further source edit", copied{overlay: overlay, alone: true})
}

// manifestBuild builds it again with nothing changed but the dependency manifest:
// the source is that of the first build. What runs again does so for the manifest.
func (ev *evidence) manifestBuild(ctx context.Context) (*Build, error) {
	if ev.sub.Assignment.Manifest == nil {
		return nil, errors.New("the exercise states no edit to a manifest")
	}
	if _, err := ev.firstBuild(ctx); err != nil {
		return nil, err
	}
	return ev.afterDeps.get(ctx, &ev.shared, func(ctx context.Context) (*Build, error) {
		return ev.manifestEdit(ctx, "after a manifest edit", ev.manifestValue, false)
	})
}

// quietManifestBuild builds it, with no other build beside it, after a further
// edit of the manifest.
func (ev *evidence) quietManifestBuild(ctx context.Context) (*Build, error) {
	return ev.manifestEdit(ctx, "after a further manifest edit", rand.Text(), true)
}

// manifestEdit builds it after an edit that writes a value into the manifest.
func (ev *evidence) manifestEdit(ctx context.Context, name, value string, alone bool) (*Build, error) {
	source, err := ev.sub.Assignment.Nonce.overlay(ev.sub.Dir, ev.firstNonce)
	if err != nil {
		return nil, err
	}
	manifest, err := ev.sub.Assignment.Manifest.overlay(ev.sub.Dir, value)
	if err != nil {
		return nil, err
	}
	return ev.buildCopy(ctx, name, copied{overlay: merged(source, manifest), alone: alone})
}

// runBuild is the build whose image is run and measured.
func (ev *evidence) runBuild(ctx context.Context) (*Build, error) {
	if ev.edits {
		return ev.editedBuild(ctx)
	}
	return ev.firstBuild(ctx)
}

// runImage is the configuration of the image that is run.
func (ev *evidence) runImage(ctx context.Context) (*Image, error) {
	build, err := ev.runBuild(ctx)
	if err != nil {
		return nil, err
	}
	return ev.image.get(ctx, &ev.shared, func(ctx context.Context) (*Image, error) { return ev.eng.Image(ctx, build.ImageID) })
}

// starterImage builds the exercise's starter, for budgets relative to it.
func (ev *evidence) starterImage(ctx context.Context) (*Image, error) {
	return ev.starter.get(ctx, &ev.shared, func(ctx context.Context) (*Image, error) {
		build, err := ev.eng.Build(ctx, BuildRequest{
			Dir: ev.sub.StarterDir, Dockerfile: ev.sub.Assignment.Dockerfile, OnStep: ev.onStep("the starter", nil),
			Args: ev.plants.args, Secrets: ev.plants.secrets, Limit: ev.buildLimit(),
		})
		if timedOut(ctx, err) {
			err = overtime(build, ev.buildLimit())
		}
		if err != nil {
			var broken *BuildError
			if errors.As(err, &broken) {
				return nil, fmt.Errorf("the exercise's starter does not build here: %w", errors.New(broken.Error()))
			}
			return nil, err
		}
		return ev.eng.Image(ctx, build.ImageID)
	})
}

// build runs one build of the submission with an edit in the copy that is sent.
func (ev *evidence) build(ctx context.Context, name string, edit Edit, value string) (*Build, error) {
	overlay, err := edit.overlay(ev.sub.Dir, value)
	if err != nil {
		return nil, err
	}
	return ev.buildCopy(ctx, name, copied{overlay: overlay})
}

// copied says how the copy of the submission that is built differs from it.
type copied struct {
	// overlay are files that are laid over it.
	overlay map[string][]byte
	// end is the last line of the Dockerfile that is kept; 0 for all.
	end int
	// asItStands leaves out all that checks plant but build arguments and
	// secrets, which the submission may need to build at all.
	asItStands bool
	// alone lets no other build run meanwhile: see [BuildRequest].
	alone bool
}

// buildCopy runs one build of the submission.
func (ev *evidence) buildCopy(ctx context.Context, name string, c copied) (*Build, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return nil, err
	}
	req := BuildRequest{
		Dir: ev.sub.Dir, Overlay: c.overlay, Dockerfile: ev.sub.Assignment.Dockerfile, OnStep: ev.onStep(name, file),
		Args: merged(ev.sub.BuildArgs, ev.plants.args), Secrets: merged(ev.sub.BuildSecrets, ev.plants.secrets),
		Online: ev.sub.Online, Alone: c.alone, Limit: ev.buildLimit(),
	}
	if !c.asItStands {
		if err := ev.plant(&req, file); err != nil {
			return nil, err
		}
	}
	if c.end > 0 {
		if err := ev.cutDockerfile(&req, c.end); err != nil {
			return nil, err
		}
	}
	build, err := ev.built(ctx, req)
	if build != nil {
		for i := range build.Steps {
			s := &build.Steps[i]
			s.Name = unmarked(s.Name)
			s.Line = file.LineOf(s.Name)
		}
		ev.notice(build.Notices...)
	}
	if timedOut(ctx, err) {
		return build, overtime(build, req.Limit)
	}
	if broken, ok := isBuildError(err); ok {
		broken.Step.Name, broken.Message = unmarked(broken.Step.Name), unmarked(broken.Message)
		if broken.Line == 0 {
			broken.Line = file.LineOf(broken.Step.Name)
		}
	}
	return build, err
}

// cutDockerfile leaves those lines of the Dockerfile in the copy of a build that
// come before its line end, and that one.
func (ev *evidence) cutDockerfile(req *BuildRequest, end int) error {
	name := ev.dockerfileName()
	text, ok := req.Overlay[name]
	if !ok {
		var err error
		if text, err = ReadIn(ev.sub.Dir, name, dockerfileLimit); err != nil {
			return err
		}
	}
	lines := slices.Collect(bytes.Lines(text))
	req.Overlay[name] = bytes.Join(lines[:min(end, len(lines))], nil)
	return nil
}

func (ev *evidence) onStep(build string, file *dockerfile.File) func(Step) {
	return func(s Step) {
		s.Name = unmarked(s.Name)
		if file != nil {
			s.Line = file.LineOf(s.Name)
		}
		ev.tell(StepChanged{Build: build, Step: s})
	}
}

// blame returns the line of an instruction of the final stage; where there is no
// such instruction, that of the FROM below which it would stand.
func (ev *evidence) blame(what dockerfile.Blame) int {
	file, err := ev.dockerfile()
	if err != nil {
		return 0
	}
	return cmp.Or(file.Blame(what), file.Blame(dockerfile.BlameStage))
}

func (ev *evidence) notice(texts ...string) {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	for _, t := range texts {
		if !slices.Contains(ev.noticeList, t) {
			ev.noticeList = append(ev.noticeList, t)
		}
	}
}

func (ev *evidence) notices() []string {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	return ev.noticeList
}

func (ev *evidence) limits() Limits {
	if l := ev.sub.Assignment.Limits; l != nil {
		return *l
	}
	return DefaultLimits()
}

// imageReport describes the image that was run, or nil when there is none. It
// builds nothing that no check asked for.
func (ev *evidence) imageReport(ctx context.Context) *ImageReport {
	run := &ev.first
	if ev.edits {
		run = &ev.afterEdit
	}
	if _, made, err := run.peek(); !made || err != nil {
		return nil
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return nil
	}
	return &ImageReport{SizeBytes: image.SizeBytes, Layers: image.History}
}
