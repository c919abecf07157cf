package engine

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"shipshape/checker"
)

const (
	dockerignore = ".dockerignore"
	// ownFolder is the folder of a workspace in which shipshape keeps its own
	// notes. It is never a part of the learner's project.
	ownFolder = ".shipshape"
)

// ignorer decides which files of a project belong to the build context.
type ignorer struct {
	patterns *patternmatcher.PatternMatcher
	// kept are sent although a pattern excludes them, because the builder
	// reads them. The docker command keeps them too.
	kept []string
}

// newIgnorer reads the text of an ignore file; nil excludes nothing.
func newIgnorer(name string, text []byte, dockerfile string) (*ignorer, error) {
	lines, err := ignorefile.ReadAll(bytes.NewReader(text))
	if err == nil {
		var patterns *patternmatcher.PatternMatcher
		if patterns, err = patternmatcher.New(lines); err == nil {
			return &ignorer{patterns: patterns, kept: []string{dockerfile, dockerignore}}, nil
		}
	}
	return nil, &checker.BuildError{Message: fmt.Sprintf("%s can't be read: %v", name, err)}
}

// excludes reports whether a file, or a folder's own entry, stays out.
func (ig *ignorer) excludes(name string) (bool, error) {
	if name == ownFolder || strings.HasPrefix(name, ownFolder+"/") {
		return true, nil
	}
	if slices.Contains(ig.kept, name) {
		return false, nil
	}
	excluded, _, err := ig.patterns.MatchesUsingParentResults(name, patternmatcher.MatchInfo{})
	if err != nil {
		return false, fmt.Errorf("match %s with the patterns of %s: %w", name, dockerignore, err)
	}
	return excluded, nil
}

// prunes reports whether nothing below an excluded folder can be included, so
// that it need not be walked: a later pattern may bring back what an earlier
// one took.
func (ig *ignorer) prunes(folder string) bool {
	if folder == ownFolder {
		return true
	}
	for _, kept := range ig.kept {
		if strings.HasPrefix(kept, folder+"/") {
			return false
		}
	}
	return !ig.patterns.Exclusions()
}

// ignoreFile returns the name and text of the file that excludes: one beside
// the Dockerfile and named after it comes before that of the context.
func ignoreFile(read func(string) ([]byte, error), dockerfile string) (string, []byte, error) {
	for _, name := range []string{path.Clean(dockerfile) + dockerignore, dockerignore} {
		text, err := read(name)
		if err == nil {
			return name, text, nil
		}
		if !absent(err) {
			return "", nil, unreadable(name, err)
		}
	}
	return dockerignore, nil, nil
}
