package lessons

// unknownInARow ends a placement quiz: who does not know that many lessons one
// after another hardly knows those that build on them.
const unknownInARow = 3

// Placement is a quiz that finds out which lessons somebody may leave out. It
// asks the placement questions of one lesson after another, and no more of a
// lesson once one was answered wrong.
type Placement struct {
	course *Course
	// lesson and question are the indices of what is asked next.
	lesson, question int
	known, unknown   []*Lesson
	inARow           int // of the unknown ones
}

// NewPlacement begins a placement quiz of a course.
func NewPlacement(c *Course) *Placement { return &Placement{course: c} }

// Next is the question to ask now; nil where nothing more is asked.
func (p *Placement) Next() *Question {
	for p.inARow < unknownInARow && p.lesson < len(p.course.Lessons) {
		l := p.course.Lessons[p.lesson]
		if p.question < len(l.Placement) {
			return p.course.Question(l.Placement[p.question])
		}
		p.lesson, p.question = p.lesson+1, 0
	}
	return nil
}

// Answer takes the answer to the question that Next returned. A question that
// was not answered counts as one that was answered wrong.
func (p *Placement) Answer(right bool) {
	if p.lesson >= len(p.course.Lessons) {
		return
	}
	l := p.course.Lessons[p.lesson]
	switch {
	case !right:
		p.unknown = append(p.unknown, l)
		p.inARow++
		p.lesson, p.question = p.lesson+1, 0
	case p.question == len(l.Placement)-1:
		p.known, p.inARow = append(p.known, l), 0
		p.lesson, p.question = p.lesson+1, 0
	default:
		p.question++
	}
}

// Known are the lessons whose questions were all answered right.
func (p *Placement) Known() []*Lesson { return p.known }

// Unknown are the lessons of which a question was not answered right.
func (p *Placement) Unknown() []*Lesson { return p.unknown }

// Stopped tells whether it asks no more since several lessons one after another
// were unknown.
func (p *Placement) Stopped() bool { return p.inARow >= unknownInARow }

// Place is the number of a question's lesson, counted from 1, and of how many.
func (p *Placement) Place(q *Question) (lesson, of int) {
	for i, l := range p.course.Lessons {
		if l.Slug == q.Lesson {
			lesson = i + 1
		}
	}
	return lesson, len(p.course.Lessons)
}

// Begin is the first lesson that asks and is not known; nil where all are. It may
// stand before lessons that are: what comes later builds on it, and who began
// behind such a gap would never be led back to it. Known lessons in between are
// marked as such, and can be passed over.
func (p *Placement) Begin() *Lesson {
	if len(p.unknown) > 0 {
		return p.unknown[0]
	}
	for _, l := range p.course.Lessons[p.lesson:] {
		if len(l.Placement) > 0 {
			return l
		}
	}
	return nil
}
