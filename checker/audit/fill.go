package audit

import (
	"cmp"
	"strings"

	"shipshape/checker"
)

// nothingRemarked is what the review observes of a text that is in order.
const nothingRemarked = "the review has nothing to remark"

// fill makes the report's items out of what was found.
func (a *auditor) fill() {
	a.report.Items = append(a.report.Items, a.built)
	for _, s := range sections() {
		for _, e := range s.entries {
			item := Item{ID: e.id, Section: s.title, Title: e.title, Required: e.required, Why: e.why, Lesson: e.lesson}
			switch {
			case e.note != "":
				item.Status, item.Observed = NotChecked, e.note
			case e.rules != nil:
				a.byText(&item, e)
			default:
				a.byBehaviour(&item, e)
			}
			a.report.Items = append(a.report.Items, item)
		}
	}
}

// broken is the status of an item that does not hold.
func (i *Item) broken() Status {
	if i.Required {
		return Fail
	}
	return Advice
}

// byText lets the rules of the static review decide.
func (a *auditor) byText(item *Item, e entry) {
	item.Basis = Text
	if a.project.file == nil {
		item.Status, item.Basis, item.Observed = NotChecked, "", "the Dockerfile does not parse"
		return
	}
	var remarks []checker.Result
	for _, rule := range e.rules {
		remarks = append(remarks, a.remarks[rule]...)
	}
	if len(remarks) == 0 {
		item.Status, item.Observed = Pass, nothingRemarked
		return
	}
	item.Status, item.DockerfileLine = item.broken(), remarks[0].DockerfileLine
	item.Why = cmp.Or(remarks[0].Why, item.Why)
	item.Lesson = cmp.Or(remarks[0].Lesson, item.Lesson)
	var titles []string
	for _, r := range remarks {
		titles = append(titles, r.Title)
	}
	item.Observed = strings.Join(titles, "; ")
}

// measured lets the built image decide.
func (a *auditor) measured(item *Item, e entry) {
	holds, expected, observed := e.measure(a.found)
	item.Status, item.Expected, item.Observed = Pass, expected, observed
	if !holds {
		item.Status = item.broken()
	}
}

// byBehaviour lets what the image did decide.
func (a *auditor) byBehaviour(item *Item, e entry) {
	reason := a.missing(e)
	if reason != "" && a.tool() && e.measure != nil {
		if item.Basis = Behaviour; e.check != nil {
			item.Basis = Text
		}
		a.measured(item, e)
		return
	}
	if reason != "" {
		item.Status, item.Observed = NotChecked, reason
		a.incomplete = a.incomplete || item.Required && a.unreached()
		if a.found != nil && item.ID == "starts" {
			item.Status, item.Basis, item.Expected = Fail, Behaviour, "it runs"
		}
		return
	}
	if e.check == nil {
		item.Basis = Behaviour
		a.measured(item, e)
		return
	}
	r, graded := a.results[e.id]
	if !graded {
		_, item.Observed = e.check(a.project, a.found)
		item.Status = NotChecked
		return
	}
	item.Expected, item.Observed, item.Why, item.Remedy = r.Expected, r.Observed, r.Why, r.Remedy
	item.DockerfileLine, item.Lesson = r.DockerfileLine, r.Lesson
	switch r.Status {
	case checker.StatusPass:
		item.Status, item.Basis = Pass, Behaviour
	case checker.StatusFail:
		item.Status, item.Basis = item.broken(), Behaviour
	default:
		item.Status = NotChecked
		a.incomplete = a.incomplete || item.Required
	}
}
