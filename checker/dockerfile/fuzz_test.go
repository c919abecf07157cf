package dockerfile

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a learner's file holds, reading and reviewing it must not panic, and
// every line that is named must be one of the file.
func FuzzReview(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "seeds", "*.Dockerfile"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, []byte(".git\n!x\n"))
	}
	f.Fuzz(func(t *testing.T, src, ignore []byte) {
		file, err := Parse(src)
		if err != nil {
			return
		}
		last := 1
		for _, b := range src {
			if b == '\n' {
				last++
			}
		}
		inFile := func(what string, line int) {
			if line < 0 || line > last {
				t.Fatalf("%s: line %d of %d", what, line, last)
			}
		}
		project := ReviewContext{
			Ignore: ignore,
			Files:  []string{"package.json", "package-lock.json", ".env", "go.sum", "start.sh", "src", "src/a.py", "node_modules", "target"},
			Read:   func(string) []byte { return src },
		}
		for _, r := range append(file.Review(project), file.Review(ReviewContext{})...) {
			inFile(r.Rule, r.Line)
			if r.Line == 0 || r.Message == "" || r.Why == "" || r.Severity.weight() < 0 {
				t.Fatalf("a remark without a line, words or weight: %+v", r)
			}
		}
		for b := BlameUser; b <= BlameStage; b++ {
			inFile("Blame", file.Blame(b))
		}
		inFile("BlamePath", file.BlamePath(string(ignore)))
		inFile("BlameEnv", file.BlameEnv("PATH"))
		inFile("BlameSecretMount", file.BlameSecretMount(""))
		for _, line := range file.HistoryLines(strings.Split(string(src), "\n")) {
			inFile("HistoryLines", line)
		}
		for line := 0; line <= last; line++ {
			file.Calls(line)
			inFile("SourceAbove", file.SourceAbove(line))
			inFile("FileAbove", file.FileAbove(line, string(ignore)))
		}
		file.BaseImages()
		inFile("LineOf", file.LineOf("[stage-1 2/3] "+string(src)))
		inFile("LineOf", file.LineOf("[2/3] RUN x"))
	})
}

// Whatever .dockerignore holds, reading it must not panic, and agree with itself.
func FuzzIgnore(f *testing.F) {
	f.Add([]byte("# a\n.git\n!x\n**/node_modules # b\n../c\n[\n"), "x/node_modules")
	f.Add([]byte("*\n!src\nsrc\n"), "src/a")
	f.Fuzz(func(t *testing.T, src []byte, name string) {
		ignore := readIgnore(src)
		if ignore == nil {
			return
		}
		if ignore.ignoresAll() && name != "" && name[0] != '/' && name[0] != '.' && !ignore.ignores(name) {
			t.Fatalf("ignores everything, and lets %q through", name)
		}
		for i, line := range ignore.lines {
			ignore.idle(i)
			if line.number < 1 || line.number > bytes.Count(src, []byte("\n"))+1 {
				t.Fatalf("line %d of %q", line.number, src)
			}
		}
		ignore.ignoresBelow(name)
	})
}
