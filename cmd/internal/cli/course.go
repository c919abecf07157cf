package cli

import (
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/exercises"
	"shipshape/exercises/coursetest"
	"shipshape/lessons"
)

func newCourseCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "course",
		Short: "Lint and test a course",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCourseNewCommand(a), newCourseLintCommand(a), newCourseTestCommand(a), newCourseSchemaCommand(a))
	return cmd
}

func newCourseLintCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Say what is wrong with a course's data",
		Args:  upTo(1),
		RunE: func(_ *cobra.Command, args []string) error {
			a.useCourse(args)
			return a.runCourseLint()
		},
	}
}

// useCourse takes the course from the folder named, where one is.
func (a *app) useCourse(args []string) {
	if dir := first(args); dir != "" {
		a.flags.course = dir
	}
}

func (a *app) runCourseLint() error {
	lessonsFS, err := a.courseFS("lessons", lessons.Embedded)
	if err != nil {
		return err
	}
	exercisesFS, err := a.courseFS("exercises", exercises.Embedded)
	if err != nil {
		return err
	}
	course, lessonFaults := lessons.Load(lessonsFS)
	catalog, exerciseFaults := exercises.Load(exercisesFS)
	inLessons, inExercises := faults(lessonFaults), faults(exerciseFaults)
	// Only here are both sides of a link known: neither room imports the
	// other. A course that did not load has no links to hold against anyone.
	var links []exercises.LintOption
	if course == nil {
		course = &lessons.Course{}
	} else {
		inLessons = append(inLessons, lessons.Lint(course)...)
		inLessons = append(inLessons, lessons.LintLinks(course, lessons.Links{Exercise: func(slug string) bool { return catalog.Exercise(slug) != nil }})...)
		links = append(links,
			exercises.WithLessons(func(slug string) bool { return course.Lesson(slug) != nil }),
			exercises.WithConcepts(course.HasConcept))
	}
	inExercises = append(inExercises, exercises.Lint(catalog, links...)...)
	a.printFaults("lessons", inLessons)
	a.printFaults("exercises", inExercises)

	wrong := len(inLessons) + len(inExercises)
	fmt.Fprintln(a.io.Out, counts(course, catalog.Exercises, &coursetest.Summary{Wrong: wrong}))
	if wrong > 0 {
		return exitWith(ExitNotPassed)
	}
	return nil
}

// printFaults prints faults of a folder of the course, so that an editor finds
// the place.
func (a *app) printFaults(folder string, found []error) {
	for _, fault := range found {
		fmt.Fprintln(a.io.Out, inert.Line(path.Join(a.flags.course, folder)+"/"+fault.Error()))
	}
}

// faults are the errors that were joined into one.
func faults(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, faults(e)...)
	}
	return all
}

// counts is the line that `course lint` and `course test` end with.
func counts(course *lessons.Course, graded []*exercises.Exercise, s *coursetest.Summary) string {
	questions, byType := 0, map[lessons.Type]int{}
	for _, l := range course.Lessons {
		questions += len(l.Questions)
		for _, q := range l.Questions {
			byType[q.Type]++
		}
	}
	var parts []string
	for _, t := range lessons.Types() {
		parts = append(parts, fmt.Sprintf("%s %d", t, byType[t]))
	}
	variants := 0
	for _, e := range graded {
		for _, in := range e.Stacks {
			variants += len(in.Variants)
		}
	}
	line := fmt.Sprintf("lessons %d, questions %d (%s), exercises %d, variants %d, proofs %d, wrong %d",
		len(course.Lessons), questions, strings.Join(parts, ", "), len(graded), variants, s.Proofs, s.Wrong)
	if s.Ungradable > 0 {
		line += fmt.Sprintf(", ungradable %d", s.Ungradable)
	}
	return line
}
