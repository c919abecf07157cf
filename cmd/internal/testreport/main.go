// Testreport reads what `go test -json` prints, shows it as `go test` does, and
// closes with a count in which no skipped test is lost:
//
//	go test -json ./... | go run ./cmd/internal/testreport
//
// It ends with code 1 when a test failed, a package did not compile, or nothing
// was tested at all.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Stdin, os.Stdout, os.Stderr))
}

func run(in io.Reader, out, errOut io.Writer) int {
	r := newReport(out)
	if err := r.read(in); err != nil {
		fmt.Fprintln(errOut, "testreport:", err)
		return 1
	}
	r.close()
	if r.failed() {
		return 1
	}
	return 0
}
