package checker

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// ignoring are the lines of the file that keeps a project's files out of what
// is sent to the builder.
type ignoring struct {
	// name is that of the file, or, where there is none, of the one to write.
	name  string
	rules []ignoreRule
}

// ignoreRule is one line of an ignore file.
type ignoreRule struct {
	// line is counted from 1.
	line int
	text string
	// lets says that the line is an exception, which lets in what a line above
	// it keeps out.
	lets    bool
	matches *patternmatcher.PatternMatcher
}

// ignoring reads the submission's ignore file.
func (ev *evidence) ignoring() (*ignoring, error) {
	name, text, err := ev.ignoreFile()
	if err != nil {
		return nil, err
	}
	return newIgnoring(name, text)
}

// ignoreFile is the ignore file that counts for the submission, with its name: one
// that is named after the Dockerfile and stands beside it comes before that of the
// project. Without any, the name is that of the one to write.
func (ev *evidence) ignoreFile() (name string, text []byte, err error) {
	const ignore = ".dockerignore"
	for _, name := range []string{ev.dockerfileName() + ignore, ignore} {
		text, err := ReadIn(ev.sub.Dir, name, ignoreLimit)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", nil, fmt.Errorf("read %s: %w", name, err)
		}
		return name, text, nil
	}
	return ignore, nil, nil
}

func newIgnoring(name string, text []byte) (*ignoring, error) {
	ig := &ignoring{name: name}
	for i, line := range bytes.Split(text, []byte("\n")) {
		patterns, err := ignorefile.ReadAll(bytes.NewReader(line))
		if err != nil || len(patterns) == 0 {
			continue // nothing, or more than anybody writes
		}
		plain, lets := strings.CutPrefix(patterns[0], "!")
		matches, err := patternmatcher.New([]string{plain})
		if err != nil {
			return nil, fmt.Errorf("line %d of %s: %w", i+1, name, err)
		}
		ig.rules = append(ig.rules, ignoreRule{line: i + 1, text: strings.TrimSpace(string(line)), lets: lets, matches: matches})
	}
	return ig, nil
}

// decides returns the line that says of a file whether it is sent: the last one
// that names it, or a folder above it. It is nil where no line does.
func (ig *ignoring) decides(name string) *ignoreRule {
	for i := len(ig.rules) - 1; i >= 0; i-- {
		if ok, err := ig.rules[i].matches.MatchesOrParentMatches(name); err == nil && ok {
			return &ig.rules[i]
		}
	}
	return nil
}

// named is a line for a sentence: "line 3 of .dockerignore (`*.js`)".
func (ig *ignoring) named(r *ignoreRule) string {
	return fmt.Sprintf("line %d of %s (`%s`)", r.line, ig.name, r.text)
}

// notFound takes the path out of what BuildKit says of a file that a COPY or a
// bind mount needs, and that is not in the context. Of a file in a folder that is
// not there either, it may name the folder, below its own one.
var notFound = regexp.MustCompile(`"/([^"]+)"(?: not found)?: not found|lstat (?:/\S+/buildkit-mount\d+)?/([^:]+): no such file or directory`)

// keptOut tells of a failed build that it misses a file which is in the project
// and which an ignore file keeps from being sent; empty where that is not why.
func (ev *evidence) keptOut(broken *BuildError) string {
	m := notFound.FindStringSubmatch(broken.Message)
	if m == nil || strings.Contains(broken.Step.Name, "from=") {
		return ""
	}
	ig, err := ev.ignoring()
	if err != nil {
		return "" // the build itself tells of that
	}
	missing := cmp.Or(m[1], m[2])
	for _, name := range filesIn(ev.sub.Dir) {
		if name != missing {
			if ok, err := path.Match(missing, name); err != nil || !ok {
				continue
			}
		}
		if r := ig.decides(name); r != nil && !r.lets {
			return fmt.Sprintf("%s is in the project, and %s keeps it from being sent to the builder. "+
				"What the Dockerfile copies must not be ignored: narrow that line, or let the file in again below it with `!%s`.", name, ig.named(r), name)
		}
	}
	return ""
}
