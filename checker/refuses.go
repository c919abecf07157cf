package checker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"shipshape/checker/dockerfile"
)

// Refuses: a source with a fault that its tests find becomes no image. The
// build has to run them, and has to end where they fail.
type Refuses struct {
	// Fault is the edit that the tests find, and that nothing else does.
	Fault Edit `yaml:"fault"`
	// By is for the learner what finds it: "npm test".
	By string `yaml:"by"`
}

func (k *Refuses) unsound(Assignment) []Unsound {
	var found []Unsound
	if k.By == "" {
		found = append(found, unsoundf("by", "by is missing: what finds the fault, as in \"npm test\""))
	}
	if k.Fault.File == "" || k.Fault.Template == "" && k.Fault.Replace == "" {
		found = append(found, unsoundf("fault", "fault needs a file, and a template or a text to replace"))
	}
	return found
}

func (k *Refuses) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: fmt.Sprintf("with a fault in %s that %s finds, the build fails", k.Fault.File, k.By)}
	// Without a fault it builds: only then is a failure that of the fault.
	if _, err := ev.firstBuild(ctx); err != nil {
		return finding{}, err
	}
	_, err := ev.build(ctx, "with a fault in the source", k.Fault, rand.Text())
	broken, refused := isBuildError(err)
	switch {
	case errors.Is(err, errEdit):
		f.observed = err.Error()
		f.why = "The grader changes that text to see what the build makes of a fault; `shipshape reset` brings it back."
	case err == nil:
		f.observed = "it became an image all the same"
		f.line = ev.blame(dockerfile.BlameStage)
		f.why = fmt.Sprintf("Either %s does not run, or its failure is lost. BuildKit leaves out every stage that the last one takes nothing from; and of `a; b` or `a || true` only the last command's exit code counts.", k.By)
	case !refused:
		return finding{}, err
	case !isRun(broken.Step) || interrupted(broken.Step):
		f.observed, f.line = "it failed elsewhere: "+broken.Told(), broken.Line
	default:
		f.passed, f.line = true, broken.Line
		f.observed = "it failed, at " + broken.Step.Name
	}
	return f, nil
}
