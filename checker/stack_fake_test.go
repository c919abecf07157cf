package checker

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fakeProject is an engine that runs the services of a Compose project: which
// service a container is, it knows by the names that it has on its networks.
type fakeProject struct {
	Engine
	mu sync.Mutex
	// habits are what services do, by name; what is not there behaves.
	habits map[string]habit
	// began are the services in the order in which they were started.
	began []string
	// running are the containers by their ids.
	running map[string]*fakeUnit
	// networks are the members by network.
	networks map[string][]string
	// stored is what was written, by volume or container.
	stored map[string]string
	filled map[string][]File
	nonce  string
	// layer is what every built image holds, and context what is sent.
	layer   []byte
	context []string
	// pack, where it is set, packs what the images hold.
	pack     func([]byte) []byte
	requests []RunRequest
	// images are by their names; of others nothing is known.
	images map[string]*Image
	// built are the Dockerfiles of the builds, where a copy of its own was sent.
	built []string
	count int
	// networkErr fails CreateNetwork.
	networkErr error
	// crowded has programs wait for a processor.
	crowded bool
}

// habit is what a service does.
type habit struct {
	// healthyAfter is how long it takes to get healthy.
	healthyAfter time.Duration
	// blind has a health test that always passes, dead one that never does, and
	// missing one that calls what is not there.
	blind, dead, missing bool
	// waits has a health test that waits for an answer until it is cut off, and
	// forgives one that says healthy where nobody listens.
	waits, forgives bool
	// asks has a health test that asks another service.
	asks string
	// crashes makes it end with an error when another service hangs.
	crashes bool
	// ends makes it end at once, with this code.
	ends *int
	// fails is how often it ends with an error before it runs.
	fails int
	// reply is its answer to every request.
	reply string
	// beside makes it write elsewhere than on its volume.
	beside bool
	// exports puts the files that it was given into its processes' environment.
	exports bool
	// confides makes it answer with all files and variables that it was given.
	confides bool
}

func (f *fakeProject) Info(context.Context) (EngineInfo, error) { return EngineInfo{}, nil }

func (f *fakeProject) Build(_ context.Context, req BuildRequest) (*Build, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if nonce, ok := req.Overlay["nonce.txt"]; ok {
		f.nonce = string(nonce)
	}
	f.built = append(f.built, string(req.Overlay["Dockerfile"]))
	b := &Build{ImageID: "sha256:" + path.Base(req.Dir)}
	for _, name := range f.context {
		b.Context = append(b.Context, ContextFile{Path: name})
		f.layer = append(f.layer, req.Overlay[name]...)
	}
	return b, nil
}

func (f *fakeProject) Image(_ context.Context, ref string) (*Image, error) {
	if ref == "missing:latest" {
		return nil, ErrNoImage
	}
	if image := f.images[ref]; image != nil {
		return image, nil
	}
	return &Image{ID: ref}, nil
}

func (f *fakeProject) name(kind string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	return fmt.Sprintf("%s-%d", kind, f.count)
}

func (f *fakeProject) CreateNetwork(context.Context, bool) (string, error) {
	return f.name("network"), f.networkErr
}

func (f *fakeProject) CreateVolume(context.Context) (string, error) { return f.name("volume"), nil }

func (f *fakeProject) FillVolume(_ context.Context, _ string, mount VolumeMount, files []File) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.filled[mount.Volume] = files
	return nil
}

func (f *fakeProject) Archive(_ context.Context, _ string, visit func(string, *tar.Header, io.Reader) error) (*Archive, error) {
	layer := f.layer
	if f.pack != nil {
		layer = f.pack(layer)
	}
	hdr := &tar.Header{Typeflag: tar.TypeReg, Name: "app/copied", Size: int64(len(layer))}
	if err := visit("layer", hdr, bytes.NewReader(layer)); err != nil {
		return nil, err
	}
	return &Archive{Layers: []string{"layer"}, Config: []byte("{}")}, nil
}

func (f *fakeProject) Start(_ context.Context, req RunRequest) (Container, error) {
	id := f.name("container")
	f.mu.Lock()
	defer f.mu.Unlock()
	if req.Share != "" {
		return &fakeToolbox{id: id, of: f.running[req.Share]}, nil
	}
	if req.Network == "" {
		return f.alone(req), nil
	}
	u := &fakeUnit{of: f, id: id, service: req.Aliases[0], req: req, began: time.Now()}
	u.habit = f.habits[u.service]
	if h := u.habit; h.fails > 0 {
		u.ends = new(1)
		h.fails--
		f.habits[u.service] = h
	}
	f.requests = append(f.requests, req)
	f.began = append(f.began, u.service)
	f.running[id] = u
	for _, n := range append([]NetworkJoin{{Network: req.Network}}, req.Networks...) {
		f.networks[n.Network] = append(f.networks[n.Network], u.service)
	}
	return u, nil
}

// alone is a health test without its service.
func (f *fakeProject) alone(req RunRequest) Container {
	code := 1
	for _, u := range f.running {
		if u.req.Image == req.Image && u.req.Health != nil && u.forgives {
			code = 0
		}
	}
	return &actor{state: State{ExitCode: code}}
}

// fakeUnit is a container of a service.
type fakeUnit struct {
	Container
	habit
	of          *fakeProject
	id, service string
	req         RunRequest
	began       time.Time
	// stops are when it was stopped and went on, in turn.
	stops []time.Time
}

func (u *fakeUnit) ID() string { return u.id }

// well reports whether its health test passes at a time.
func (u *fakeUnit) well(at time.Time) bool {
	stopped := false
	for _, s := range u.stops {
		if at.After(s) {
			stopped = !stopped
		}
	}
	for _, other := range u.of.running {
		if other.service == u.asks {
			return other.well(at)
		}
	}
	return u.blind || !u.dead && !u.missing && !stopped && at.Sub(u.began) >= u.healthyAfter
}

func (u *fakeUnit) State(context.Context) (State, error) {
	u.of.mu.Lock()
	defer u.of.mu.Unlock()
	if u.ends != nil {
		return State{ExitCode: *u.ends}, nil
	}
	s := State{Running: true}
	if u.req.Health == nil {
		return s, nil
	}
	s.Health = "starting"
	for at := u.began.Add(u.req.Health.Interval); !at.After(time.Now()); at = at.Add(u.req.Health.Interval) {
		run := HealthRun{Started: at}
		s.Health = "healthy"
		if !u.well(at) {
			run.ExitCode, s.Health = 1, "unhealthy"
		}
		if run.ExitCode != 0 && u.waits {
			run.ExitCode, run.Output = -1, exceeded
		}
		if u.missing {
			run.ExitCode, run.Output = -1, "exec: executable file not found in $PATH"
		}
		s.HealthRuns, s.HealthLog = append(s.HealthRuns, run), run.Output
	}
	s.HealthRuns = s.HealthRuns[max(0, len(s.HealthRuns)-5):]
	return s, nil
}

func (u *fakeUnit) Do(_ context.Context, _, target string, _ time.Duration) (Response, error) {
	u.of.mu.Lock()
	defer u.of.mu.Unlock()
	if u.confides {
		return Response{Status: 200, Body: u.given()}, nil
	}
	if u.reply != "" {
		return Response{Status: 200, Body: u.reply}, nil
	}
	if _, value, ok := strings.Cut(target, "/write?"); ok {
		u.of.stored[u.of.store()] = value
	}
	return Response{Status: 200, Body: u.of.nonce + " " + u.of.stored[u.of.store()]}, nil
}

// given are the files and variables that it was given.
func (u *fakeUnit) given() string {
	text := strings.Join(u.req.Env, " ")
	for _, f := range u.req.Files {
		text += " " + string(f.Content)
	}
	return text
}

// store is where the database writes: to its volume, or its container.
func (f *fakeProject) store() string {
	for _, id := range slices.Sorted(maps.Keys(f.running)) {
		if u := f.running[id]; u.service == "db" {
			if len(u.req.Volumes) > 0 && !u.beside {
				return u.req.Volumes[0].Volume
			}
			return id
		}
	}
	return ""
}

func (u *fakeUnit) Processes(context.Context) ([]Process, error) {
	return []Process{{PID: 1, Args: u.service}}, nil
}

func (u *fakeUnit) Signal(context.Context, string) error {
	u.of.mu.Lock()
	defer u.of.mu.Unlock()
	u.stops = append(u.stops, time.Now())
	for _, other := range u.of.running {
		if other.crashes && other != u {
			other.ends = new(1)
		}
	}
	return nil
}

// Exec finds no program, but for a shell that tells how crowded the machine is.
func (u *fakeUnit) Exec(_ context.Context, _ string, argv ...string) (ExecResult, error) {
	if u.of.crowded && argv[0] == "sh" {
		return ExecResult{Output: "10000000 50000000 9\n"}, nil // six times longer than alone
	}
	return ExecResult{NotFound: true}, nil
}

func (u *fakeUnit) Logs(context.Context, int) (string, error) { return "its last word", nil }

func (u *fakeUnit) Changes(context.Context) ([]Change, error) {
	if u.beside {
		return []Change{{"/app", Modified}, {"/app/notes.txt", Added}, {"/tmp/x", Added}}, nil
	}
	return nil, nil
}

func (u *fakeUnit) Stop(ctx context.Context, _ time.Duration) (State, time.Duration, error) {
	return State{}, 0, nil
}

func (u *fakeUnit) Remove(context.Context) error {
	u.of.mu.Lock()
	defer u.of.mu.Unlock()
	delete(u.of.running, u.id)
	return nil
}

// fakeToolbox connects where two services share a network and the other one
// listens: on 5432, and no other port.
type fakeToolbox struct {
	Container
	id string
	of *fakeUnit
}

func (b *fakeToolbox) ID() string { return b.id }

func (b *fakeToolbox) Exec(_ context.Context, _ string, argv ...string) (ExecResult, error) {
	if argv[0] != "sh" {
		return ExecResult{NotFound: true}, nil
	}
	if slices.Contains(argv, environScript) {
		env := "PATH=/bin"
		if b.of.exports {
			env += "\x00TOKEN=" + b.of.given()
		}
		return ExecResult{Output: env}, nil
	}
	host, port := argv[len(argv)-2], argv[len(argv)-1]
	for _, members := range b.of.of.networks {
		if slices.Contains(members, b.of.service) && slices.Contains(members, host) && port == "5432" {
			return ExecResult{Output: connected + "\n"}, nil
		}
	}
	return ExecResult{Output: "bad address\n"}, nil
}

// errGone is a fault of the surroundings.
var errGone = &EnvironmentError{Problem: "the engine went away", Remedy: "Start it."}

// gradeProject grades a project with one check, in time of the test's own.
func gradeProject(t *testing.T, eng *fakeProject, file string, check Spec) (got Result) {
	t.Helper()
	check.ID, check.Title = "it", "it"
	sub := submission(t, check)
	sub.Assignment.Bases = []string{"tools:latest"}
	sub.Assignment.Compose = &Compose{Service: "api", Within: 20 * time.Second}
	writeAll(t, sub.Dir, map[string]string{"Dockerfile": stackDockerfile, "compose.yaml": file, "nonce.txt": "old", "token.txt": "old", "data/kept": "kept"})
	eng.running, eng.networks = make(map[string]*fakeUnit), make(map[string][]string)
	eng.stored, eng.filled = make(map[string]string), make(map[string][]File)
	synctest.Test(t, func(t *testing.T) {
		report, err := Grade(t.Context(), eng, sub, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got = report.Checks[0]
	})
	return got
}

// errUnplanned is what an engine answers that nobody has named.
var errUnplanned = errors.New("something new")

// writeAll writes files into a project.
func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
