package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/lessons"
	"shipshape/lessons/progress"
)

// lessonJSON is one object of `shipshape lessons --json`.
type lessonJSON struct {
	Slug      string `json:"slug"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	Part      string `json:"part"`
	Minutes   int    `json:"minutes"`
	Exercise  string `json:"exercise,omitempty"`
	Questions int    `json:"questions"`
	// Right is how many of the questions were answered right the last time.
	Right int  `json:"right"`
	Read  bool `json:"read"`
	// Mastered is how many of the questions will be remembered.
	Mastered int `json:"mastered"`
	// State is "new", "begun", "read", "done" (read, and all questions right),
	// "known" (by a placement quiz) or "mastered" (all questions, and the
	// exercise passed).
	State string `json:"state"`
}

func newLessonsCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lessons",
		Short: "List the lessons, in their order, with your progress",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runLessons(cmd.Context(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) runLessons(ctx context.Context, asJSON bool) error {
	course, err := a.openCourse()
	if err != nil {
		return err
	}
	summary := a.summary(ctx)
	rows := make([]lessonJSON, len(course.Lessons))
	for i, l := range course.Lessons {
		standing := summary.Of(l)
		rows[i] = lessonJSON{
			Slug: l.Slug, Title: l.Title, Summary: l.Summary, Part: l.Part, Minutes: l.Minutes,
			Exercise: l.Exercise, Questions: len(l.Questions), Right: standing.Right, Read: standing.Read,
			Mastered: standing.Mastered, State: lessonState(l, standing),
		}
	}
	if asJSON {
		return a.io.printJSON(rows)
	}
	a.printLessons(rows)
	return nil
}

func (a *app) printLessons(rows []lessonJSON) {
	p := a.io.outPaint()
	part := ""
	t := newTable(a.io, 1)
	for _, r := range rows {
		if r.Part != part {
			part = r.Part
			t.heading(inert.Line(part))
		}
		state := r.State
		switch state {
		case "new":
			state = p.dim(state)
		case "done", "known", "mastered":
			state = p.good(state)
		}
		t.row(inert.Line(r.Slug), inert.Line(r.Title), fmt.Sprintf("%d/%d questions", r.Right, r.Questions), state)
	}
	t.print()
	fmt.Fprintf(a.io.Out, "\nRead one with %s.\n", p.strong("shipshape lesson SLUG"))
}

// lessonState says in a word how far the learner is with a lesson.
func lessonState(l *lessons.Lesson, s progress.Standing) string {
	switch {
	case s.Whole:
		return "mastered"
	case s.Read && s.Right == len(l.Questions):
		return "done"
	case s.Known:
		return "known"
	case s.Read:
		return "read"
	case s.Answered > 0:
		return "begun"
	}
	return "new"
}
