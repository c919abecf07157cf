package claim

import (
	"fmt"
	"slices"
	"strings"

	"shipshape/checker"
)

// steps compares the steps of the build after the edit with those claimed.
func (p *proof) steps(build *checker.Build) []Miss {
	var misses []Miss
	if build == nil {
		return nil
	}
	for _, line := range p.Cached {
		expected := fmt.Sprintf("line %d comes from the cache after the edit", line)
		steps := stepsOf(build, line)
		if i := slices.IndexFunc(steps, ran); i >= 0 {
			misses = append(misses, Miss{expected, fmt.Sprintf("it ran again, %.1f s: %s", steps[i].Duration.Seconds(), steps[i].Name)})
		} else if len(steps) == 0 {
			misses = append(misses, Miss{expected, none(line)})
		}
	}
	for _, line := range p.Runs {
		expected := fmt.Sprintf("line %d runs again after the edit", line)
		switch steps := stepsOf(build, line); {
		case len(steps) == 0:
			misses = append(misses, Miss{expected, none(line)})
		case !slices.ContainsFunc(steps, ran):
			misses = append(misses, Miss{expected, "it came from the cache: " + steps[0].Name})
		}
	}
	return misses
}

func none(line int) string { return fmt.Sprintf("the build had no step of line %d", line) }

// ran reports whether a step was worked on, rather than taken from the cache.
func ran(s checker.Step) bool { return !s.Cached }

// stepsOf are the steps of the instruction that begins at a line. Those that
// fetch an image for it are none of its own.
func stepsOf(build *checker.Build, line int) []checker.Step {
	var steps []checker.Step
	for _, s := range build.Steps {
		_, instruction, _ := strings.Cut(s.Name, "] ")
		word, _, _ := strings.Cut(strings.TrimPrefix(instruction, "LINK "), " ")
		switch word {
		case "RUN", "COPY", "ADD", "WORKDIR":
			if s.Line == line {
				steps = append(steps, s)
			}
		}
	}
	return steps
}
