package setup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shipshape/checker"
	"shipshape/exercises/images"
)

// fakeHost records what setup has it do. Its engine answers once something
// started it, after some tries.
type fakeHost struct {
	facts
	installed []string
	// refuseService makes the init system fail.
	refuseService bool
	// tries is how many times the engine does not answer once it runs.
	tries  int
	engine *fakeEngine

	running bool
	did     []string
}

func (h *fakeHost) OpenEngine(context.Context) (Engine, error) {
	if !h.running {
		return nil, &checker.EnvironmentError{Problem: "no Docker engine answers on the socket", Remedy: "Start it."}
	}
	if h.tries > 0 {
		h.tries--
		return nil, &checker.EnvironmentError{Problem: "it comes up"}
	}
	return h.engine, nil
}

func (h *fakeHost) Facts() facts { return h.facts }

func (h *fakeHost) Installed(program string) bool { return slices.Contains(h.installed, program) }

func (h *fakeHost) Install(_ context.Context, packages ...string) error {
	h.did = append(h.did, "install "+strings.Join(packages, " "))
	h.installed = append(h.installed, "debootstrap", "ps", daemon)
	return nil
}

func (h *fakeHost) StartService(context.Context) error {
	h.did = append(h.did, "service")
	if h.refuseService {
		return errors.New("it says no")
	}
	h.running = true
	return nil
}

func (h *fakeHost) StartDaemon() (string, error) {
	h.did = append(h.did, "daemon")
	h.running = true
	return "/data/dockerd.log", nil
}

func (h *fakeHost) Pause(context.Context) error { return nil }

// fakeEngine has the images that are named, can pull those of its registry, and
// builds any.
type fakeEngine struct {
	images.Store
	has, registry []string
	closed        bool
}

func (e *fakeEngine) Info(context.Context) (checker.EngineInfo, error) {
	return checker.EngineInfo{Version: "28.5.2", Host: "unix:///run/docker.sock"}, nil
}

func (e *fakeEngine) Close() error { e.closed = true; return nil }

func (e *fakeEngine) InspectImage(_ context.Context, name string) (checker.StoredImage, error) {
	if !slices.Contains(e.has, name) {
		return checker.StoredImage{}, checker.ErrNoImage
	}
	return checker.StoredImage{ID: name}, nil
}

func (e *fakeEngine) PullImage(_ context.Context, name string, _ func(checker.PullProgress)) error {
	if !slices.Contains(e.registry, name) {
		return &checker.EnvironmentError{Problem: "no registry"}
	}
	e.has = append(e.has, name)
	return nil
}

func everyBase() []string {
	var names []string
	for _, b := range images.Catalog() {
		names = append(names, b.Name)
	}
	return names
}

func ready() *fakeEngine { return &fakeEngine{has: everyBase()} }

func debianRoot() facts { return facts{OS: "linux", Root: true, Apt: true, Keys: true} }

func attempt(h *fakeHost, o Options) (out string, err error) {
	var b bytes.Buffer
	o.Out, o.Err = &b, &b
	if o.In == nil {
		o.In = strings.NewReader("")
	}
	err = run(context.Background(), o, h)
	return b.String(), err
}

func TestAnEngineThatAnswersIsTaken(t *testing.T) {
	h := &fakeHost{facts: debianRoot(), running: true, installed: []string{"ps"}, engine: ready()}
	out, err := attempt(h, Options{})
	if err != nil || len(h.did) != 0 {
		t.Errorf("err = %v, did %q; want nothing done", err, h.did)
	}
	if !strings.Contains(out, "Docker 28.5.2 at unix:///run/docker.sock") {
		t.Errorf("it does not name the engine:\n%s", out)
	}
	if !h.engine.closed {
		t.Error("the engine was not closed")
	}
}

func TestWithoutATerminalRootInstallsAndStarts(t *testing.T) {
	const packages = "install docker.io iptables procps debootstrap debian-archive-keyring"
	for name, c := range map[string]struct {
		host fakeHost
		want []string
	}{
		"no init":             {fakeHost{facts: debianRoot(), tries: 3}, []string{packages, "daemon"}},
		"with init":           {fakeHost{facts: facts{OS: "linux", Root: true, Apt: true, Init: true}}, []string{packages, "service"}},
		"with init, refusing": {fakeHost{facts: facts{OS: "linux", Root: true, Apt: true, Init: true}, refuseService: true}, []string{packages, "service", "daemon"}},
		"installed":           {fakeHost{facts: debianRoot(), installed: []string{daemon, "ps"}}, []string{"daemon"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := c.host
			h.engine = ready()
			if out, err := attempt(&h, Options{}); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !slices.Equal(h.did, c.want) {
				t.Errorf("did %q, want %q", h.did, c.want)
			}
		})
	}
}

func TestAnEngineThatNeverAnswersIsNamedWithItsLog(t *testing.T) {
	h := &fakeHost{facts: debianRoot(), tries: 1 << 20}
	_, err := attempt(h, Options{})
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) || !strings.Contains(environment.Remedy, "/data/dockerd.log") {
		t.Errorf("err = %v, want one whose remedy names the log", err)
	}
}

func TestWhereItCannotInstallItSaysWhatTo(t *testing.T) {
	for name, c := range map[string]struct {
		facts facts
		want  string
	}{
		"macOS":     {facts{OS: "darwin"}, "colima"},
		"Windows":   {facts{OS: "windows"}, "Docker Desktop"},
		"no apt":    {facts{OS: "linux", Root: true}, "package manager"},
		"no root":   {facts{OS: "linux", Apt: true}, "sudo apt-get install docker.io"},
		"elsewhere": {facts{OS: "linux", Root: true, Apt: true, Elsewhere: "DOCKER_HOST"}, "DOCKER_HOST"},
	} {
		t.Run(name, func(t *testing.T) {
			h := &fakeHost{facts: c.facts}
			out, err := attempt(h, Options{Interactive: true})
			var environment *checker.EnvironmentError
			if !errors.As(err, &environment) || len(h.did) != 0 {
				t.Fatalf("err = %v, did %q; want an EnvironmentError and nothing done", err, h.did)
			}
			if !strings.Contains(out, c.want) || !strings.Contains(out, "static review") {
				t.Errorf("it says neither %q nor what is left to do:\n%s", c.want, out)
			}
		})
	}
}

func TestATerminalIsAsked(t *testing.T) {
	for answer, installs := range map[string]bool{"\n": true, "y\n": true, "Yes": true, "n\n": false, "what?\n": false, "": false} {
		t.Run(fmt.Sprintf("%q", answer), func(t *testing.T) {
			h := &fakeHost{facts: debianRoot(), engine: ready()}
			out, err := attempt(h, Options{Interactive: true, In: strings.NewReader(answer)})
			if (len(h.did) > 0) != installs || (err == nil) != installs {
				t.Errorf("did %q, err = %v; want installed: %v", h.did, err, installs)
			}
			if !strings.Contains(out, "Go ahead?") {
				t.Errorf("it did not ask:\n%s", out)
			}
		})
	}
	h := &fakeHost{facts: debianRoot(), engine: ready()}
	if out, err := attempt(h, Options{Interactive: true, Yes: true}); err != nil || strings.Contains(out, "Go ahead?") {
		t.Errorf("with Yes: err = %v, and it said:\n%s", err, out)
	}
}

func TestAQuestionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := &fakeHost{facts: debianRoot()}
	var out bytes.Buffer
	err := run(ctx, Options{Interactive: true, In: silentReader{cancel}, Out: &out, Err: &out}, h)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

// silentReader is a person who, when asked, presses Ctrl-C and types nothing.
type silentReader struct{ interrupt func() }

func (r silentReader) Read([]byte) (int, error) {
	r.interrupt()
	select {}
}

func TestImagesArePulledAndDebootstrapIsNotInstalled(t *testing.T) {
	h := &fakeHost{facts: debianRoot(), running: true, installed: []string{"ps"}, engine: &fakeEngine{registry: everyBase()}}
	if out, err := attempt(h, Options{}); err != nil || len(h.did) != 0 {
		t.Errorf("err = %v, did %q\n%s", err, h.did, out)
	}
	if !slices.Equal(h.engine.has, everyBase()) {
		t.Errorf("the engine has %q", h.engine.has)
	}
}

func TestDebootstrapIsInstalledForStandIns(t *testing.T) {
	// The name is no stand-in's, so that nothing is really built.
	h := &fakeHost{facts: debianRoot(), running: true, installed: []string{"ps"}, engine: &fakeEngine{}}
	out, err := attempt(h, Options{Bases: []string{"example.org/own:1"}})
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) || !strings.Contains(err.Error(), "example.org/own:1") {
		t.Errorf("err = %v, want one that names the image", err)
	}
	if want := []string{"install debootstrap debian-archive-keyring"}; !slices.Equal(h.did, want) {
		t.Errorf("did %q, want %q\n%s", h.did, want, out)
	}
}

// Without Debian's keys, nobody could tell who made what is downloaded.
func TestDebiansKeysAreInstalledForADebootstrapThatIsThere(t *testing.T) {
	for keys, want := range map[bool][]string{true: nil, false: {"install debootstrap debian-archive-keyring"}} {
		f := debianRoot()
		f.Keys = keys
		h := &fakeHost{facts: f, running: true, installed: []string{"ps", "debootstrap"}, engine: &fakeEngine{}}
		if out, _ := attempt(h, Options{Bases: []string{"example.org/own:1"}}); !slices.Equal(h.did, want) {
			t.Errorf("keys: %t: did %q, want %q\n%s", keys, h.did, want, out)
		}
	}
}

func TestWhatBecomesOfImagesIsToldOnceAndNotDrawn(t *testing.T) {
	phases := func(engine *fakeEngine, bases ...string) (told []images.Phase, out string) {
		h := &fakeHost{facts: debianRoot(), running: true, installed: []string{"ps", "debootstrap"}, engine: engine}
		out, _ = attempt(h, Options{Interactive: true, Bases: bases, Tell: func(e images.Event) { told = append(told, e.Phase) }})
		return told, out
	}
	base := everyBase()[0]
	told, out := phases(&fakeEngine{has: everyBase()[1:], registry: []string{base}})
	if want := []images.Phase{images.PhasePulling, images.PhasePulled}; !slices.Equal(told, want) {
		t.Errorf("a pull is told as %q, want %q", told, want)
	}
	// How a line is drawn over, and whether it may be, is for who is told.
	if strings.ContainsAny(out, "\r\x1b") {
		t.Errorf("it moves the cursor: %q", out)
	}
	told, _ = phases(&fakeEngine{}, "example.org/own:1")
	if want := []images.Phase{images.PhasePulling, images.PhaseNoRegistry, images.PhaseFailed}; !slices.Equal(told, want) {
		t.Errorf("what can't be had is told as %q, want %q", told, want)
	}
}

func TestPsIsInstalledForAnEngineOfThisMachine(t *testing.T) {
	h := &fakeHost{facts: debianRoot(), running: true, engine: ready()}
	if out, err := attempt(h, Options{}); err != nil || !slices.Equal(h.did, []string{"install procps"}) {
		t.Errorf("err = %v, did %q\n%s", err, h.did, out)
	}
	h = &fakeHost{facts: debianRoot(), running: true, engine: ready()}
	if out, err := attempt(h, Options{Interactive: true, In: strings.NewReader("n\n")}); err != nil || len(h.did) != 0 {
		t.Errorf("refused: err = %v, did %q\n%s", err, h.did, out)
	}
}

func TestOfflineDoesNothing(t *testing.T) {
	h := &fakeHost{facts: debianRoot()}
	if out, err := attempt(h, Options{Offline: true}); err != nil || len(h.did) != 0 {
		t.Errorf("err = %v, did %q\n%s", err, h.did, out)
	}
}
