package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui/route"
)

// sitting is how many questions a quiz without a lesson asks, line by line.
const sitting = 10

type quizOptions struct {
	lesson    string
	review    bool
	placement bool
}

func newQuizCommand(a *app) *cobra.Command {
	var o quizOptions
	cmd := &cobra.Command{
		Use:   "quiz [LESSON]",
		Short: "Ask the questions of a lesson, or what is due for review",
		Long: "Asks the questions of a lesson, or, without one, those that are due for review and then some that you " +
			"have not answered yet. On a terminal a lesson's questions, and with --review what is due, open in the tutor; " +
			"elsewhere, and with --plain, answers are read from standard input, a line each, and a quiz without a lesson is " +
			"of ten questions. It needs no engine and no network.",
		Args:              upTo(1),
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson = first(args)
			if screen := a.quizScreen(o); screen != nil {
				return a.openTutor(cmd.Context(), screen)
			}
			return a.runQuiz(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.review, "review", false, "ask only what is due for review")
	cmd.Flags().BoolVar(&o.placement, "placement", false, "find out which lessons you know already")
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
	case o.placement && o.lesson == "" && !o.review:
		return route.Placement{}
	case o.review && o.lesson == "" && !o.placement:
		return route.Review{}
	case !o.review && !o.placement && course.Lesson(o.lesson) != nil:
		return route.Quiz{Lesson: o.lesson}
	}
	return nil
}

func (a *app) runQuiz(ctx context.Context, o quizOptions) error {
	if o.placement {
		if o.lesson != "" || o.review {
			return usagef("Leave the others out.", "--placement asks about all lessons")
		}
		return a.runPlacement(ctx)
	}
	questions, more, err := a.questions(ctx, o)
	if err != nil {
		return err
	}
	if len(questions) == 0 {
		fmt.Fprintln(a.io.Out, "Nothing is due for review. `shipshape lessons` lists what there is to learn.")
		return nil
	}
	q := &quizzer{io: a.io, p: a.io.outPaint(), in: readInput(ctx, a.io.In)}
	stats := a.summary(ctx).Questions
	right, asked := 0, 0
	for i, question := range questions {
		fmt.Fprintf(a.io.Out, "%s\n\n", q.p.dim(fmt.Sprintf("Question %d of %d, from %s", i+1, len(questions), question.Lesson)))
		done, err := a.askAndKeep(ctx, q, question, stats[question.ID], false)
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
	}
	fmt.Fprintf(a.io.Out, "%s\n", q.p.strong(fmt.Sprintf("%d of %d right.", right, asked)))
	if more > 0 {
		fmt.Fprintf(a.io.Out, "%s due for review: %s\n", count(more, "more question"), q.p.strong("shipshape quiz --review"))
	}
	return nil
}

// askAndKeep asks a question and keeps the answer, where there is one.
func (a *app) askAndKeep(ctx context.Context, q *quizzer, question *lessons.Question, stats progress.QuestionStats, placed bool) (answered, error) {
	done, err := q.ask(ctx, question, question.Shuffled(stats.Times()))
	if err != nil || done == stopped || done == skipped {
		return done, err
	}
	a.keep(ctx, func(r *progress.Record) error {
		return r.Answer(ctx, progress.Answered{
			Lesson: question.Lesson, Question: question.ID, Right: done == answeredRight, Placed: placed, At: time.Now(),
		})
	})
	return done, nil
}

// runPlacement asks about one lesson after another, until it knows where the
// learner should begin.
func (a *app) runPlacement(ctx context.Context) error {
	course, err := a.openCourse()
	if err != nil {
		return err
	}
	q := &quizzer{io: a.io, p: a.io.outPaint(), in: readInput(ctx, a.io.In)}
	stats := a.summary(ctx).Questions
	placement := lessons.NewPlacement(course)
	for question := placement.Next(); question != nil; question = placement.Next() {
		fmt.Fprintf(a.io.Out, "%s\n\n", q.p.dim("About "+inert.Line(course.Lesson(question.Lesson).Title)))
		done, err := a.askAndKeep(ctx, q, question, stats[question.ID], true)
		if err != nil {
			return err
		}
		if done == stopped {
			break
		}
		placement.Answer(done == answeredRight)
	}
	for _, l := range placement.Known() {
		fmt.Fprintf(a.io.Out, "%s %s\n", q.p.good("You know"), inert.Line(l.Title))
	}
	if begin := placement.Begin(); begin != nil {
		fmt.Fprintf(a.io.Out, "Begin with %s\n", q.p.strong("shipshape lesson "+begin.Slug))
	} else {
		fmt.Fprintln(a.io.Out, "You know what this course teaches. Its exercises are still worth an evening.")
	}
	return nil
}

// questions are those to ask; more is how many others are due for review where
// these are a sitting.
func (a *app) questions(ctx context.Context, o quizOptions) (_ []*lessons.Question, more int, _ error) {
	if o.lesson != "" && o.review {
		return nil, 0, usagef("Leave one of them out.", "--review asks what is due in all lessons")
	}
	if o.lesson != "" {
		l, err := a.lesson(o.lesson)
		if err != nil {
			return nil, 0, err
		}
		return l.Questions, 0, nil
	}
	course, err := a.openCourse()
	if err != nil {
		return nil, 0, err
	}
	summary := a.summary(ctx)
	due := summary.Due(course, time.Now())
	questions := due[:min(len(due), sitting)]
	more = len(due) - len(questions)
	if o.review {
		return questions, more, nil
	}
	return fillUp(questions, course, summary), more, nil
}

// fillUp adds questions that were never answered until they make a sitting.
func fillUp(questions []*lessons.Question, course *lessons.Course, summary *progress.Summary) []*lessons.Question {
	for _, l := range course.Lessons {
		for _, q := range l.Questions {
			if _, answered := summary.Questions[q.ID]; !answered && len(questions) < sitting && !slices.Contains(questions, q) {
				questions = append(questions, q)
			}
		}
	}
	return questions
}
