package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

// megabyte is how sizes are told: as docker does, in units of 1,000,000 bytes.
const megabyte = 1_000_000

// layersShown is how many of the largest layers a verdict names.
const layersShown = 3

// ImageSize: the image is no larger than a budget, measured on the same engine.
type ImageSize struct {
	// Of is OfStarter or a base image's name.
	Of string `yaml:"of"`
	// Percent of Of's size that is allowed; 0 for 100.
	Percent int `yaml:"percent"`
	// PlusMB is added to the budget, in units of 1,000,000 bytes.
	PlusMB int `yaml:"plus_mb"`
}

// OfStarter makes an ImageSize relative to the exercise's starter, built on the
// same engine.
const OfStarter = "starter"

func (k *ImageSize) unsound(Assignment) []Unsound {
	var found []Unsound
	if k.Of == "" {
		found = append(found, unsoundf("", `of is missing: "starter" or a base image's name`))
	}
	if k.Percent < 0 || k.PlusMB < 0 {
		found = append(found, unsoundf("", "a budget is not negative"))
	}
	return found
}

func (k *ImageSize) needsStarter() bool { return k.Of == OfStarter }

func (k *ImageSize) look(ctx context.Context, ev *evidence) (finding, error) {
	image, err := ev.runImage(ctx)
	if err != nil {
		return finding{}, err
	}
	reference, name, err := k.reference(ctx, ev)
	if err != nil {
		return finding{}, err
	}
	budget := reference.SizeBytes*int64(cmp.Or(k.Percent, 100))/100 + int64(k.PlusMB)*megabyte
	f := finding{
		passed:   image.SizeBytes <= budget,
		expected: fmt.Sprintf("at most %s: %s of %s (%s)%s", size(budget), fmt.Sprintf("%d %%", cmp.Or(k.Percent, 100)), name, size(reference.SizeBytes), k.plus()),
		observed: size(image.SizeBytes),
	}
	if !f.passed {
		f.line = ev.blame(dockerfile.BlameFrom)
		f.observed += "; its largest layers: " + largest(image.History)
	}
	return f, nil
}

// reference returns the image that the budget is relative to, and what to call
// it.
func (k *ImageSize) reference(ctx context.Context, ev *evidence) (*Image, string, error) {
	if k.Of == OfStarter {
		image, err := ev.starterImage(ctx)
		return image, "the starter's image", err
	}
	image, err := ev.eng.Image(ctx, k.Of)
	if errors.Is(err, ErrNoImage) {
		return nil, "", &EnvironmentError{
			Problem: fmt.Sprintf("the base image %s, which the budget is relative to, is not on this engine", k.Of),
			Remedy:  "Get it with `shipshape images pull`, or make a stand-in with `shipshape images build`.",
		}
	}
	return image, k.Of, err
}

func (k *ImageSize) plus() string {
	if k.PlusMB == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d MB", k.PlusMB)
}

// size formats bytes as megabytes.
func size(bytes int64) string {
	return fmt.Sprintf("%.1f MB", float64(bytes)/megabyte)
}

// largest names the layers that weigh most.
func largest(history []LayerReport) string {
	layers := slices.SortedStableFunc(slices.Values(history), func(a, b LayerReport) int {
		return cmp.Compare(b.SizeBytes, a.SizeBytes)
	})
	var names []string
	for _, l := range layers[:min(layersShown, len(layers))] {
		names = append(names, fmt.Sprintf("%s %s", size(l.SizeBytes), shortInstruction(l.Instruction)))
	}
	return strings.Join(names, "; ")
}

// shortInstruction cuts a history entry to what fits into a sentence.
func shortInstruction(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
