package dockerfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// stepName takes apart what BuildKit calls a step: "[build 2/10] RUN make",
// "[2/4] COPY . .", with a platform in front of the stage when it builds for
// several.
var stepName = regexp.MustCompile(`(?s)^\[(?:\S+/\S+ )?(?:(\S+) +)?(\d+)/(\d+)\] (.*)$`)

// loads takes apart the vertices that fetch an image.
var loads = regexp.MustCompile(`^(?:\[internal\] load metadata for|FROM) (\S+)`)

// LineOf returns the line of the instruction that BuildKit's step of that name
// comes from, counted from 1, or 0 where there is none: steps such as
// "[internal] load build context" and "exporting to image" belong to no line.
//
// The stage and the number in the name decide, since the text may be
// shortened, have its variables replaced, or stand in the file twice. The text
// decides when the number can't be right, which happens when the base image
// brings ONBUILD instructions; and when it is word for word another step's,
// which happens when builds run side by side: BuildKit does work that they have
// in common once, under the name that the first of them gave it.
func (f *File) LineOf(name string) int {
	name = strings.TrimPrefix(strings.TrimSpace(name), "CACHED ")
	if m := loads.FindStringSubmatch(name); m != nil {
		return f.imageLine(m[1])
	}
	m := stepName.FindStringSubmatch(name)
	if m == nil || strings.HasPrefix(m[4], "ONBUILD ") {
		return 0
	}
	// The pattern lets digits pass only; a number too large for an int is
	// out of every stage's range as well as 0 is.
	index, _ := strconv.Atoi(m[2])
	total, _ := strconv.Atoi(m[3])
	// A COPY --link may show as the merge that ends it.
	text := stepLetters(strings.TrimPrefix(m[4], "LINK "))

	best, score := 0, 0
	for s := range f.Stages {
		called := f.Stages[s].isCalled(m[1], len(f.Stages))
		steps := f.Stages[s].steps
		surplus := total - len(steps)
		for i := range steps {
			points, exact := steps[i].likeness(text)
			if points == 0 || !called && !exact {
				continue
			}
			switch {
			case !called:
			case surplus == 0 && i == index-1:
				points += 2 * placePoints
			case surplus > 0 && i > 0 && i == index-1-surplus:
				points += placePoints
			}
			if points > score {
				best, score = steps[i].line, points
			}
		}
	}
	if image, ok := strings.CutPrefix(text, "FROM "); ok && score < exactPoints {
		if line := f.imageLine(image); line > 0 {
			return line
		}
	}
	return best
}

// What counts how much: the whole text more than the right place, and that more
// than any likeness of the text.
const (
	exactPoints = 4 * placePoints
	placePoints = 1000
)

// isCalled tells whether BuildKit calls a stage by a name; the only one of a
// file has none.
func (s *Stage) isCalled(name string, stages int) bool {
	switch {
	case name == "":
		return stages == 1
	case s.Name != "":
		return strings.EqualFold(s.Name, name)
	}
	return name == fmt.Sprintf("stage-%d", s.Index)
}

// step is an instruction as BuildKit counts and names it.
type step struct {
	line int
	// texts are its letters as written, and with variables replaced.
	texts []string
}

// stepsOf returns the FROM of an image and what changes files. ENV, USER, CMD
// and the like change the configuration alone and are no steps.
func (f *File) stepsOf(s *Stage) []step {
	var out []step
	if s.Parent < 0 && s.Base != scratch {
		out = append(out, step{s.From.Line, []string{stepLetters("FROM " + s.Base)}})
	}
	for _, in := range s.Instructions {
		switch in.Name {
		case "RUN", "COPY", "ADD", "WORKDIR":
			out = append(out, step{in.Line, []string{
				stepLetters(in.Text), stepLetters(in.vars.expandText(f.escape, in.Text)),
			}})
		}
	}
	return out
}

// stepLetters is what is compared of a step's text: no white space and no
// quotes, since BuildKit drops some of them, and an image's name in full.
func stepLetters(text string) string {
	word, rest, _ := strings.Cut(text, " ")
	word = strings.ToUpper(word)
	if word == "FROM" {
		rest = normalImage(rest)
	}
	return word + " " + strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\"'\\", r) {
			return -1
		}
		return r
	}, rest)
}

// likeness is 0 for another kind of instruction, and otherwise grows with the
// letters that the texts have in common from their beginning.
func (s *step) likeness(got string) (points int, exact bool) {
	for _, want := range s.texts {
		n := 0
		for n < len(got) && n < len(want) && got[n] == want[n] {
			n++
		}
		if n == len(got) && n == len(want) {
			return exactPoints, true
		}
		if strings.Contains(got[:n], " ") { // the first word at least
			points = max(points, min(n, placePoints-1))
		}
	}
	return points, false
}

// scratch is the base that is no image.
const scratch = "scratch"

// imageLine is the line that first names an image, in any spelling.
func (f *File) imageLine(ref string) int {
	want := normalImage(ref)
	for i := range f.Stages {
		s := &f.Stages[i]
		if s.Parent < 0 && normalImage(s.Base) == want {
			return s.From.Line
		}
		for _, in := range s.Instructions {
			for _, from := range f.sources(&in, i) {
				if from.image != "" && normalImage(from.image) == want {
					return in.Line
				}
			}
		}
	}
	return 0
}
