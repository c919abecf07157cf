package cli

import (
	"github.com/spf13/cobra"

	"shipshape/checker/inert"
)

// A shell completes while somebody types, so these read the course alone: no
// record, no engine. What can't be read completes nothing.

// offered is what there is to choose from, in its order, and no file.
func offered(choices []cobra.Completion) ([]cobra.Completion, cobra.ShellCompDirective) {
	return choices, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeLesson and completeExercise complete the one argument of a command.
func (a *app) completeLesson(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return offered(nil)
	}
	return offered(a.lessonChoices())
}

func (a *app) completeExercise(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return offered(nil)
	}
	return offered(a.exerciseChoices())
}

func (a *app) lessonChoices() []cobra.Completion {
	course, err := a.openCourse()
	if err != nil {
		return nil
	}
	var choices []cobra.Completion
	for _, l := range course.Lessons {
		choices = append(choices, cobra.CompletionWithDesc(l.Slug, inert.Line(l.Title)))
	}
	return choices
}

func (a *app) exerciseChoices() []cobra.Completion {
	catalog, err := a.openCatalog()
	if err != nil {
		return nil
	}
	var choices []cobra.Completion
	for _, e := range catalog.Exercises {
		choices = append(choices, cobra.CompletionWithDesc(e.Slug, inert.Line(e.Title)))
	}
	return choices
}

// stackChoices are the stacks of the exercise that the other arguments mean.
func (a *app) stackChoices(at which) []cobra.Completion {
	if at.slug != "" {
		at.dir = "" // that of start is not there yet
	}
	e, err := a.exerciseOrWorkspace(at)
	if err != nil {
		return nil
	}
	return e.StackNames()
}

// checkChoices are the checks of the exercise that the other arguments mean.
func (a *app) checkChoices(at which) []cobra.Completion {
	e, err := a.exerciseOrWorkspace(at)
	if err != nil {
		return nil
	}
	var choices []cobra.Completion
	for _, c := range e.Checks {
		choices = append(choices, cobra.CompletionWithDesc(c.ID, inert.Line(c.Title)))
	}
	return choices
}

// completeFlag completes a flag's value by what choices says, given the
// command's arguments.
func completeFlag(cmd *cobra.Command, flag string, choices func(args []string) []cobra.Completion) {
	// It fails for a flag that is not there, or done twice, and then does nothing.
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return offered(choices(args))
	})
}
