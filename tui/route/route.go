// Package route holds the messages by which the tutor's screens speak to the
// root model, and so to each other: where to go, what to note in the learner's
// record, what went wrong. Screens import this package and never one another.
package route

import (
	tea "charm.land/bubbletea/v2"

	"shipshape/checker"
	"shipshape/lessons"
	"shipshape/lessons/progress"
)

// Target is a message that opens a screen.
type Target interface{ target() }

// Course opens the course.
type Course struct{}

// Lesson opens a lesson, at the section of that id where it is not empty.
type Lesson struct{ Slug, Section string }

// Quiz opens a lesson's questions.
type Quiz struct{ Lesson string }

// Review opens the questions that are due for review.
type Review struct{}

// Placement opens the quiz that finds out which lessons may be left out.
type Placement struct{}

// Exercise opens an exercise.
type Exercise struct{ Slug string }

func (Course) target()    {}
func (Lesson) target()    {}
func (Quiz) target()      {}
func (Review) target()    {}
func (Placement) target() {}
func (Exercise) target()  {}

// Back closes the screen on top.
type Back struct{}

// Quit ends the tutor when what is under way has been cleaned up.
type Quit struct{}

// Failed tells of an error that the learner should read. The root shows it.
type Failed struct{ Err error }

// Notice tells the learner something that is no error.
type Notice struct{ Text string }

// Read notes that a lesson was read to its end.
type Read struct{ Lesson string }

// Answered notes an answer to a question.
type Answered struct {
	Lesson, Question string
	Right            bool
	// Placed tells that it was given in a placement quiz.
	Placed bool
}

// Attempted notes a graded exercise.
type Attempted struct {
	Exercise string
	Report   *checker.Report
}

// HintShown notes that a hint, counted from 1, was shown.
type HintShown struct {
	Exercise string
	Level    int
}

// Progress tells all screens the learner's record as it stands now.
type Progress struct {
	Summary *progress.Summary
	// Due are the questions to review, most overdue first.
	Due []*lessons.Question
}

// Send makes a command of a message.
func Send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
