package checker

import (
	"context"
	"fmt"
	"strings"

	"shipshape/checker/dockerfile"
)

// Pinned: every image that the build needs is named with a release. It is the
// one kind that goes by the Dockerfile's text: what a name will mean next month
// shows on no engine.
type Pinned struct {
	// Digest demands a digest of each; a version is not enough then.
	Digest bool `yaml:"digest"`
}

func (k *Pinned) look(_ context.Context, ev *evidence) (finding, error) {
	file, err := ev.dockerfile()
	if err != nil {
		return finding{}, err
	}
	pins := file.Pins()
	f := finding{passed: true, expected: k.expected(), observed: "by the text of the Dockerfile, it builds on no image"}
	var names []string
	for _, p := range pins {
		names = append(names, p.Image)
		if problem := k.problem(p); problem != "" && f.passed {
			f.passed, f.line = false, p.Line
			f.observed = fmt.Sprintf("by the text of the Dockerfile, it builds on %s: %s", p.Image, problem)
		}
	}
	if f.passed && len(names) > 0 {
		f.observed = "by the text of the Dockerfile, it builds on " + strings.Join(names, ", ")
		f.line = pins[0].Line
	}
	return f, nil
}

func (k *Pinned) problem(p dockerfile.Pin) string {
	if p.Loose == "" && k.Digest && !p.Digest {
		return "it has no digest"
	}
	return p.Loose
}

func (k *Pinned) expected() string {
	if k.Digest {
		return "each image that the build needs is named with a digest"
	}
	return "each image that the build needs is named with a version or a digest"
}
