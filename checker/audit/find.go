package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"shipshape/checker/dockerfile"
)

const (
	// searchDepth is how many folders deep a Dockerfile is looked for, and
	// sourceDepth a source file: those of Java lie deep.
	searchDepth = 3
	sourceDepth = 8
	// searchFiles bounds how many entries are looked at: a project with more
	// says where its Dockerfile is.
	searchFiles = 20_000
	// textLimit is the largest file that is read, in bytes.
	textLimit = 1 << 20
)

// NoDockerfileError says that a project has no Dockerfile, or several and none
// at its root.
type NoDockerfileError struct {
	Dir string
	// Found are those that there are, slash-separated.
	Found []string
}

func (e *NoDockerfileError) Error() string {
	if len(e.Found) == 0 {
		return fmt.Sprintf("there is no Dockerfile in %s", e.Dir)
	}
	return fmt.Sprintf("there is no Dockerfile at the root of %s, and more than one below it: %s", e.Dir, strings.Join(e.Found, ", "))
}

// DockerfileError says that the Dockerfile that is named or found can't be read.
type DockerfileError struct {
	// Name is its path in the project.
	Name string
	Err  error
}

func (e *DockerfileError) Error() string {
	reason := e.Err
	if p, ok := errors.AsType[*fs.PathError](reason); ok {
		reason = p.Err // the path is in the sentence
	}
	return fmt.Sprintf("the Dockerfile %s can't be read: %v", e.Name, reason)
}

func (e *DockerfileError) Unwrap() error { return e.Err }

// findDockerfile returns the path of a project's Dockerfile: the one at its root,
// else the only one below it.
func findDockerfile(root *os.Root) (string, error) {
	for _, name := range []string{"Dockerfile", "Containerfile"} {
		if info, err := root.Stat(name); err == nil && info.Mode().IsRegular() {
			return name, nil
		}
	}
	var found []string
	seen := 0
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if seen++; seen > searchFiles {
			return fs.SkipAll
		}
		switch {
		case err != nil:
			return skipUnreadable(entry)
		case entry.IsDir() && (strings.Count(name, "/") >= searchDepth || passedOver(entry.Name())):
			return fs.SkipDir
		case entry.Type().IsRegular() && isDockerfile(entry.Name()):
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	slices.Sort(found)
	if len(found) == 1 {
		return found[0], nil
	}
	return "", &NoDockerfileError{Dir: root.Name(), Found: found}
}

// skipUnreadable goes on without what can't be read: it is not looked for in
// there.
func skipUnreadable(entry fs.DirEntry) error {
	if entry != nil && entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func isDockerfile(name string) bool {
	return name == "Dockerfile" || name == "Containerfile" ||
		(strings.HasPrefix(name, "Dockerfile.") || strings.HasSuffix(name, ".Dockerfile")) && !strings.HasSuffix(name, ".dockerignore")
}

// passedOver names folders that hold other people's files.
func passedOver(name string) bool {
	switch name {
	case ".git", "node_modules", "vendor", ".venv", "venv", "__pycache__":
		return true
	}
	return false
}

// project is what is read of a project before it is built.
type project struct {
	dir        string
	dockerfile string
	file       *dockerfile.File
	// manifests are the dependency manifests at its root.
	manifests []string
	// source is a source file to edit; empty where none was found.
	source string
	// content is that file's.
	content string
	// env is the content of a .env file at its root; nil where there is none.
	env []byte
	// repository tells that git keeps it, with its root here.
	repository bool
}

// read reads what must be known of a project. A Dockerfile that does not parse
// leaves file nil.
func read(root *os.Root, name string) (*project, error) {
	p := &project{dir: root.Name(), dockerfile: name}
	text, err := readText(root, name)
	if err != nil {
		return nil, &DockerfileError{Name: name, Err: err}
	}
	p.file, _ = dockerfile.Parse(text) // what is wrong with it, the build says
	for _, m := range manifests() {
		if info, err := root.Stat(m); err == nil && info.Mode().IsRegular() {
			p.manifests = append(p.manifests, m)
		}
	}
	if env, err := readText(root, ".env"); err == nil {
		p.env = env
	}
	_, err = root.Stat(".git") // a folder, or in a worktree a file
	p.repository = err == nil
	p.findSource(root)
	return p, nil
}

// manifests are the files that say what a project depends on.
func manifests() []string {
	return []string{
		"package.json", "requirements.txt", "pyproject.toml", "Pipfile", "go.mod", "Gemfile", "Cargo.toml", "pom.xml",
		"build.gradle", "build.gradle.kts", "composer.json", "mix.exs",
	}
}

// findSource chooses a source file to edit: one at the least depth and, of those,
// the first that is named as the beginning of a program usually is.
func (p *project) findSource(root *os.Root) {
	var sources []string
	seen := 0
	_ = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if seen++; seen > searchFiles {
			return fs.SkipAll
		}
		switch {
		case err != nil:
			return skipUnreadable(entry)
		case entry.IsDir() && name != "." && (strings.Count(name, "/") >= sourceDepth || passedOver(entry.Name()) || strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.Type().IsRegular() && comment(name) != "" && !isTest(name):
			sources = append(sources, name)
		}
		return nil
	})
	slices.SortStableFunc(sources, func(a, b string) int {
		return 10*(strings.Count(a, "/")-strings.Count(b, "/")) + rank(b) - rank(a)
	})
	for _, name := range sources {
		content, err := readText(root, name)
		if err == nil && !strings.Contains(string(content), placeholder) {
			p.source, p.content = name, string(content)
			return
		}
	}
}

// rank is higher for sources that are named as the beginning of a program usually
// is.
func rank(name string) int {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if slices.Contains([]string{"main", "server", "app", "index", "__main__", "wsgi", "asgi", "manage"}, base) {
		return 1
	}
	return 0
}

// isTest tells sources that images usually leave out.
func isTest(name string) bool {
	base := path.Base(name)
	return strings.Contains(base, "_test.") || strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") ||
		strings.HasPrefix(base, "test_") || strings.Contains(base, ".config.") || base == "setup.py" || base == "conftest.py"
}

// comment is how a line of comment begins in a source file; empty for a file
// that is none.
func comment(name string) string {
	switch path.Ext(name) {
	case ".go", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".java", ".kt", ".rs", ".c", ".cc", ".cs", ".php", ".scala", ".swift":
		return "//"
	case ".py", ".rb", ".ex", ".pl":
		return "#"
	}
	return ""
}

// readText reads a small regular file of the project.
func readText(root *os.Root, name string) ([]byte, error) {
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > textLimit {
		return nil, fmt.Errorf("it is no regular file of at most %d bytes", textLimit)
	}
	return root.ReadFile(name)
}
