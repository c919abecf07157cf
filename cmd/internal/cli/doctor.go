package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/checker/inert"
	"shipshape/exercises"
)

// health says how one of doctor's findings is.
type health string

const (
	well   health = "ok"
	poorly health = "warn"
	ill    health = "fail"
)

// finding is one thing that doctor looked at.
type finding struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Status health `json:"status"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"`
}

// doctorJSON is the document of `shipshape doctor --json`.
type doctorJSON struct {
	Schema int `json:"schema"`
	// OK is whether exercises can be graded.
	OK     bool      `json:"ok"`
	Checks []finding `json:"checks"`
}

func newDoctorCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at what grading needs, and say what to do about what is missing",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runDoctor(cmd.Context(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) runDoctor(ctx context.Context, asJSON bool) error {
	catalog, err := a.openCatalog()
	if err != nil {
		return err
	}
	document := doctorJSON{Schema: schema, OK: true}
	a.examine(ctx, basesOf(catalog), func(f finding) {
		if ctx.Err() != nil {
			return // what is found now tells of the interruption
		}
		document.OK = document.OK && f.Status != ill
		document.Checks = append(document.Checks, f)
		if !asJSON {
			a.printFinding(f)
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if asJSON {
		if err := a.io.printJSON(document); err != nil {
			return err
		}
	} else {
		a.printConclusion(document.OK)
	}
	if !document.OK {
		return exitWith(ExitUngradable)
	}
	return nil
}

func (a *app) printFinding(f finding) {
	p := a.io.outPaint()
	marks := map[health]string{well: p.good("ok  "), poorly: p.warn("look"), ill: p.bad("FAIL")}
	const margin = 19 // of the text beside marks and titles
	beside := func(text string) string {
		return indent(wrapWords(text, a.io.Width-margin), strings.Repeat(" ", margin))
	}
	detail := strings.TrimLeft(beside(inert.Line(f.Detail)), " ")
	fmt.Fprintf(a.io.Out, "%s  %s  %s\n", marks[f.Status], p.strong(fmt.Sprintf("%-11s", f.Title)), detail)
	if f.Remedy != "" {
		fmt.Fprintln(a.io.Out, beside(inert.Text(f.Remedy)))
	}
}

func (a *app) printConclusion(ok bool) {
	fmt.Fprintln(a.io.Out)
	if ok {
		fmt.Fprintln(a.io.Out, "Exercises can be graded here.")
		return
	}
	fmt.Fprintln(a.io.Out, "Exercises can't be graded here yet. Lessons, quizzes and `shipshape check --static` work all the same.")
}

// examine looks at everything, the necessary first, and tells each finding at
// once: the next may take a while.
func (a *app) examine(ctx context.Context, bases []string, tell func(finding)) {
	registry := examineRegistry(ctx, bases, registryTime)
	var machine engine.Machine
	client, err := a.openEngine(ctx)
	if err != nil {
		tell(faulty("engine", "engine", err))
	} else {
		defer func() { _ = client.Close() }()
		machine = examineEngine(ctx, client, tell)
		tell(examineImages(ctx, client, bases, registry.Status == well))
	}
	tell(registry)
	tell(examineDisk(machine, a.dataDir()))
	tell(a.examineData(ctx))
	tell(a.examineTerminal())
}

// basesOf are the base images that a course needs, each once.
func basesOf(catalog *exercises.Catalog) []string {
	var bases []string
	for _, e := range catalog.Exercises {
		bases = append(bases, e.AllBases()...)
	}
	slices.Sort(bases)
	return slices.Compact(bases)
}

// faulty is the finding that something necessary does not work.
func faulty(id, title string, err error) finding {
	f := finding{ID: id, Title: title, Status: ill, Detail: err.Error()}
	var fault *checker.EnvironmentError
	if errors.As(err, &fault) {
		f.Remedy = fault.Remedy
	}
	return f
}

// examineData looks at the folder of the record.
func (a *app) examineData(ctx context.Context) finding {
	f := finding{ID: "data", Title: "record", Status: well, Detail: a.dataDir()}
	record, err := a.openRecord(ctx)
	if err != nil {
		f.Status, f.Detail = poorly, err.Error()
		return f
	}
	if notices := record.Notices(); len(notices) > 0 {
		f.Status, f.Detail = poorly, strings.Join(notices, "; ")
		f.Remedy = "Choose another folder with --data DIR when this one can't be mended."
	}
	return f
}
