package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	if reference.SizeBytes > 0 {
		f.observed += fmt.Sprintf(", %d %% of %s", image.SizeBytes*100/reference.SizeBytes, name)
	}
	if f.passed {
		return f, nil
	}
	err = k.blame(ctx, ev, image, budget, &f)
	return f, err
}

// blame names what makes an image too large: its base image, where that alone
// is over the budget, and else the instructions that add most to it.
func (k *ImageSize) blame(ctx context.Context, ev *evidence, image *Image, budget int64, f *finding) error {
	file, err := ev.dockerfile()
	if err != nil {
		return err
	}
	f.line = file.Blame(dockerfile.BlameFrom)
	if name := file.BaseImage(); name != "" {
		base, err := ev.eng.Image(ctx, name)
		if err != nil && !errors.Is(err, ErrNoImage) {
			return err
		}
		if err == nil {
			f.observed += fmt.Sprintf("; %s of them are the base image %s (line %d)", size(base.SizeBytes), name, f.line)
			if base.SizeBytes > budget {
				f.why = "The base image alone is larger than that. A smaller one, which a stage of its own can copy the result to, is the way."
				return nil
			}
		}
	}
	added := heaviest(addedBy(file, image.History))
	if len(added) == 0 {
		return nil
	}
	var names []string
	for _, h := range added[:min(layersShown, len(added))] {
		names = append(names, fmt.Sprintf("%s %s", amount(h.bytes), h.origin.named()))
	}
	f.observed += "; added on top: " + strings.Join(names, "; ")
	f.line = added[0].origin.line
	return nil
}

// addedBy are the entries of an image's history that the Dockerfile made and
// that weigh something.
func addedBy(file *dockerfile.File, history []LayerReport) []heavyLayer {
	var createdBy []string
	for _, h := range history {
		createdBy = append(createdBy, h.Instruction)
	}
	var out []heavyLayer
	for i, line := range file.HistoryLines(createdBy) {
		if line > 0 && history[i].SizeBytes > 0 {
			out = append(out, heavyLayer{
				bytes: history[i].SizeBytes, origin: origin{instruction: plainInstruction(createdBy[i]), line: line},
			})
		}
	}
	return out
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

// shortInstruction cuts a history entry to what fits into a sentence.
func shortInstruction(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
