// Package junit writes reports as JUnit XML, which CI systems show as tests: a
// suite an exercise, a case a check.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"shipshape/checker"
	"shipshape/checker/inert"
)

// The elements, with those attributes that the common readers of the format
// know. Times are in seconds.
type (
	suites struct {
		XMLName xml.Name `xml:"testsuites"`
		counts
		Suites []suite `xml:"testsuite"`
	}
	suite struct {
		Name string `xml:"name,attr"`
		counts
		Time       string     `xml:"time,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testCase `xml:"testcase"`
		// SystemOut holds what is no test: advice and notices.
		SystemOut string `xml:"system-out,omitempty"`
	}
	counts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testCase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		File    string   `xml:"file,attr,omitempty"`
		Line    int      `xml:"line,attr,omitempty"`
		Time    string   `xml:"time,attr"`
		Failure *problem `xml:"failure"`
		Error   *problem `xml:"error"`
		Skipped *problem `xml:"skipped"`
	}
	problem struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// Write writes one document with a suite for each report and a case for each
// check. What could not be graded is an error there, never a failure. Advice is
// no test: it stands in the suite's output. Lines are those of dockerfile, a path in
// the project. Errors are those of w.
func Write(w io.Writer, dockerfile string, reports ...*checker.Report) error {
	var all suites
	for _, r := range reports {
		s := newSuite(dockerfile, r)
		all.Suites = append(all.Suites, s)
		all.add(s.counts)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(all); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	return nil
}

func (c *counts) add(o counts) {
	c.Tests += o.Tests
	c.Failures += o.Failures
	c.Errors += o.Errors
	c.Skipped += o.Skipped
}

func newSuite(dockerfile string, r *checker.Report) suite {
	s := suite{
		Name: clean(r.Exercise),
		Time: seconds(r.DurationMS),
		Properties: []property{
			{"outcome", clean(string(r.Outcome))},
			{"points", fmt.Sprint(r.Points)},
			{"max_points", fmt.Sprint(r.MaxPoints)},
		},
	}
	if e := r.Engine; e != nil {
		s.Properties = append(s.Properties, property{"engine", clean(e.Version)}, property{"api", clean(e.API)})
	}
	var output []string
	for i := range r.Checks {
		check := &r.Checks[i]
		if check.Status == checker.StatusAdvice {
			output = append(output, "advice: "+evidence(check))
			continue
		}
		s.addCase(r.Exercise, dockerfile, check)
	}
	for _, notice := range r.Notices {
		output = append(output, "notice: "+clean(notice))
	}
	s.SystemOut = strings.Join(output, "\n\n")
	return s
}

func (s *suite) addCase(exercise, dockerfile string, r *checker.Result) {
	c := testCase{
		Name:  inert.Line(clean(r.ID + ": " + r.Title)),
		Class: "shipshape." + clean(exercise),
		Line:  r.DockerfileLine,
		Time:  seconds(r.DurationMS),
	}
	if r.DockerfileLine > 0 {
		c.File = clean(dockerfile)
	}
	p := &problem{Message: inert.Line(clean(r.Observed)), Text: evidence(r)}
	one := counts{Tests: 1}
	switch r.Status {
	case checker.StatusPass:
	case checker.StatusFail:
		c.Failure, one.Failures = p, 1
	case checker.StatusSkip:
		c.Skipped, one.Skipped = p, 1
	default:
		// StatusError, and any that this version does not know: no evidence
		// is no pass.
		c.Error, one.Errors = p, 1
	}
	s.Cases = append(s.Cases, c)
	s.add(one)
}

// evidence is what is known about a check, a line each.
func evidence(r *checker.Result) string {
	lines := []string{r.Title}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+": "+value)
		}
	}
	add("expected", r.Expected)
	add("observed", r.Observed)
	add("why", r.Why)
	if r.DockerfileLine > 0 {
		add("Dockerfile line", fmt.Sprint(r.DockerfileLine))
	}
	add("remedy", r.Remedy)
	add("lesson", r.Lesson)
	return clean(strings.Join(lines, "\n"))
}

// clean makes text harmless in a terminal, and fit for XML, which has no place
// for two more characters: those at the end of Unicode's first plane.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, inert.Text(s))
}

func seconds(ms int64) string { return fmt.Sprintf("%.3f", float64(ms)/1000) }
