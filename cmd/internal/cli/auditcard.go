package cli

import (
	"fmt"
	"path/filepath"
	"time"

	"shipshape/checker"
	"shipshape/checker/audit"
	"shipshape/checker/inert"
)

// printAudit prints an audit as a page: a line for each item of the checklist,
// and for what does not hold the evidence.
func (a *app) printAudit(r *audit.Report) {
	c := &card{
		io: a.io, p: a.io.outPaint(), file: r.Dockerfile,
		lines: readLines(r.Dir, r.Dockerfile),
	}
	fmt.Fprintf(c.io.Out, "%s\n", c.p.strong(inert.Line(filepath.Join(r.Dir, r.Dockerfile))))
	if r.Engine != nil {
		fmt.Fprintln(c.io.Out, c.p.dim(fmt.Sprintf("Docker %s, API %s", inert.Line(r.Engine.Version), inert.Line(r.Engine.API))))
	}
	section, reason := "", ""
	for _, item := range r.Items {
		if item.Section != section {
			section = item.Section
			fmt.Fprintf(c.io.Out, "\n%s\n", c.p.strong(section))
			reason = ""
		}
		again := item.Status == audit.NotChecked && item.Observed == reason
		c.item(item, again)
		if reason = ""; item.Status == audit.NotChecked {
			reason = item.Observed
		}
	}
	if len(r.Remarks) > 0 {
		fmt.Fprintf(c.io.Out, "\n%s\n", c.p.strong("Further remarks on the Dockerfile's text"))
		c.remarks(r.Remarks)
	}
	for _, notice := range r.Notices {
		fmt.Fprintln(c.io.Out)
		c.field("note", notice)
	}
	fmt.Fprintf(c.io.Out, "\n%s\n", c.auditVerdict(r))
}

// item prints one item; again is one that is not checked for the reason that
// stands above it already.
func (c *card) item(i audit.Item, again bool) {
	fmt.Fprintf(c.io.Out, "%s  %s\n", c.auditMark(i.Status), inert.Line(i.Title))
	switch {
	case i.Status == audit.Pass, again:
		return
	case i.Status == audit.NotChecked:
		c.field("", "not checked: "+i.Observed)
		c.field("to do", i.Remedy)
		return
	}
	c.field("expected", i.Expected)
	c.field("observed", i.Observed)
	c.field("why", i.Why)
	c.field("line", c.line(i.DockerfileLine))
	c.field("to do", i.Remedy)
	if i.Lesson != "" {
		c.field("lesson", "shipshape lesson "+i.Lesson)
	}
}

func (c *card) auditMark(s audit.Status) string {
	switch s {
	case audit.Pass:
		return c.mark(checker.StatusPass)
	case audit.Fail:
		return c.mark(checker.StatusFail)
	case audit.Advice:
		return c.p.warn("look")
	default:
		return c.p.dim("  – ")
	}
}

func (c *card) auditVerdict(r *audit.Report) string {
	counts := fmt.Sprintf("%d hold, %d do not, %d to look at, %d not checked, %s", r.Counts[audit.Pass], r.Counts[audit.Fail],
		r.Counts[audit.Advice], r.Counts[audit.NotChecked], tenths(time.Duration(r.DurationMS)*time.Millisecond))
	switch r.Outcome {
	case audit.Fit:
		return c.p.good("FIT, as far as could be checked") + "  " + counts
	case audit.Unfit:
		return c.p.bad("NOT FIT YET") + "  " + counts
	default:
		return c.p.warn("NOT AUDITED") + "  What was looked at does not suffice. " + counts
	}
}
