package cli

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
	"shipshape/checker/inert"
)

// remarks prints what a review of the text says, each remark with its line. A
// reason is given once: it is the same for all remarks of a rule.
func (c *card) remarks(results []checker.Result) {
	told := map[string]bool{}
	for _, r := range results {
		c.remark(r)
		if reason := r.ID + r.Why; !told[reason] {
			told[reason] = true
			c.field("why", r.Why)
		}
	}
}

func (c *card) remark(r checker.Result) {
	mark := severityMark(c.p, r.Severity)
	indent := ansi.StringWidth(mark) + 2
	title := wrapWords(inert.Line(r.Title), max(c.io.Width-indent, 20))
	for i, line := range strings.Split(title, "\n") {
		if i > 0 {
			mark = strings.Repeat(" ", indent-2)
		}
		fmt.Fprintf(c.io.Out, "%s  %s\n", mark, line)
	}
	c.field("observed", r.Observed)
	c.field("line", c.line(r.DockerfileLine))
}

// severityMark is the word in front of a remark.
func severityMark(p paint, severity string) string {
	switch dockerfile.Severity(severity) {
	case dockerfile.Mistake:
		return p.bad("mistake")
	case dockerfile.Warning:
		return p.warn("warning")
	case dockerfile.Advice:
		return p.dim("advice")
	}
	return p.dim("look")
}

// weighed counts remarks by how much they matter.
func weighed(results []checker.Result) string {
	n := map[dockerfile.Severity]int{}
	for _, r := range results {
		n[dockerfile.Severity(r.Severity)]++
	}
	var parts []string
	if m := n[dockerfile.Mistake]; m > 0 {
		parts = append(parts, count(m, "mistake"))
	}
	if w := n[dockerfile.Warning]; w > 0 {
		parts = append(parts, count(w, "warning"))
	}
	if a := n[dockerfile.Advice]; a > 0 {
		parts = append(parts, fmt.Sprintf("%d of advice", a))
	}
	if len(parts) == 0 {
		return "Nothing to remark."
	}
	return strings.Join(parts, ", ")
}

// wrapWords breaks a text between words, and not at the hyphens in apt-get and
// --mount.
func wrapWords(text string, width int) string {
	const noBreak = "\u2011"
	return strings.ReplaceAll(ansi.Wrap(strings.ReplaceAll(text, "-", noBreak), width, ""), noBreak, "-")
}
