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
var stepName = regexp.MustCompile(`^\[(?:\S+/\S+ )?(?:(\S+) +)?(\d+)/(\d+)\] (.*)$`)

// loads takes apart the vertices that fetch an image.
var loads = regexp.MustCompile(`^(?:\[internal\] load metadata for|FROM) (\S+)`)

// LineOf returns the line of the instruction that BuildKit's step of that name
// comes from, counted from 1, or 0 where there is none: steps such as
// "[internal] load build context" and "exporting to image" belong to no line.
//
// The stage and the number in the name decide, since the text may be
// shortened, have its variables replaced, or stand in the file twice; the text
// decides when the number can't be right, which happens when the base image
// brings ONBUILD instructions.
func (f *File) LineOf(name string) int {
	name = strings.TrimPrefix(strings.TrimSpace(name), "CACHED ")
	if m := loads.FindStringSubmatch(name); m != nil {
		return f.imageLine(m[1])
	}
	m := stepName.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	// The pattern lets digits pass only; a number too large for an int is
	// out of every stage's range as well as 0 is.
	index, _ := strconv.Atoi(m[2])
	total, _ := strconv.Atoi(m[3])
	text := m[4]
	if strings.HasPrefix(text, "ONBUILD ") {
		return 0
	}
	// A COPY --link may show as the merge that ends it.
	text = strings.TrimPrefix(text, "LINK ")

	best, score := 0, 0
	for _, s := range f.stagesCalled(m[1]) {
		steps := f.Stages[s].steps
		surplus := total - len(steps)
		for i := range steps {
			if steps[i].name != keyword(text) {
				continue
			}
			points := 1 + steps[i].likeness(text)
			switch {
			case surplus == 0 && i == index-1:
				points += positionPoints
			case surplus > 0 && i > 0 && i == index-1-surplus:
				points += positionPoints / 2
			}
			if points > score {
				best, score = steps[i].line, points
			}
		}
	}
	return best
}

// positionPoints is what the right place in the right stage counts: more than
// any likeness of the text.
const positionPoints = 1000

// stagesCalled returns the indices of the stages that a step's name may mean.
func (f *File) stagesCalled(name string) []int {
	var out []int
	for i := range f.Stages {
		s := &f.Stages[i]
		switch {
		case name == "" && len(f.Stages) == 1,
			name != "" && strings.EqualFold(s.Name, name),
			s.Name == "" && name == fmt.Sprintf("stage-%d", i):
			out = append(out, i)
		}
	}
	return out
}

// step is an instruction as BuildKit counts and names it.
type step struct {
	name string
	line int
	// texts are its letters as written, and with variables replaced; none for
	// FROM, which is named by what the image's name resolves to.
	texts []string
}

// stepsOf returns the FROM of an image and what changes files. ENV, USER, CMD
// and the like change the configuration alone and are no steps.
func (f *File) stepsOf(s *Stage) []step {
	var out []step
	if s.Parent < 0 && s.Base != scratch {
		out = append(out, step{name: "FROM", line: s.From.Line})
	}
	for _, in := range s.Instructions {
		switch in.Name {
		case "RUN", "COPY", "ADD", "WORKDIR":
			out = append(out, step{
				name: in.Name, line: in.Line,
				texts: []string{letters(in.Text), letters(in.vars.expandText(f.escape, in.Text))},
			})
		}
	}
	return out
}

// scratch is the base that is no image.
const scratch = "scratch"

// likeness counts the letters that a step and the text of a name have in common
// from their beginning, at most positionPoints-2. White space and quotes are not
// compared: BuildKit drops some of them.
func (s *step) likeness(text string) int {
	got := letters(text)
	most := 0
	for _, want := range s.texts {
		n := 0
		for n < len(got) && n < len(want) && got[n] == want[n] {
			n++
		}
		if n == len(got) && n == len(want) {
			n++ // the whole is more than its beginning
		}
		most = max(most, n)
	}
	return min(most, positionPoints-2)
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\"'\\", r) {
			return -1
		}
		return r
	}, s)
}

// keyword is a text's first word in upper case.
func keyword(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return strings.ToUpper(word)
}

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
