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
	known            []*Lesson
	begin            *Lesson
	unknown          int // in a row
}

// NewPlacement begins a placement quiz of a course.
func NewPlacement(c *Course) *Placement { return &Placement{course: c} }

// Next is the question to ask now; nil where nothing more is asked.
func (p *Placement) Next() *Question {
	for p.unknown < unknownInARow && p.lesson < len(p.course.Lessons) {
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
		if p.begin == nil {
			p.begin = l
		}
		p.unknown++
		p.lesson, p.question = p.lesson+1, 0
	case p.question == len(l.Placement)-1:
		p.known, p.unknown = append(p.known, l), 0
		p.lesson, p.question = p.lesson+1, 0
	default:
		p.question++
	}
}

// Known are the lessons whose questions were all answered right.
func (p *Placement) Known() []*Lesson { return p.known }

// Begin is the first lesson that asks and is not known; nil where all are. It may
// stand before lessons that are: what comes later builds on it, and who began
// behind such a gap would never be led back to it. Known lessons in between are
// marked as such, and can be passed over.
func (p *Placement) Begin() *Lesson {
	if p.begin != nil {
		return p.begin
	}
	for _, l := range p.course.Lessons[p.lesson:] {
		if len(l.Placement) > 0 {
			return l
		}
	}
	return nil
}
