package checker

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"shipshape/checker/layers"
)

// kilobyte is how small sizes are told: in units of 1,000 bytes.
const kilobyte = 1000

const (
	// defaultHeavyKB is what a layer weighs that counts, where an exercise
	// says nothing else: more than a service's own source, and less than any
	// installed package worth a name.
	defaultHeavyKB = 100
	// offenders is how many causes of waste a verdict names.
	offenders = 3
)

// Layers: the layers that the Dockerfile adds hold little for nothing, and few
// of them are heavy. What the base image holds is not counted.
type Layers struct {
	// MaxWastedKB is how many bytes may be wasted, in units of 1,000: files
	// that a later layer copies, replaces or deletes. Nil allows any.
	MaxWastedKB *int64 `yaml:"max_wasted_kb"`
	// MaxWastedPercent is the same, of the bytes in the layers that the
	// Dockerfile adds.
	MaxWastedPercent *int64 `yaml:"max_wasted_percent"`
	// MaxLayers is how many layers may be heavy. Nil allows any number.
	MaxLayers *int `yaml:"max_layers"`
	// HeavyKB is from which size on a layer counts as heavy, in units of
	// 1,000 bytes; 0 for 100.
	HeavyKB int64 `yaml:"heavy_kb"`
}

func (k *Layers) needsIndex() {}

func (k *Layers) unsound(Assignment) []Unsound {
	var found []Unsound
	if k.MaxWastedKB == nil && k.MaxWastedPercent == nil && k.MaxLayers == nil {
		found = append(found, unsoundf("", "it needs max_wasted_kb, max_wasted_percent or max_layers"))
	}
	for name, limit := range map[string]*int64{
		"max_wasted_kb": k.MaxWastedKB, "max_wasted_percent": k.MaxWastedPercent, "heavy_kb": &k.HeavyKB,
	} {
		if limit != nil && *limit < 0 {
			found = append(found, unsoundf(name, "%s is negative", name))
		}
	}
	if k.MaxLayers != nil && *k.MaxLayers < 1 {
		found = append(found, unsoundf("max_layers", "max_layers is %d: an image has at least one layer", *k.MaxLayers))
	}
	return found
}

func (k *Layers) look(ctx context.Context, ev *evidence) (finding, error) {
	l, err := ev.imageLayers(ctx)
	if err != nil {
		return finding{}, err
	}
	above := l.above()
	var total int64
	for _, layer := range above {
		total += layer.bytes
	}
	causes, wasted := wasteCauses(l.stack)
	heavy := slices.DeleteFunc(heaviest(above), func(h heavyLayer) bool { return h.bytes <= k.heavy() })

	f := finding{
		passed:   true,
		expected: k.expected(),
		observed: fmt.Sprintf("%s of %s are there for nothing, and %s", amount(wasted), amount(total), k.count(len(heavy))),
	}
	if len(causes) > 0 && !k.allows(wasted, total) {
		f.passed = false
		f.observed += "; " + describeCauses(l, causes)
		f.line, f.why = l.origin(causes[0].again).line, causes[0].why(l)
	} else if k.MaxLayers != nil && len(heavy) > *k.MaxLayers {
		f.passed = false
		f.observed += ": " + describeHeavy(heavy)
		f.line = heavy[len(heavy)-1].origin.line
		f.why = "Each RUN, COPY and ADD makes a layer of its own; what belongs together, such as an installation and its clean-up, belongs in one."
	}
	return f, nil
}

func (k *Layers) heavy() int64 { return cmp.Or(k.HeavyKB, defaultHeavyKB) * kilobyte }

// allows reports whether so many bytes may be wasted.
func (k *Layers) allows(wasted, total int64) bool {
	if k.MaxWastedKB != nil && wasted > *k.MaxWastedKB*kilobyte {
		return false
	}
	return k.MaxWastedPercent == nil || wasted*100 <= *k.MaxWastedPercent*total
}

func (k *Layers) expected() string {
	var parts []string
	if k.MaxWastedKB != nil {
		parts = append(parts, fmt.Sprintf("at most %s are there for nothing", amount(*k.MaxWastedKB*kilobyte)))
	}
	if k.MaxWastedPercent != nil {
		parts = append(parts, fmt.Sprintf("at most %d %% are there for nothing", *k.MaxWastedPercent))
	}
	if k.MaxLayers != nil {
		parts = append(parts, fmt.Sprintf("at most %d weigh more than %s", *k.MaxLayers, amount(k.heavy())))
	}
	return "of the layers above the base image, " + strings.Join(parts, " and ")
}

func (k *Layers) count(heavy int) string {
	if heavy == 1 {
		return "1 layer weighs more than " + amount(k.heavy())
	}
	return fmt.Sprintf("%d layers weigh more than %s", heavy, amount(k.heavy()))
}

// cause is one way in which one layer wastes what another stored.
type cause struct {
	how          layers.How
	first, again int
}

// waste is all that one cause wastes.
type waste struct {
	cause
	bytes int64
	files int
	// folder is what all of them are in; of a single file it is the file.
	folder string
	// largest is the path of the largest one.
	largest      string
	largestBytes int64
}

// what names the files.
func (w waste) what() string {
	switch {
	case w.files == 1:
		return w.largest
	case w.folder == "/":
		return fmt.Sprintf("%s and %d more", w.largest, w.files-1)
	}
	return fmt.Sprintf("%d files in %s", w.files, w.folder)
}

// wasteCauses sums up what is wasted by its causes, the worst first.
func wasteCauses(s *layers.Stack) ([]waste, int64) {
	byCause := make(map[cause]*waste)
	var total int64
	s.Wasted(func(w layers.Waste) {
		c := cause{w.How, w.First, w.Again}
		sum := byCause[c]
		if sum == nil {
			sum = &waste{cause: c, folder: w.Path}
			byCause[c] = sum
		}
		if w.Bytes > sum.largestBytes {
			sum.largest, sum.largestBytes = w.Path, w.Bytes
		}
		sum.folder = commonPath(sum.folder, w.Path)
		sum.bytes += w.Bytes
		sum.files++
		total += w.Bytes
	})
	var out []waste
	for _, w := range byCause {
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b waste) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.largest, b.largest), cmp.Compare(a.again, b.again))
	})
	return out, total
}

// commonPath is the deepest path that holds both.
func commonPath(a, b string) string {
	for a != b {
		if len(a) < len(b) {
			b = path.Dir(b)
		} else {
			a = path.Dir(a)
		}
	}
	return a
}

// describeCauses names the worst causes, with what was stored where.
func describeCauses(l *imageLayers, causes []waste) string {
	var out []string
	for _, w := range causes[:min(offenders, len(causes))] {
		out = append(out, fmt.Sprintf("%s: %s, stored by %s, %s by %s",
			amount(w.bytes), w.what(), l.origin(w.first).named(), w.verb(), l.origin(w.again).named()))
	}
	if more := len(causes) - len(out); more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, "; ")
}

func (w waste) verb() string {
	switch w.how {
	case layers.Copied:
		return "stored again"
	case layers.Replaced:
		return "replaced"
	default:
		return "deleted"
	}
}

func (w waste) why(l *imageLayers) string {
	switch w.how {
	case layers.Copied:
		if w.first < l.stack.Base() {
			return "To change the owner or the mode of a file of the base image is to store the whole file again."
		}
		return "A layer can't change a file below it: chown and chmod store the whole file a second time. `COPY --chown` and `COPY --chmod` set both at once."
	case layers.Replaced:
		return "A layer can't change a file below it: the old content stays in the image under the new one."
	default:
		return "A layer can only hide what lies below it: what is deleted in a later RUN stays in the image. Delete it in the RUN that makes it, or make it in another stage."
	}
}

// describeHeavy names the heavy layers.
func describeHeavy(heavy []heavyLayer) string {
	var out []string
	for _, h := range heavy {
		out = append(out, fmt.Sprintf("%s %s", amount(h.bytes), h.origin.named()))
	}
	return strings.Join(out, "; ")
}

// amount formats bytes, however few.
func amount(bytes int64) string {
	switch {
	case bytes >= megabyte:
		return size(bytes)
	case bytes >= kilobyte:
		return fmt.Sprintf("%.1f kB", float64(bytes)/kilobyte)
	}
	return fmt.Sprintf("%d B", bytes)
}
