package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"syscall"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
)

const (
	defaultDockerfile = "Dockerfile"
	// textLimit is the largest Dockerfile or ignore file that is read, in
	// bytes.
	textLimit = 1 << 20
)

// source is a project as it is sent to the builder: a folder on disk under an
// overlay.
type source struct {
	dir     string
	overlay map[string][]byte
	ignore  *ignorer
	// dockerfile is the Dockerfile's path, slash-separated.
	dockerfile string
	// parsed is nil where the Dockerfile does not parse: then the builder's
	// own message is the one to show.
	parsed *dockerfile.File
	// faultyLine is the line that does not parse, 0 for none.
	faultyLine int
	notices    []string
	// wantsSecrets says that a step may ask for a build secret. Without a
	// session the builder refuses such a step, also where it could do without
	// the secret.
	wantsSecrets bool
	// online is the request's.
	online bool
	// sent are the regular files that writeTar wrote.
	sent []checker.ContextFile
}

// openSource reads what must be known before anything is sent. A project
// without a Dockerfile is a [*checker.BuildError].
func openSource(req checker.BuildRequest) (*source, error) {
	// The walk over the folder does not enter a link, and it may be one.
	dir, err := filepath.EvalSymlinks(req.Dir)
	if err != nil {
		return nil, unreadable(req.Dir, err)
	}
	s := &source{dir: dir, dockerfile: defaultDockerfile, online: req.Online, overlay: make(map[string][]byte, len(req.Overlay)+1)}
	if req.Dockerfile != "" {
		s.dockerfile = path.Clean(filepath.ToSlash(req.Dockerfile))
	}
	for name, content := range req.Overlay {
		s.overlay[path.Clean(name)] = content
	}
	text, err := s.read(s.dockerfile)
	if err != nil {
		return nil, noDockerfile(s.dockerfile, req.Dir, err)
	}
	name, patterns, err := ignoreFile(s.read, s.dockerfile)
	if err != nil {
		return nil, err
	}
	if s.ignore, err = newIgnorer(name, patterns, s.dockerfile); err != nil {
		return nil, err
	}
	if sent, changed := dockerfile.NeutralizeSyntax(text); changed {
		// A frontend named by a syntax directive is an image that would have
		// to be pulled first, and many a classroom has no registry.
		s.overlay[s.dockerfile] = sent
		s.notices = append(s.notices, "The syntax directive was left out of the copy that was built, so that no frontend had to be pulled: the engine's own frontend was used.")
		text = sent
	}
	s.wantsSecrets = bytes.Contains(text, []byte("type=secret"))
	var faulty *dockerfile.ParseError
	if s.parsed, err = dockerfile.Parse(text); errors.As(err, &faulty) {
		s.faultyLine = faulty.Line
	}
	return s, nil
}

// read reads a small text of the project. A link that leads out of the project
// is not followed: the builder could not follow it either.
func (s *source) read(name string) ([]byte, error) {
	if content, ok := s.overlay[name]; ok {
		return content, nil
	}
	return checker.ReadIn(s.dir, name, textLimit)
}

// lineOf returns the Dockerfile line of a builder's step, 0 for none.
func (s *source) lineOf(step string) int {
	if s.parsed == nil {
		return 0
	}
	return s.parsed.LineOf(step)
}

// absent reports whether an error says that there is no such file; a folder
// that is a file on the way there is such a case.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func noDockerfile(name, dir string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return unreadable(filepath.Join(dir, name), err)
	}
	message := fmt.Sprintf("there is no %s in %s: write one there", name, dir)
	if !absent(err) {
		message = fmt.Sprintf("the Dockerfile in %s can't be used: %v", dir, err)
	}
	return &checker.BuildError{Message: message}
}

// unreadable says that a part of the project can't be read here, which says
// nothing about the work.
func unreadable(name string, err error) error {
	return &checker.EnvironmentError{
		Problem: name + " can't be read",
		Remedy:  "See that it exists and that you may read it (chmod u+r), or leave it out with a line in .dockerignore.",
		Err:     err,
	}
}
