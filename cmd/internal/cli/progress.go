package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"shipshape/checker/inert"
	"shipshape/lessons/progress"
)

// progressJSON is the document of `shipshape progress --json`.
type progressJSON struct {
	Schema    int                    `json:"schema"`
	Lessons   []lessonProgressJSON   `json:"lessons"`
	Exercises []exerciseProgressJSON `json:"exercises"`
	// Due is how many questions are due for review.
	Due int `json:"due"`
}

type lessonProgressJSON struct {
	Slug      string     `json:"slug"`
	ReadAt    *time.Time `json:"read_at,omitempty"`
	Questions int        `json:"questions"`
	Right     int        `json:"right"`
	// Mastered and State are as in `shipshape lessons --json`.
	Mastered int    `json:"mastered"`
	State    string `json:"state"`
}

type exerciseProgressJSON struct {
	Slug       string     `json:"slug"`
	State      string     `json:"state"`
	Attempts   int        `json:"attempts"`
	BestPoints int        `json:"best_points"`
	Points     int        `json:"points"`
	HintLevel  int        `json:"hint_level"`
	LastAt     *time.Time `json:"last_at,omitempty"`
}

func newProgressCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "progress",
		Short: "Show what you have read, answered and passed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runProgress(cmd.Context(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(
		&cobra.Command{
			Use:   "export FILE",
			Short: "Write the record to a file, or to - for standard output",
			Long:  "Writes the record to a file, or to - for standard output. A file that is there is replaced, and keeps its mode; a new one is readable by you alone.",
			Args:  exactly("a file, or - for standard output"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.runExport(cmd.Context(), args[0])
			},
		},
		&cobra.Command{
			Use:   "import FILE",
			Short: "Merge a file that export wrote, or - for standard input, into the record",
			Args:  exactly("a file, or - for standard input"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.runImport(cmd.Context(), args[0])
			},
		},
	)
	return cmd
}

func (a *app) runProgress(ctx context.Context, asJSON bool) error {
	document, err := a.progress(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return a.io.printJSON(document)
	}
	p := a.io.outPaint()
	t := newTable(a.io, 0)
	t.heading("Lessons")
	for _, l := range document.Lessons {
		read := p.dim("not read")
		if l.ReadAt != nil {
			read = "read " + l.ReadAt.Local().Format(time.DateOnly)
		}
		t.row(inert.Line(l.Slug), read, fmt.Sprintf("%d/%d questions", l.Right, l.Questions), fmt.Sprintf("%d mastered", l.Mastered))
	}
	t.heading("Exercises")
	for _, e := range document.Exercises {
		t.row(inert.Line(e.Slug), e.State, fmt.Sprintf("%d/%d points", e.BestPoints, e.Points), count(e.Attempts, "attempt"))
	}
	t.print()
	if document.Due > 0 {
		fmt.Fprintf(a.io.Out, "\n%s due for review: %s\n", count(document.Due, "question"), p.strong("shipshape quiz --review"))
	}
	return nil
}

func (a *app) progress(ctx context.Context) (*progressJSON, error) {
	course, err := a.openCourse()
	if err != nil {
		return nil, err
	}
	catalog, err := a.openCatalog()
	if err != nil {
		return nil, err
	}
	// Elsewhere progress is an addition, and its absence a notice. Here it is
	// all that was asked for, and zeros would be a wrong answer.
	summary, err := a.wholeSummary(ctx)
	if err != nil {
		return nil, recordError(fmt.Errorf("your progress can't be read: %w", err))
	}
	due := summary.Due(course, time.Now())
	document := &progressJSON{Schema: schema, Lessons: []lessonProgressJSON{}, Exercises: []exerciseProgressJSON{}, Due: len(due)}
	for _, l := range course.Lessons {
		standing := summary.Of(l)
		document.Lessons = append(document.Lessons, lessonProgressJSON{
			Slug: l.Slug, ReadAt: moment(summary.Read[l.Slug]), Questions: len(l.Questions),
			Right: standing.Right, Mastered: standing.Mastered, State: lessonState(l, standing),
		})
	}
	for _, e := range catalog.Exercises {
		stats := summary.Exercises[e.Slug]
		document.Exercises = append(document.Exercises, exerciseProgressJSON{
			Slug: e.Slug, State: exerciseState(stats), Attempts: stats.Attempts, BestPoints: stats.BestPoints,
			Points: e.Points(), HintLevel: stats.HintLevel, LastAt: moment(stats.Last),
		})
	}
	return document, nil
}

// wholeSummary reads a record that holds all that the learner did.
func (a *app) wholeSummary(ctx context.Context) (*progress.Summary, error) {
	summary, err := a.readSummary(ctx)
	if err != nil {
		return nil, err
	}
	// readSummary has opened it, and read it, which shows what damage there is.
	return summary, a.record.Whole()
}

// moment is nil for a time that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// recordMode is the mode of a new export: what somebody got wrong is nobody
// else's business, as in the record itself.
const recordMode = 0o600

func (a *app) runExport(ctx context.Context, name string) error {
	record, err := a.openRecord(ctx)
	if err != nil {
		return err
	}
	if name == "-" {
		return recordError(record.Export(ctx, a.io.Out))
	}
	if err := writeFile(name, recordMode, func(w io.Writer) error { return record.Export(ctx, w) }); err != nil {
		return recordError(fmt.Errorf("the record can't be exported to %s: %w", name, err))
	}
	fmt.Fprintf(a.io.Err, "The record is in %s.\n", name)
	return nil
}

func (a *app) runImport(ctx context.Context, name string) error {
	const remedy = "Name a file that `shipshape progress export` wrote."
	in := a.io.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return usagef(remedy, "the record can't be read: %v", err)
		}
		defer func() { _ = f.Close() }()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return usagef(remedy, "%s was not imported: it is a directory", name)
		}
		in = f
	}
	err := a.merge(ctx, in)
	var document *progress.DocumentError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &document):
		return usagef(remedy, "%s was not imported: %v", name, document)
	default:
		return recordError(fmt.Errorf("%s was not imported: %w", name, err))
	}
}

func (a *app) merge(ctx context.Context, in io.Reader) error {
	record, err := a.openRecord(ctx)
	if err != nil {
		return err
	}
	if err := record.Import(ctx, in); err != nil {
		return err
	}
	fmt.Fprintln(a.io.Err, "It is in your record now.")
	return nil
}
