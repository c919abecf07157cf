package cli

import (
	"fmt"
	"strings"
	"time"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// card prints a report: a line for each check, and for what did not pass the
// evidence.
type card struct {
	io *IO
	p  paint
	// lines are those of the Dockerfile.
	lines []string
	file  string
}

func (a *app) printCard(w workspace, r *checker.Report) {
	file := w.exercise.DockerfileName()
	c := &card{io: a.io, p: a.io.outPaint(), file: file, lines: readLines(w.dir, file)}
	c.print(w.exercise.Title, r)
}

func (c *card) print(title string, r *checker.Report) {
	fmt.Fprintf(c.io.Out, "%s: %s\n", c.p.strong(r.Exercise), inert.Line(title))
	if r.Engine != nil {
		fmt.Fprintln(c.io.Out, c.p.dim(fmt.Sprintf("Docker %s, API %s", inert.Line(r.Engine.Version), inert.Line(r.Engine.API))))
	}
	var advice, graded []checker.Result
	for _, result := range r.Checks {
		if result.Status == checker.StatusAdvice {
			advice = append(advice, result)
		} else {
			graded = append(graded, result)
		}
	}
	if len(graded) > 0 {
		fmt.Fprintln(c.io.Out)
	}
	for _, result := range graded {
		c.result(result)
	}
	if len(advice) > 0 {
		fmt.Fprintf(c.io.Out, "\n%s\n", c.p.strong("Advice from the Dockerfile's text, which decides nothing"))
		c.remarks(advice)
	}
	for _, notice := range r.Notices {
		fmt.Fprintln(c.io.Out)
		c.field("note", notice)
	}
	fmt.Fprintf(c.io.Out, "\n%s\n", c.verdict(r))
	if r.Stored {
		fmt.Fprintf(c.io.Out, "%s\n", c.p.dim("The verdict of "+r.GradedAt.Local().Format(time.DateTime)+
			": nothing has changed since. `shipshape check --force` grades again."))
	}
}

func (c *card) result(r checker.Result) {
	points := fmt.Sprintf("%d/%d", earned(r), r.Points)
	if !r.Required {
		points += " optional"
	}
	fmt.Fprintf(c.io.Out, "%s  %s  %s\n", c.mark(r.Status), inert.Line(r.Title), c.p.dim(points))
	switch r.Status {
	case checker.StatusPass:
		return
	case checker.StatusSkip:
		c.field("", r.Observed)
		return
	}
	c.field("expected", r.Expected)
	c.field("observed", r.Observed)
	c.field("why", r.Why)
	c.field("line", c.line(r.DockerfileLine))
	c.field("to do", r.Remedy)
	if r.Lesson != "" && r.Status == checker.StatusFail {
		c.field("lesson", "shipshape lesson "+r.Lesson)
	}
}

// field prints a named piece of evidence, wrapped beside its name.
func (c *card) field(name, text string) {
	if text == "" {
		return
	}
	const margin, column = 6, 10
	text = wrapWords(strings.TrimRight(inert.Text(text), "\n"), max(c.io.Width-margin-column, 20))
	for i, line := range strings.Split(text, "\n") {
		label := ""
		if i == 0 {
			label = name
		}
		fmt.Fprintf(c.io.Out, "%*s%s%s\n", margin, "", c.p.dim(fmt.Sprintf("%-*s", column, label)), line)
	}
}

// line is a place in the Dockerfile with what stands there.
func (c *card) line(n int) string {
	if n < 1 {
		return ""
	}
	place := fmt.Sprintf("%s:%d", c.file, n)
	if n > len(c.lines) {
		return place
	}
	return place + "  " + strings.TrimSpace(c.lines[n-1])
}

func (c *card) mark(s checker.Status) string {
	switch s {
	case checker.StatusPass:
		return c.p.good("pass")
	case checker.StatusFail:
		return c.p.bad("FAIL")
	case checker.StatusError:
		return c.p.warn("????")
	case checker.StatusSkip:
		return c.p.dim("skip")
	default:
		return c.p.dim("look")
	}
}

func (c *card) verdict(r *checker.Report) string {
	points := fmt.Sprintf("%d of %s, %s", r.Points, count(r.MaxPoints, "point"), tenths(time.Duration(r.DurationMS)*time.Millisecond))
	switch r.Outcome {
	case checker.OutcomePassed:
		return c.p.good("PASSED") + "  " + points
	case checker.OutcomeFailed:
		return c.p.bad("NOT PASSED") + "  " + points
	case checker.OutcomeReviewed:
		return c.p.strong("REVIEWED") + "  " + weighed(r.Checks) + "\n" +
			wrapWords("The text was read and nothing was run: this says nothing about passing.", c.io.Width)
	default:
		return c.p.warn("COULD NOT BE GRADED") + "  This is the surroundings' fault, not yours."
	}
}

func earned(r checker.Result) int {
	if r.Status == checker.StatusPass {
		return r.Points
	}
	return 0
}

// sourceLimit is the largest Dockerfile, in bytes, of which lines are shown: as
// large as one that is graded.
const sourceLimit = 1 << 20

// readLines reads the lines of a file below dir; none of one that can't be
// read, about which the verdict speaks.
func readLines(dir, name string) []string {
	text, err := checker.ReadIn(dir, name, sourceLimit)
	if err != nil {
		return nil
	}
	return strings.Split(string(text), "\n")
}
