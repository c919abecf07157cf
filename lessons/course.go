package lessons

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
	Exercise  string      `yaml:"exercise"`
	Sections  []Section   `yaml:"-"`
	Questions []*Question `yaml:"-"`

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
