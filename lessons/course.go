package lessons

import "slices"

// Course is all lessons, in their order.
type Course struct {
	Lessons []*Lesson
}

// Lesson returns the lesson of that slug, or nil.
func (c *Course) Lesson(slug string) *Lesson {
	for _, l := range c.Lessons {
		if l.Slug == slug {
			return l
		}
	}
	return nil
}

// Question returns the question of that id, or nil.
func (c *Course) Question(id string) *Question {
	for _, l := range c.Lessons {
		for _, q := range l.Questions {
			if q.ID == id {
				return q
			}
		}
	}
	return nil
}

// HasConcept reports whether a lesson of the course teaches a concept.
func (c *Course) HasConcept(id string) bool {
	return slices.ContainsFunc(c.Lessons, func(l *Lesson) bool {
		_, known := l.Concepts[id]
		return known
	})
}

// Renamed are the ids that lessons and questions had in earlier versions of the
// course, each with today's. A learner's record may know them by the old ones.
func (c *Course) Renamed() (lessons, questions map[string]string) {
	lessons, questions = map[string]string{}, map[string]string{}
	for _, l := range c.Lessons {
		for _, old := range l.Formerly {
			lessons[old] = l.Slug
		}
		for _, q := range l.Questions {
			for _, old := range q.Formerly {
				questions[old] = q.ID
			}
		}
	}
	return lessons, questions
}

// Lesson is one sitting's reading and the questions about it.
type Lesson struct {
	// Slug is the folder's name.
	Slug    string `yaml:"-"`
	Title   string `yaml:"title"`
	Summary string `yaml:"summary"`
	// Part groups lessons.
	Part string `yaml:"part"`
	// Order sorts the lessons of a course, lowest first.
	Order int `yaml:"order"`
	// Minutes is how long reading and answering takes.
	Minutes int `yaml:"minutes"`
	// Exercise is the slug of the one that practises it; empty for none.
	Exercise string `yaml:"exercise"`
	// Concepts are what a learner takes from it: a statement for each id, which
	// is unique in the course. Questions and checks name them.
	Concepts map[string]string `yaml:"concepts"`
	// Placement are the ids of those of its questions that tell whether
	// somebody knows the lesson already.
	Placement []string `yaml:"placement"`
	// Formerly are slugs that it had in earlier versions of the course.
	Formerly  []string    `yaml:"formerly"`
	Sections  []Section   `yaml:"-"`
	Questions []*Question `yaml:"-"`
	// Proofs are statements of the lesson that an engine can prove.
	Proofs []Statement `yaml:"-"`

	// at is where the front matter's keys stand in lesson.md.
	at places
}

// Section returns the section of that id, or nil.
func (l *Lesson) Section(id string) *Section {
	for i := range l.Sections {
		if l.Sections[i].ID == id {
			return &l.Sections[i]
		}
	}
	return nil
}

// Section is a part of a lesson under one heading.
type Section struct {
	// ID is the heading's letters and digits in lower case, with a dash for
	// each run of anything else.
	ID    string
	Title string
	// Markdown is the text without its heading.
	Markdown string
	// Reveal is what stands behind a prediction: the text below a line that
	// is just "???". Empty when the section asks for none.
	Reveal string

	// line is the heading's line in lesson.md.
	line int
}
