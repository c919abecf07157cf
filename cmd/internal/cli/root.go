package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The groups that help lists the commands in.
const (
	groupLearn  = "learn"
	groupEngine = "engine"
	groupAuthor = "author"
)

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "shipshape",
		Short: "A tutor for production-grade Dockerfiles, graded on a real engine",
		Long: "shipshape teaches production-grade Dockerfiles in lessons, asks about them in quizzes, and grades " +
			"exercises by building and running what you wrote.\n\nWithout a command it opens the tutor.",
		Example: "  shipshape\n  shipshape start node-cache-order\n  shipshape check",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runTutor(cmd.Context())
		},
	}
	root.SetOut(a.io.Out)
	root.SetErr(a.io.Err)
	flags := root.PersistentFlags()
	flags.StringVar(&a.flags.course, "course", "", "use the course in this folder instead of the embedded one")
	flags.StringVar(&a.flags.data, "data", "", "keep the learner's record in this folder")
	flags.BoolVar(&a.flags.offline, "offline", false, "use no engine")
	flags.BoolVar(&a.flags.plain, "plain", false, "plain text: no colours, no marks, no screen of its own")
	flags.BoolVar(&a.flags.noColor, "no-color", false, "no colours (as NO_COLOR does)")

	root.AddGroup(
		&cobra.Group{ID: groupLearn, Title: "learn"},
		&cobra.Group{ID: groupEngine, Title: "engine"},
		&cobra.Group{ID: groupAuthor, Title: "course authors"},
	)
	add(root, groupLearn,
		newLessonsCommand(a), newLessonCommand(a), newQuizCommand(a), newExercisesCommand(a), newStartCommand(a), newCheckCommand(a),
		newHintCommand(a), newSolutionCommand(a), newResetCommand(a), newProgressCommand(a), newAuditCommand(a))
	add(root, groupEngine, newSetupCommand(a), newDoctorCommand(a), newImagesCommand(a), newTourCommand(a), newCleanCommand(a))
	add(root, groupAuthor, newCourseCommand(a))
	root.AddCommand(newVersionCommand(a), newManCommand(a))
	addHelp(root)
	addCompletion(root)
	return root
}

func add(root *cobra.Command, group string, cmds ...*cobra.Command) {
	for _, c := range cmds {
		c.GroupID = group
		root.AddCommand(c)
	}
}

// helpMargin is what the text of a command's help stands in by.
const helpMargin = 2

// adopt makes each command of the tree hand its error to the app. The library
// that runs the tree would ask the terminal for its colours to show it, which
// takes seconds where the terminal does not answer.
func (a *app) adopt(cmd *cobra.Command) {
	if check, run := cmd.Args, cmd.RunE; run != nil {
		cmd.Args = cobra.ArbitraryArgs
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			a.applyFlags()
			if a.failure = noneEmpty(cmd, args); a.failure == nil {
				a.failure = check(cmd, args)
			}
			if a.failure == nil {
				a.failure = run(cmd, args)
			}
			return nil
		}
	}
	cmd.SetFlagErrorFunc(a.wrongFlag)
	for _, c := range cmd.Commands() {
		// The library that prints help would break lines inside of --flags. The
		// root's text, which has none, is the man page's too.
		c.Long = wrapWords(c.Long, a.io.Width-helpMargin)
		a.adopt(c)
	}
}

// wrongFlag keeps a flag's fault and ends the run as if help had been printed.
func (a *app) wrongFlag(cmd *cobra.Command, err error) error {
	a.failure = usagef(fmt.Sprintf("`%s --help` lists its flags.", cmd.CommandPath()), "%s", flagFault(err))
	cmd.SetHelpFunc(func(*cobra.Command, []string) {})
	return pflag.ErrHelp
}

// flagFault is what is wrong with a flag, without the name of a function where its
// value can't be parsed.
func flagFault(err error) string {
	wrong, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err.Error()
	}
	fault, ok := map[string]string{
		"int": "no whole number", "bool": "neither true nor false", "duration": "no time such as 30s or 2m",
	}[wrong.GetFlag().Value.Type()]
	if !ok {
		return err.Error()
	}
	return fmt.Sprintf("--%s %q is %s", wrong.GetFlag().Name, wrong.GetValue(), fault)
}

func (a *app) applyFlags() {
	if a.flags.noColor || a.flags.plain {
		a.io.NoColor = true
	}
}

// noneEmpty refuses an empty argument, and a flag's empty value, as of a shell's
// variable that is not set: it must not pass for one that was left out.
func noneEmpty(cmd *cobra.Command, args []string) error {
	if slices.Contains(args, "") {
		return usagef(seeHelp(cmd), "an argument is empty")
	}
	var fault error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			values = several.GetSlice()
		}
		if len(values) == 0 || slices.Contains(values, "") {
			fault = usagef(seeHelp(cmd), "--%s is empty", f.Name)
		}
	})
	return fault
}

// noArgs, upTo and exactly say how many arguments a command takes.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return usagef(seeHelp(cmd), "%s takes no arguments, and got %q", spoken(cmd), args[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usagef(didYouMean(args[0], names, seeHelp(cmd)), "there is no command %q", strings.TrimSpace(spoken(cmd)+" "+args[0]))
}

func upTo(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return usagef(seeHelp(cmd), "%s takes no more than %d, and got %q as well", spoken(cmd), n, args[n])
		}
		return nil
	}
}

func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return usagef(seeHelp(cmd), "%s needs %s", spoken(cmd), names[len(args)])
		}
		return upTo(len(names))(cmd, args)
	}
}

// spoken is a command's name without the program's.
func spoken(cmd *cobra.Command) string {
	return strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")
}

func seeHelp(cmd *cobra.Command) string {
	return fmt.Sprintf("`%s --help` shows how it is called.", cmd.CommandPath())
}
