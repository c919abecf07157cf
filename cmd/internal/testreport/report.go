package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is a line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
}

// noEngine stands in the output of a test that was skipped for want of a
// container engine.
const noEngine = "no engine"

// report counts tests and shows their output.
type report struct {
	out io.Writer
	// output of tests and packages that have not ended.
	output map[string][]string

	passed, broken int
	// failures are the tests that failed, and those and the packages that
	// therefore fail with them.
	failures map[string]bool
	// skipped are those that say another reason than a missing engine.
	skipped, engineless []string
}

func newReport(out io.Writer) *report {
	return &report{out: out, output: map[string][]string{}, failures: map[string]bool{}}
}

// read takes all events. A line that is no event, such as one of the compiler,
// is shown as it is.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil || e.Action == "" {
				fmt.Fprintf(r.out, "%s", line)
			} else {
				r.take(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the tests' output: %w", err)
		}
	}
}

func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		r.output[key] = append(r.output[key], e.Output)
		return
	case "build-output":
		fmt.Fprint(r.out, e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	said := r.output[key]
	delete(r.output, key)
	switch {
	case e.Test == "":
		r.endPackage(e, said)
	case e.Action == "fail":
		r.fail(e)
		r.show(said)
	case e.Action == "skip":
		r.skip(e, said)
	default:
		r.passed++
	}
}

// endPackage shows the line with which `go test` closes a package and, of one
// that failed, everything that belongs to no test that ended.
func (r *report) endPackage(e event, said []string) {
	if e.Action != "fail" {
		r.show(slices.DeleteFunc(said, func(line string) bool {
			return !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "? ")
		}))
		return
	}
	// A crash is told in the output of a test that never ended.
	for key, rest := range r.output {
		if strings.HasPrefix(key, e.Package+" ") {
			r.show(rest)
			delete(r.output, key)
		}
	}
	r.fail(e)
	r.show(said)
}

// fail counts what failed, unless it did with a part of its own that is counted:
// a test with a subtest, or a package with a test.
func (r *report) fail(e event) {
	if !r.failures[e.Package+" "+e.Test] {
		r.broken++
	}
	for test := e.Test; test != ""; {
		test = test[:max(strings.LastIndexByte(test, '/'), 0)]
		r.failures[e.Package+" "+test] = true
	}
}

func (r *report) skip(e event, said []string) {
	name := e.Package + "." + e.Test
	if strings.Contains(strings.Join(said, ""), noEngine) {
		r.engineless = append(r.engineless, name)
		return
	}
	r.skipped = append(r.skipped, name)
	r.show(said)
}

func (r *report) show(lines []string) {
	for _, line := range lines {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(r.out, line)
		}
	}
}

// failed tells whether this is no success.
func (r *report) failed() bool { return r.broken > 0 || r.passed == 0 }

// close shows the count.
func (r *report) close() {
	if n := len(r.engineless); n > 0 {
		bar := strings.Repeat("!", 78)
		fmt.Fprintf(r.out, "%s\n", bar)
		for _, name := range r.engineless {
			fmt.Fprintf(r.out, "!! not run: %s\n", name)
		}
		fmt.Fprintf(r.out, "!! NO CONTAINER ENGINE ANSWERED: %d tests that need one were SKIPPED.\n", n)
		fmt.Fprintf(r.out, "!! `make run` sees to an engine; then run `make test` again.\n%s\n", bar)
	}
	fmt.Fprintf(r.out, "%d passed, %d failed, %d skipped without an engine, %d skipped otherwise\n",
		r.passed, r.broken, len(r.engineless), len(r.skipped))
	if r.passed == 0 && r.broken == 0 {
		fmt.Fprintln(r.out, "FAIL: nothing was tested")
	}
}
