package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui/route"
)

// sitting is how many questions a quiz without a lesson asks.
const sitting = 10

type quizOptions struct {
	lesson string
	review bool
}

func newQuizCommand(a *app) *cobra.Command {
	var o quizOptions
	cmd := &cobra.Command{
		Use:   "quiz [LESSON]",
		Short: "Ask the questions of a lesson, or what is due for review",
		Long: "Asks the questions of a lesson, or, without one, those that are due for review and then some that you " +
			"have not answered yet. On a terminal a lesson's questions open in the tutor; elsewhere, and with --plain, " +
			"answers are read from standard input, a line each. It needs no engine and no network.",
		Args: upTo(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson = first(args)
			if screen := a.quizScreen(o); screen != nil {
				return a.openTutor(cmd.Context(), screen)
			}
			return a.runQuiz(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.review, "review", false, "ask only what is due for review")
	return cmd
}

// quizScreen is the tutor's screen for a quiz, or nil where it is asked line by
// line.
func (a *app) quizScreen(o quizOptions) route.Target {
	if !a.io.Interactive() || a.flags.plain {
		return nil
	}
	course, err := a.openCourse()
	switch {
	case err != nil:
		return nil // runQuiz says why
	case o.review && o.lesson == "":
		return route.Review{}
	case !o.review && course.Lesson(o.lesson) != nil:
		return route.Quiz{Lesson: o.lesson}
	}
	return nil
}

func (a *app) runQuiz(ctx context.Context, o quizOptions) error {
	questions, err := a.questions(ctx, o)
	if err != nil {
		return err
	}
	if len(questions) == 0 {
		fmt.Fprintln(a.io.Out, "Nothing is due for review. `shipshape lessons` lists what there is to learn.")
		return nil
	}
	q := &quizzer{io: a.io, p: a.io.outPaint(), lines: readInput(ctx, a.io.In)}
	stats := a.summary(ctx).Questions
	right, asked := 0, 0
	for i, question := range questions {
		fmt.Fprintf(a.io.Out, "%s\n\n", q.p.dim(fmt.Sprintf("Question %d of %d, from %s", i+1, len(questions), question.Lesson)))
		done, err := q.ask(ctx, question, shuffle(question, stats[question.ID]))
		if err != nil {
			return err
		}
		if done == stopped {
			break
		}
		if done == skipped {
			continue
		}
		asked++
		if done == answeredRight {
			right++
		}
		a.keep(ctx, func(r *progress.Record) error {
			return r.Answer(ctx, progress.Answered{
				Lesson: question.Lesson, Question: question.ID, Right: done == answeredRight, At: time.Now(),
			})
		})
	}
	fmt.Fprintf(a.io.Out, "%s\n", q.p.strong(fmt.Sprintf("%d of %d right.", right, asked)))
	return nil
}

// questions are those to ask.
func (a *app) questions(ctx context.Context, o quizOptions) ([]*lessons.Question, error) {
	if o.lesson != "" && o.review {
		return nil, usagef("Leave one of them out.", "--review asks what is due in all lessons")
	}
	if o.lesson != "" {
		l, err := a.lesson(o.lesson)
		if err != nil {
			return nil, err
		}
		return l.Questions, nil
	}
	course, err := a.openCourse()
	if err != nil {
		return nil, err
	}
	due, err := a.due(ctx, course)
	if err != nil || o.review {
		return due, err
	}
	return fillUp(due, course, a.summary(ctx)), nil
}

// due are the questions of this course to review, most overdue first.
func (a *app) due(ctx context.Context, course *lessons.Course) ([]*lessons.Question, error) {
	record, err := a.openRecord(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := record.Due(ctx, time.Now())
	if err != nil {
		return nil, fmt.Errorf("what is due for review can't be read: %w", err)
	}
	var due []*lessons.Question
	for _, id := range ids {
		if q := course.Question(id); q != nil {
			due = append(due, q)
		}
	}
	return due, nil
}

// fillUp adds questions that were never answered until they make a sitting.
func fillUp(questions []*lessons.Question, course *lessons.Course, summary *progress.Summary) []*lessons.Question {
	for _, l := range course.Lessons {
		for _, q := range l.Questions {
			if _, answered := summary.Questions[q.ID]; !answered && len(questions) < sitting {
				questions = append(questions, q)
			}
		}
	}
	return questions
}
