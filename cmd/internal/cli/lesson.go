package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/lessons"
	"shipshape/lessons/progress"
	"shipshape/tui/ui"
)

func newLessonCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "lesson SLUG",
		Short:             "Print one lesson",
		Args:              exactly("the lesson's slug"),
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runLesson(cmd.Context(), args[0])
		},
	}
}

func (a *app) runLesson(ctx context.Context, slug string) error {
	l, err := a.lesson(slug)
	if err != nil {
		return err
	}
	if err := a.printMarkdown(lessonText(l)); err != nil {
		return err
	}
	p := a.io.errPaint()
	fmt.Fprintf(a.io.Err, "\n%s\n", p.dim(fmt.Sprintf("%d questions: shipshape quiz %s", len(l.Questions), l.Slug)))
	if l.Exercise != "" {
		fmt.Fprintln(a.io.Err, p.dim("the exercise:  shipshape start "+l.Exercise))
	}
	if a.io.OutTerminal {
		// On a terminal it is taken as read; what is piped may go anywhere.
		a.keep(ctx, func(r *progress.Record) error { return r.MarkRead(ctx, l.Slug) })
	}
	return nil
}

// lessonText is the whole lesson as one markdown text, with what a prediction
// hides under its own heading.
func lessonText(l *lessons.Lesson) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", l.Title)
	for _, s := range l.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Title, strings.TrimSpace(s.Markdown))
		if s.Reveal != "" {
			fmt.Fprintf(&b, "\n### What happens\n\n%s\n", strings.TrimSpace(s.Reveal))
		}
	}
	return b.String()
}

// printMarkdown renders a text for a terminal; elsewhere, and where plain text
// is asked for, markdown is plain text as it stands.
func (a *app) printMarkdown(text string) error {
	if !a.io.OutTerminal || a.io.NoColor {
		_, err := fmt.Fprintln(a.io.Out, strings.TrimRight(inert.Text(text), "\n"))
		return err
	}
	out := colorprofile.NewWriter(a.io.Out, os.Environ())
	// Without colours one background is as good as another.
	dark := out.Profile <= colorprofile.ASCII || a.io.darkBackground()
	lines, err := ui.Markdown(text, dark, a.io.Width)
	if err != nil {
		return fmt.Errorf("the text can't be rendered (--plain prints it as it is): %w", err)
	}
	_, err = fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}
