package exercises

import (
	"io/fs"
	"slices"

	"shipshape/checker"
)

// Exercise is one hands-on task.
type Exercise struct {
	// Slug is the folder's name.
	Slug string `yaml:"-"`
	// Formerly are slugs that it had in earlier versions of the course, under
	// which a learner's record and workspaces may still know it.
	Formerly []string `yaml:"formerly"`
	Title    string   `yaml:"title"`
	Summary  string   `yaml:"summary"`
	// Lesson is the slug of the lesson it belongs to.
	Lesson string `yaml:"lesson"`
	// Stack is "node", "python" or "go".
	Stack string `yaml:"stack"`
	// Stacks are the exercise in each stack that it is offered in, the default
	// one first; where there is but one, that one. All share the slug.
	Stacks []*Exercise `yaml:"-"`
	// Order sorts the exercises, lowest first.
	Order   int `yaml:"order"`
	Minutes int `yaml:"minutes"`

	// StarterFails are the ids of exactly those checks that the untouched
	// starter must fail.
	StarterFails []string `yaml:"starter_fails"`
	// Tags are names that the course's own test gives the image of the solution,
	// and of each variant that states none, as a learner does with `docker build
	// -t`: "tides:1.4.2".
	Tags []string `yaml:"tags"`

	checker.Assignment `yaml:",inline"`

	// Brief is the task, in markdown.
	Brief string `yaml:"-"`
	// Hints go from a nudge to nearly the answer, in markdown.
	Hints    []string  `yaml:"-"`
	Variants []Variant `yaml:"-"`

	// folder is the path of what files holds below the exercises' folder, and
	// hintsFolder that of the hints.
	folder, hintsFolder string
	files               fs.FS
	// source places the faults that Lint finds in exercise.yaml.
	source source
}

// Called reports whether slug is the exercise's, or was once.
func (e *Exercise) Called(slug string) bool {
	return e.Slug == slug || slices.Contains(e.Formerly, slug)
}

// Points are those that all checks are worth.
func (e *Exercise) Points() int {
	sum := 0
	for _, c := range e.Checks {
		sum += c.Points
	}
	return sum
}

// Variant is a submission that the course's own test grades.
type Variant struct {
	// Name is the folder's name.
	Name string `yaml:"-"`
	// About says what it does differently.
	About string `yaml:"about"`
	// Verdict is the outcome it must get.
	Verdict checker.Outcome `yaml:"verdict"`
	// Fails are the ids of exactly those checks that must fail.
	Fails []string `yaml:"fails"`
	// Says are regular expressions (RE2), by a check's id, for what the check
	// must observe or give as its reason: a verdict may be right for a wrong
	// one.
	Says map[string]string `yaml:"says"`
	// Remove are files of the starter that the variant leaves out.
	Remove []string `yaml:"remove"`
	// Tags are the names of its image, in place of the exercise's; an empty list
	// gives none.
	Tags []string `yaml:"tags"`
	// StarterTags are names that an image of the starter has, as of an earlier
	// build.
	StarterTags []string `yaml:"starter_tags"`

	source source
}

// Variant returns the variant of that name, or nil.
func (e *Exercise) Variant(name string) *Variant {
	for i := range e.Variants {
		if e.Variants[i].Name == name {
			return &e.Variants[i]
		}
	}
	return nil
}

// Submission is the workspace dir as the checker takes it. starterDir is where
// [Exercise.WriteStarter] wrote the starter; empty where no check compares
// with it, see [Exercise.NeedsStarter].
func (e *Exercise) Submission(dir, starterDir string) checker.Submission {
	return checker.Submission{
		Exercise:   e.Slug,
		Lesson:     e.Lesson,
		Dir:        dir,
		StarterDir: starterDir,
		Assignment: e.Assignment,
	}
}

// NeedsStarter says whether a check measures against the starter.
func (e *Exercise) NeedsStarter() bool {
	return slices.ContainsFunc(e.Checks, checker.Spec.NeedsStarter)
}
