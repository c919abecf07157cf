package checker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
)

// maxPlantedKB bounds what one check plants, in units of 1,000 bytes: enough for
// an excess that nobody overlooks, and little enough to be sent in a moment.
const maxPlantedKB = 100_000

// Context: what is sent to the builder, as the tar that the engine is given, is
// what the image needs and no more.
//
// Out and In are patterns as .dockerignore has them. The Dockerfile and the
// ignore file are always sent.
type Context struct {
	// MaxKB is the largest that the tar may be, in units of 1,000 bytes; 0 for
	// any size.
	MaxKB int64 `yaml:"max_kb"`
	// Plant are files that the grader adds to the copy that it sends.
	Plant []Junk `yaml:"plant"`
	// Out must not be sent.
	Out []string `yaml:"out"`
	// In must be sent: at least one file of each.
	In []string `yaml:"in"`
}

// Junk is a file of zero bytes.
type Junk struct {
	Path string `yaml:"path"`
	// KB is its size, in units of 1,000 bytes.
	KB int64 `yaml:"kb"`
}

func (k *Context) unsound(a Assignment) []Unsound {
	var found []Unsound
	if k.MaxKB == 0 && len(k.Out) == 0 && len(k.In) == 0 {
		found = append(found, unsoundf("", "it needs max_kb, out or in"))
	}
	if k.MaxKB < 0 {
		found = append(found, unsoundf("max_kb", "max_kb is negative"))
	}
	var planted int64
	for _, j := range k.Plant {
		if problem := unplantable(a, j.Path); problem != "" {
			found = append(found, unsoundf("plant", "%s", problem))
		}
		if j.KB < 1 || j.KB > maxPlantedKB {
			found = append(found, unsoundf("plant", "%s has %d kB: 1 to %d", j.Path, j.KB, maxPlantedKB))
		}
		planted += j.KB
	}
	if planted > maxPlantedKB {
		found = append(found, unsoundf("plant", "%d kB are planted in all: at most %d", planted, maxPlantedKB))
	}
	for key, patterns := range map[string][]string{"out": k.Out, "in": k.In} {
		if _, err := patternmatcher.New(patterns); err != nil {
			found = append(found, unsoundf(key, "%v", err))
		}
	}
	return found
}

func (k *Context) look(ctx context.Context, ev *evidence) (finding, error) {
	build, err := ev.firstBuild(ctx)
	if err != nil {
		return finding{}, err
	}
	ig, err := ev.ignoring()
	if err != nil {
		return finding{}, err
	}
	c := sent{build: build, ignoring: ig, own: []string{ev.dockerfileName(), ig.name, ".dockerignore"}}
	missing, err := c.missing(k.In, filesIn(ev.sub.Dir))
	if err != nil {
		return finding{}, err
	}
	extra, err := c.extra(k.Out)
	if err != nil {
		return finding{}, err
	}
	problems := append(missing, extra...)
	if k.MaxKB > 0 && build.ContextBytes > k.MaxKB*kilobyte {
		problems = append(problems, c.tooLarge(k.In))
	}
	f := finding{
		passed: len(problems) == 0, expected: k.expected(),
		observed: fmt.Sprintf("%s are sent, in %d files", amount(build.ContextBytes), len(build.Context)),
	}
	for _, p := range problems {
		f.observed += "; " + p.observed
		if !strings.Contains(f.why, p.advice) {
			f.why = strings.TrimSpace(f.why + " " + p.advice)
		}
	}
	return f, nil
}

func (k *Context) expected() string {
	var parts []string
	if k.MaxKB > 0 {
		parts = append(parts, "at most "+amount(k.MaxKB*kilobyte))
	}
	if len(k.Out) > 0 {
		parts = append(parts, "nothing of "+strings.Join(k.Out, ", "))
	}
	if len(k.In) > 0 {
		parts = append(parts, strings.Join(k.In, ", ")+" among it")
	}
	return "what is sent to the builder: " + strings.Join(parts, "; ")
}

// sent is what a build was sent, and the file that decides it.
type sent struct {
	build *Build
	*ignoring
	// own are the files that are always sent.
	own []string
}

// sentProblem is one thing that is wrong with what was sent.
type sentProblem struct {
	// observed is half a sentence, advice whole ones.
	observed, advice string
}

// matching are the files of a list that a pattern names, or the folder of
// which it names.
func matching[T any](all []T, name func(T) string, pattern string) ([]T, error) {
	pm, err := patternmatcher.New([]string{pattern})
	if err != nil {
		return nil, fmt.Errorf("the exercise's pattern %q: %w", pattern, err)
	}
	var out []T
	for _, item := range all {
		ok, err := pm.MatchesOrParentMatches(name(item))
		if err != nil {
			return nil, fmt.Errorf("the exercise's pattern %q: %w", pattern, err)
		}
		if ok {
			out = append(out, item)
		}
	}
	return out, nil
}

func contextPath(f ContextFile) string { return f.Path }

// missing tells of patterns of which nothing was sent.
func (c *sent) missing(in, project []string) ([]sentProblem, error) {
	var problems []sentProblem
	for _, pattern := range in {
		found, err := matching(c.build.Context, contextPath, pattern)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			continue
		}
		p := sentProblem{observed: pattern + " is not among it", advice: fmt.Sprintf("The image needs %s.", pattern)}
		there, err := matching(project, func(s string) string { return s }, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range there {
			if r := c.decides(name); r != nil && !r.lets {
				p.observed += ": " + c.named(r) + " keeps it out"
				break
			}
		}
		problems = append(problems, p)
	}
	return problems, nil
}

// extra tells of patterns of which something was sent, and why it was.
func (c *sent) extra(out []string) ([]sentProblem, error) {
	var problems []sentProblem
	for _, pattern := range out {
		found, err := matching(c.build.Context, contextPath, pattern)
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(f ContextFile) bool { return slices.Contains(c.own, f.Path) })
		if len(found) == 0 {
			continue
		}
		largest := slices.MaxFunc(found, func(a, b ContextFile) int { return cmp.Compare(a.SizeBytes, b.SizeBytes) })
		p := sentProblem{observed: fmt.Sprintf("%s is among it (%s)", largest.Path, amount(largest.SizeBytes)), advice: c.advice(pattern)}
		if len(found) > 1 {
			p.observed = fmt.Sprintf("%s and %d more of %s are among it (%s)", largest.Path, len(found)-1, pattern, amount(total(found)))
		}
		if r := c.decides(largest.Path); r != nil && r.lets {
			p.observed += ": " + c.named(r) + " lets it in again"
			p.advice = "A line that begins with ! lets in what the lines above it keep out: the last line that fits a file decides."
		}
		problems = append(problems, p)
	}
	return problems, nil
}

// advice says which lines to write.
func (c *sent) advice(lines ...string) string {
	verb := "Add to"
	if len(c.rules) == 0 {
		verb = "Write a"
	}
	return fmt.Sprintf("%s %s: `%s`.", verb, c.name, strings.Join(lines, "`, `"))
}

func total(files []ContextFile) int64 {
	var sum int64
	for _, f := range files {
		sum += f.SizeBytes
	}
	return sum
}

// tooLarge tells what makes most of what was sent, by the files and folders at
// the top of the project.
func (c *sent) tooLarge(needed []string) sentProblem {
	const told = 3
	sizes := make(map[string]int64)
	for _, f := range c.build.Context {
		if top, _, _ := strings.Cut(f.Path, "/"); !slices.Contains(c.own, f.Path) {
			sizes[top] += f.SizeBytes
		}
	}
	var names, lines []string
	for name := range sizes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b)) })
	names = names[:min(told, len(names))]
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s %s", name, amount(sizes[name])))
		if !slices.ContainsFunc(needed, func(n string) bool { return n == name || strings.HasPrefix(n, name+"/") }) {
			lines = append(lines, name)
		}
	}
	p := sentProblem{observed: "most of it is " + strings.Join(parts, ", ")}
	if len(lines) > 0 {
		p.advice = c.advice(lines...)
	}
	return p
}
