package dockerfile

import (
	"os"
	"path/filepath"
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
		for _, r := range file.Review(ReviewContext{Ignore: ignore, Files: []string{"package.json", "package-lock.json", ".env"}}) {
			inFile(r.Rule, r.Line)
			if r.Message == "" || r.Why == "" {
				t.Fatalf("a remark without words: %+v", r)
			}
		}
		for b := BlameUser; b <= BlameFrom; b++ {
			inFile("Blame", file.Blame(b))
		}
		for line := 0; line <= last; line++ {
			file.Calls(line)
			inFile("SourceAbove", file.SourceAbove(line))
		}
		file.BaseImages()
		inFile("LineOf", file.LineOf("[stage-1 2/3] "+string(src)))
		inFile("LineOf", file.LineOf("[2/3] RUN x"))
	})
}
