// Package junit writes reports as JUnit XML, which CI systems show as tests: a
// suite an exercise, a case a check.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"shipshape/checker"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	// Time is in seconds.
	Time  string     `xml:"time,attr"`
	Cases []testcase `xml:"testcase"`
}

type testcase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    string   `xml:"time,attr"`
	Failure *message `xml:"failure"`
	Error   *message `xml:"error"`
	Skipped *message `xml:"skipped"`
}

type message struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Write writes one document with a suite for each report. What could not be
// graded is an error, not a failure. Advice is no test and is left out.
func Write(w io.Writer, reports ...*checker.Report) error {
	var all suites
	for _, r := range reports {
		s := suiteOf(r)
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func suiteOf(r *checker.Report) suite {
	s := suite{Name: r.Exercise, Time: seconds(r.DurationMS)}
	for _, c := range r.Checks {
		if c.Status == checker.StatusAdvice {
			continue
		}
		s.Tests++
		t := testcase{Name: c.ID + ": " + c.Title, Class: "shipshape." + r.Exercise, Time: seconds(c.DurationMS)}
		m := &message{Message: c.Observed, Text: evidence(c)}
		switch c.Status {
		case checker.StatusFail:
			s.Failures++
			t.Failure = m
		case checker.StatusError:
			s.Errors++
			t.Error = m
		case checker.StatusSkip:
			s.Skipped++
			t.Skipped = &message{Message: c.Observed}
		}
		s.Cases = append(s.Cases, t)
	}
	return s
}

// evidence is what a check found, a line each.
func evidence(c checker.Result) string {
	var lines []string
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, name+": "+value)
		}
	}
	add("expected", c.Expected)
	add("observed", c.Observed)
	add("why", c.Why)
	if c.DockerfileLine > 0 {
		add("Dockerfile line", fmt.Sprint(c.DockerfileLine))
	}
	add("remedy", c.Remedy)
	add("lesson", c.Lesson)
	return strings.Join(lines, "\n")
}

func seconds(ms int64) string { return fmt.Sprintf("%.3f", float64(ms)/1000) }
