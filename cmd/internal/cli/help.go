package cli

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addHelp adds cobra's help command. By itself it would show the help of what
// it knows for a command that it doesn't, and succeed.
func addHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help := child(root, "help")
	help.Args, help.Run = cobra.ArbitraryArgs, nil
	help.RunE = func(_ *cobra.Command, args []string) error {
		found, rest, err := root.Find(args)
		if err != nil {
			return err
		}
		if found.HasAvailableSubCommands() {
			if err := noArgs(found, rest); err != nil {
				return err
			}
		}
		found.InitDefaultHelpFlag()
		found.InitDefaultVersionFlag()
		return found.Help()
	}
}

// helpKnown lets --help, behind what is no command of cmd's own, say so. By itself
// cobra would show cmd's own help, and succeed.
func (a *app) helpKnown(cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	flag := cmd.Flags().Lookup("help")
	flag.Value = heard{flag.Value, func() {
		// Only now: the library that runs the tree sets the root's when it begins.
		help := cmd.HelpFunc()
		cmd.SetHelpFunc(func(c *cobra.Command, args []string) {
			if a.failure = noArgs(cmd, cmd.Flags().Args()); a.failure == nil {
				help(c, args)
			}
		})
	}}
}

// heard is a flag's value that tells when it is set.
type heard struct {
	pflag.Value
	then func()
}

func (h heard) Set(text string) error {
	h.then()
	return h.Value.Set(text)
}

// addCompletion adds cobra's completion command, which would show its help for a
// shell that it doesn't know, and succeed.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completion := child(root, "completion")
	completion.Args = noArgs
	completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, shell := range completion.Commands() {
		shell.Args = noArgs
	}
}

// child is the command of that name, which must be there.
func child(of *cobra.Command, name string) *cobra.Command {
	commands := of.Commands()
	return commands[slices.IndexFunc(commands, func(c *cobra.Command) bool { return c.Name() == name })]
}
