package checker

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

// scripted is an engine whose builds and containers do what a test says.
type scripted struct {
	Engine
	image Image
	// images are others, by id or name.
	images map[string]Image
	// build, when set, fills in what a build gives, besides its image.
	build func(req BuildRequest, b *Build)
	// start says what a container does; nil is the usual service.
	start func(req RunRequest, a *actor)
	// startErr fails to start a container that it returns an error for.
	startErr func(req RunRequest) error
	// files are those of all images, by path.
	files map[string]string

	mu     sync.Mutex
	builds []BuildRequest
	runs   []RunRequest
}

func (s *scripted) Info(context.Context) (EngineInfo, error) { return EngineInfo{API: "1.41"}, nil }

func (s *scripted) Build(_ context.Context, req BuildRequest) (*Build, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.builds = append(s.builds, req)
	b := &Build{ImageID: fmt.Sprintf("sha256:built-%d", len(s.builds))}
	if s.build != nil {
		s.build(req, b)
	}
	return b, nil
}

func (s *scripted) Image(_ context.Context, ref string) (*Image, error) {
	if image, ok := s.images[ref]; ok {
		return &image, nil
	}
	image := s.image
	image.ID = ref
	return &image, nil
}

func (s *scripted) Tags(_ context.Context, repository string) ([]string, error) {
	var names []string
	for name := range s.images {
		if strings.HasPrefix(name, repository+":") {
			names = append(names, name)
		}
	}
	return names, nil
}

func (s *scripted) Walk(_ context.Context, _ string, visit func(*tar.Header, io.Reader) error) error {
	for name, content := range s.files {
		hdr := &tar.Header{Name: strings.TrimPrefix(name, "/"), Typeflag: tar.TypeReg, Size: int64(len(content))}
		if err := visit(hdr, strings.NewReader(content)); err != nil {
			if errors.Is(err, SkipAll) {
				return nil
			}
			return err
		}
	}
	return nil
}

func (s *scripted) CopyFile(_ context.Context, _, path string, w io.Writer, _ int64) error {
	content, ok := s.files[path]
	if !ok {
		return &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	_, err := io.WriteString(w, content)
	return err
}

func (s *scripted) Start(_ context.Context, req RunRequest) (Container, error) {
	if s.startErr != nil {
		if err := s.startErr(req); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = append(s.runs, req)
	a := &actor{id: fmt.Sprint(len(s.runs)), state: State{Running: true}, body: s.lastNonce()}
	if s.start != nil {
		s.start(req, a)
	}
	return a, nil
}

// lastNonce is what the last build that had a nonce got.
func (s *scripted) lastNonce() string {
	for _, b := range slices.Backward(s.builds) {
		if nonce, ok := b.Overlay["nonce.txt"]; ok {
			return string(nonce)
		}
	}
	return ""
}

// actor is a container that answers with 200 and body, and more as its functions
// say.
type actor struct {
	Container
	id        string
	state     State
	body      string
	processes []Process
	changes   []Change
	// do answers a request in place of the usual answer.
	do func(path string) (Response, error)
	// now tells the state in place of the field; stop ends the container when it
	// is stopped, and signal hears a signal.
	now    func() State
	look   func() []Process // in place of processes
	stop   func(grace time.Duration) (State, time.Duration)
	signal func(name string)
	// logs is asked for the log; exec runs a command; read reads a file.
	logs func() string
	exec func(argv []string) ExecResult
	// remove removes it.
	remove func() error
	// endless are the programs that do not end.
	endless []string
	read    func(path string) (string, bool)
	mu      sync.Mutex
	// asked are the paths so far; ended tells that it was stopped.
	asked []string
	ended bool
}

func (a *actor) ID() string { return a.id }

func (a *actor) State(context.Context) (State, error) {
	if a.now != nil {
		return a.now(), nil
	}
	return a.state, nil
}

func (a *actor) Do(_ context.Context, _, path string, _ time.Duration) (Response, error) {
	a.mu.Lock()
	a.asked = append(a.asked, path)
	a.mu.Unlock()
	if a.do != nil {
		return a.do(path)
	}
	return Response{Status: 200, Body: a.body}, nil
}

func (a *actor) Processes(context.Context) ([]Process, error) {
	if a.look != nil {
		return a.look(), nil
	}
	return a.processes, nil
}

func (a *actor) ReadFile(_ context.Context, path string, _ int64) ([]byte, error) {
	if a.read != nil {
		if content, ok := a.read(path); ok {
			return []byte(content), nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

func (a *actor) Exec(ctx context.Context, _ string, argv ...string) (ExecResult, error) {
	if slices.Contains(a.endless, argv[0]) {
		<-ctx.Done()
		return ExecResult{}, ctx.Err()
	}
	if a.exec != nil {
		return a.exec(argv), nil
	}
	return ExecResult{NotFound: true, ExitCode: 127}, nil
}

func (a *actor) Logs(_ context.Context, limit int) (string, error) {
	if a.logs != nil {
		log := a.logs()
		return log[max(0, len(log)-limit):], nil
	}
	return "", nil
}

func (a *actor) Changes(context.Context) ([]Change, error) { return a.changes, nil }

func (a *actor) Signal(_ context.Context, name string) error {
	if a.signal != nil {
		a.signal(name)
	}
	return nil
}

func (a *actor) Stop(_ context.Context, grace time.Duration) (State, time.Duration, error) {
	a.ended = true
	if a.stop != nil {
		state, took := a.stop(grace)
		a.state = state
		return state, took, nil
	}
	a.state = State{}
	return a.state, 0, nil
}

func (a *actor) Remove(context.Context) error {
	if a.remove != nil {
		return a.remove()
	}
	return nil
}

func (a *actor) Wait(context.Context) (State, error) { return a.state, nil }
