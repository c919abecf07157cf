package images

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
)

// fakeStore is an engine's store in memory.
type fakeStore struct {
	mu sync.Mutex
	// images by name, or by id where they have none. Two names may hold the
	// same image.
	images map[string]checker.StoredImage
	// registry names what can be pulled.
	registry []string
	// asked are the names that a pull was tried for.
	asked []string
	// refuse names images whose build fails.
	refuse string
	// contexts are the build contexts by the image's name: the files' names.
	contexts map[string][]string
	built    []string
	// pulledMeanwhile names an image that somebody pulls during its build.
	pulledMeanwhile string
	// loadFault ends a load when its images have their names.
	loadFault func() error
}

func newStore(images ...string) *fakeStore {
	s := &fakeStore{images: map[string]checker.StoredImage{}, contexts: map[string][]string{}}
	for _, name := range images {
		s.images[name] = checker.StoredImage{ID: "real " + name}
	}
	return s
}

func (s *fakeStore) InspectImage(ctx context.Context, name string) (checker.StoredImage, error) {
	if err := ctx.Err(); err != nil {
		return checker.StoredImage{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	image, ok := s.images[name]
	if !ok {
		return image, checker.ErrNoImage
	}
	return image, nil
}

func (s *fakeStore) PullImage(_ context.Context, name string, progress func(checker.PullProgress)) error {
	s.asked = append(s.asked, name)
	if !slices.Contains(s.registry, name) {
		return &checker.EnvironmentError{Problem: "no such host"}
	}
	progress(checker.PullProgress{Image: name, Done: 1, Total: 1})
	s.images[name] = checker.StoredImage{ID: "real " + name}
	return nil
}

func (s *fakeStore) BuildImage(_ context.Context, b checker.ImageBuild) (string, error) {
	if b.For == s.refuse {
		b.Log("E: it is not to be had")
		return "", errors.New("exit code 100")
	}
	var names []string
	r := tar.NewReader(b.Context)
	for {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		names = append(names, hdr.Name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contexts[b.For] = names
	s.built = append(s.built, b.For)
	id := "built " + b.For
	s.images[id] = checker.StoredImage{ID: id, Labels: b.Labels}
	if s.pulledMeanwhile == b.For {
		s.images[b.For] = checker.StoredImage{ID: "real " + b.For}
	}
	return id, nil
}

func (s *fakeStore) TagImage(_ context.Context, source, target string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, image := range s.images {
		if name == source || image.ID == source {
			delete(s.images, image.ID) // it has a name now
			s.images[target] = image
			return nil
		}
	}
	if name, ok := strings.CutPrefix(source, "real "); ok {
		s.images[target] = checker.StoredImage{ID: "real " + name}
		return nil
	}
	return checker.ErrNoImage
}

func (s *fakeStore) SaveImages(_ context.Context, names []string, w io.Writer) error {
	_, err := io.WriteString(w, strings.Join(names, "\n"))
	return err
}

// LoadImages loads a stand-in for each name that SaveImages wrote.
func (s *fakeStore) LoadImages(_ context.Context, r io.Reader) error {
	data, err := io.ReadAll(r)
	for name := range strings.SplitSeq(string(data), "\n") {
		b, _ := find(Catalog(), name)
		s.images[name] = checker.StoredImage{ID: "loaded " + name, Labels: labels(b, b.About)}
	}
	if s.loadFault != nil {
		err = s.loadFault()
	}
	return err
}

func (s *fakeStore) UntagImage(_ context.Context, name string) error {
	delete(s.images, name)
	return nil
}

// fakeSupplier gives small parts, and records what was asked for.
type fakeSupplier struct {
	mu     sync.Mutex
	asked  []Need
	closed int
	fault  error
}

func (f *fakeSupplier) Supply(_ context.Context, need Need, parts *Parts, say func(string)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, need)
	parts.OnClose(func() error { f.closed++; return nil })
	say("supplying " + string(need))
	return f.fault
}

func names() []string {
	var all []string
	for _, b := range Catalog() {
		all = append(all, b.Name)
	}
	return all
}

func TestEveryBaseHasARecipeAndSaysWhatItIs(t *testing.T) {
	bases, err := load(recipes())
	if err != nil {
		t.Fatal(err)
	}
	if len(bases) == 0 {
		t.Fatal("there are no bases")
	}
	for _, b := range bases {
		if b.About == "" {
			t.Errorf("%s does not say what its stand-in is", b.Name)
		}
		var context bytes.Buffer
		if err := writeContext(&context, recipes(), &Parts{Recipe: b.Recipe}); err != nil {
			t.Errorf("%s: %v", b.Name, err)
		}
		if used := used(t, context.Bytes()); !slices.Equal(used, b.From) {
			t.Errorf("the recipe of %s uses %q, bases.yaml says %q", b.Name, used, b.From)
		}
	}
}

// used returns the images that a context's Dockerfile needs.
func used(t *testing.T, context []byte) []string {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(context))
	for {
		hdr, err := r.Next()
		if err != nil {
			t.Fatalf("no Dockerfile: %v", err)
		}
		if hdr.Name != "Dockerfile" {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		file, err := dockerfile.Parse(content)
		if err != nil {
			t.Fatal(err)
		}
		return file.BaseImages()
	}
}

func TestEnsurePullsWhatIsMissing(t *testing.T) {
	s := newStore("alpine:3.22")
	s.registry = names()
	if err := Ensure(t.Context(), s, nil, Options{Supply: &fakeSupplier{}}); err != nil {
		t.Fatal(err)
	}
	if len(s.built) != 0 || slices.Contains(s.asked, "alpine:3.22") {
		t.Errorf("it built %q and pulled %q", s.built, s.asked)
	}
}

func TestEnsureBuildsWhereNoRegistryAnswersAndAsksItOnce(t *testing.T) {
	s, supplier := newStore(), &fakeSupplier{}
	var events []Event
	err := Ensure(t.Context(), s, nil, Options{Supply: supplier, Tell: func(e Event) { events = append(events, e) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.asked) != 1 {
		t.Errorf("it asked for %q, want one question", s.asked)
	}
	if got := slices.Sorted(slices.Values(s.built)); !slices.Equal(got, slices.Sorted(slices.Values(names()))) {
		t.Errorf("it built %q", got)
	}
	for _, b := range Catalog() {
		for _, from := range b.From {
			if slices.Index(s.built, b.Name) < slices.Index(s.built, from) {
				t.Errorf("%s was built before %s, which it is built on", b.Name, from)
			}
		}
		for _, name := range b.Names() {
			if image, ok := s.images[name]; !ok || !isStandIn(b, image) {
				t.Errorf("%s is no stand-in: %v", name, image)
			}
		}
		if !slices.ContainsFunc(events, func(e Event) bool { return e.Base == b.Name && e.Phase == PhaseBuilt }) {
			t.Errorf("nobody was told that %s was built", b.Name)
		}
	}
	if supplier.closed != len(supplier.asked) || supplier.closed == 0 {
		t.Errorf("of %d parts %d were closed", len(supplier.asked), supplier.closed)
	}
}

func TestAStandInNeverTakesTheNameOfAnImageThatExists(t *testing.T) {
	s := newStore("python:3.13-slim", "node:lts-slim")
	if err := Build(t.Context(), s, nil, Options{Rebuild: true, Supply: &fakeSupplier{}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"python:3.13-slim", "node:lts-slim"} {
		if got := s.images[name].ID; got != "real "+name {
			t.Errorf("%s is %q now", name, got)
		}
	}
	if _, ok := s.images["python:3-slim"]; ok {
		t.Error("an alias was given to an image that is no stand-in")
	}
}

func TestAnImageThatIsPulledDuringABuildKeepsItsName(t *testing.T) {
	const name = "alpine:3.22"
	s := newStore("debian:trixie-slim")
	s.pulledMeanwhile = name
	var last Phase
	o := Options{Supply: &fakeSupplier{}, Tell: func(e Event) { last = e.Phase }}
	if err := Build(t.Context(), s, []string{name}, o); err != nil {
		t.Fatal(err)
	}
	if got := s.images[name].ID; got != "real "+name || last != PhasePresent {
		t.Errorf("%s is %q, and the last that was told is phase %v", name, got, last)
	}
	if left := slices.Sorted(maps.Keys(s.images)); !slices.Equal(left, []string{name, "debian:trixie-slim"}) {
		t.Errorf("left are %q, with names of the stand-in", left)
	}
}

func TestRebuildReplacesStandInsOnly(t *testing.T) {
	s := newStore("debian:trixie-slim")
	o := Options{Supply: &fakeSupplier{}}
	if err := Build(t.Context(), s, []string{"alpine:3"}, o); err != nil {
		t.Fatal(err)
	}
	if err := Build(t.Context(), s, []string{"alpine:3"}, o); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.built, []string{"alpine:3.22"}) {
		t.Errorf("it built %q, want the second time nothing", s.built)
	}
	o.Rebuild = true
	if err := Build(t.Context(), s, []string{"alpine:3", "debian:13-slim"}, o); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.built, []string{"alpine:3.22", "alpine:3.22"}) {
		t.Errorf("it built %q", s.built)
	}
}

func TestABaseIsBuiltWithThoseBelowIt(t *testing.T) {
	s := newStore()
	if err := Build(t.Context(), s, []string{"node:lts-alpine"}, Options{Supply: &fakeSupplier{}}); err != nil {
		t.Fatal(err)
	}
	if len(s.built) != 4 || s.built[0] != "debian:trixie-slim" || s.built[3] != "node:24-alpine" ||
		!slices.Contains(s.built, "node:24-slim") || !slices.Contains(s.built, "alpine:3.22") {
		t.Errorf("it built %q, want what it stands on below it, and no more", s.built)
	}
}

func TestAFailedRecipeFailsWhatIsBuiltOnItAndNoOther(t *testing.T) {
	s := newStore()
	s.refuse = "node:24-slim"
	err := Build(t.Context(), s, nil, Options{Supply: &fakeSupplier{}})
	var environment *checker.EnvironmentError
	if !errors.As(err, &environment) || !strings.Contains(environment.Remedy, "E: it is not to be had") {
		t.Fatalf("err = %v, want one whose remedy shows the end of the log", err)
	}
	if !strings.Contains(err.Error(), "node:24-alpine is built on node:24-slim") {
		t.Errorf("it does not say what else failed: %v", err)
	}
	if got := len(s.built); got != len(names())-2 {
		t.Errorf("it built %q", s.built)
	}
}

func TestAMachineThatCannotSupplySaysSo(t *testing.T) {
	fault := &checker.EnvironmentError{Problem: "debootstrap needs root"}
	supplier := &fakeSupplier{fault: fault}
	err := Build(t.Context(), newStore(), nil, Options{Supply: supplier})
	if !errors.Is(err, fault) {
		t.Errorf("err = %v", err)
	}
	if supplier.closed != len(supplier.asked) {
		t.Error("parts were left open")
	}
}

func TestAStrangerCanBePulledAndNotBuilt(t *testing.T) {
	const stranger = "example.org/own:1"
	s := newStore()
	var environment *checker.EnvironmentError
	if err := Ensure(t.Context(), s, []string{stranger}, Options{}); !errors.As(err, &environment) {
		t.Errorf("err = %v, want an EnvironmentError", err)
	}
	s.registry = []string{stranger}
	if err := Ensure(t.Context(), s, []string{stranger}, Options{}); err != nil {
		t.Error(err)
	}
}

func TestPullBuildsNothing(t *testing.T) {
	s := newStore()
	err := Pull(t.Context(), s, nil, Options{})
	for _, name := range names() {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	if len(s.built) != 0 {
		t.Errorf("it built %q", s.built)
	}
}

func TestCleanRemovesStandInsAndNothingElse(t *testing.T) {
	s := newStore("node:24-slim")
	if err := Build(t.Context(), s, nil, Options{Supply: &fakeSupplier{}}); err != nil {
		t.Fatal(err)
	}
	// What a learner builds on a stand-in inherits its labels.
	s.images["python:3.13-slim"] = s.images["debian:trixie-slim"]
	s.images["my-app:latest"] = s.images["alpine:3.22"]
	removed, err := Clean(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	left := slices.Sorted(maps.Keys(s.images))
	if want := []string{"my-app:latest", "node:24-slim", "python:3.13-slim"}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q; removed were %q", left, want, removed)
	}
}

func TestSaveAndLoadCarryWhatIsThere(t *testing.T) {
	var environment *checker.EnvironmentError
	if _, err := Save(t.Context(), newStore(), io.Discard); !errors.As(err, &environment) {
		t.Errorf("saving nothing: err = %v", err)
	}
	var saved bytes.Buffer
	got, err := Save(t.Context(), newStore("alpine:3.22", "alpine:3", "golang:1.26", "other:1"), &saved)
	if err != nil || !slices.Equal(got, []string{"alpine:3.22", "alpine:3", "golang:1.26"}) {
		t.Errorf("saved %q, %v", got, err)
	}
	s := newStore("alpine:3.22")
	if err := Load(t.Context(), s, &saved); err != nil {
		t.Fatal(err)
	}
	if id := s.images["alpine:3.22"].ID; id != "real alpine:3.22" {
		t.Errorf("a stand-in took the name of the image that was there: %q", id)
	}
	if id := s.images["golang:1.26"].ID; id != "loaded golang:1.26" {
		t.Errorf("golang:1.26 is %q", id)
	}
}

func TestLoadTakesNoNameFromAnImageThatWasPulled(t *testing.T) {
	own := []string{"alpine:3.22", "alpine:latest", "node:lts-slim"}
	s := newStore(own...)
	// What was a stand-in before is replaced.
	if err := Build(t.Context(), s, []string{"debian:trixie-slim"}, Options{Supply: &fakeSupplier{}}); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, b := range Catalog() {
		all = append(all, b.Names()...)
	}
	if err := Load(t.Context(), s, strings.NewReader(strings.Join(all, "\n"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		want := "loaded " + name
		if slices.Contains(own, name) {
			want = "real " + name
		}
		if id := s.images[name].ID; id != want {
			t.Errorf("%s is %q, want %q", name, id, want)
		}
	}
}

func TestALoadThatEndsEarlyTakesNoNameEither(t *testing.T) {
	const name = "debian:trixie-slim"
	gone := errors.New("the engine went away")
	for what, fault := range map[string]func(context.CancelFunc) error{
		"a fault":      func(context.CancelFunc) error { return gone },
		"an interrupt": func(cancel context.CancelFunc) error { cancel(); return context.Canceled },
	} {
		s := newStore(name)
		ctx, cancel := context.WithCancel(t.Context())
		s.loadFault = func() error { return fault(cancel) }
		err := Load(ctx, s, strings.NewReader(name))
		cancel()
		if !errors.Is(err, gone) && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: err = %v", what, err)
		}
		if id := s.images[name].ID; id != "real "+name {
			t.Errorf("%s: %s is %q", what, name, id)
		}
	}
}

func TestListTellsStandInsFromOthers(t *testing.T) {
	s := newStore("debian:trixie-slim")
	if err := Build(t.Context(), s, []string{"alpine:3.22"}, Options{Supply: &fakeSupplier{}}); err != nil {
		t.Fatal(err)
	}
	entries, err := List(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		present := e.Base.Name == "debian:trixie-slim" || e.Base.Name == "alpine:3.22"
		if e.Present() != present || e.StandIn() != (e.Base.Name == "alpine:3.22") || (e.About() != "") != e.StandIn() {
			t.Errorf("%s: present %v, stand-in %v, about %q", e.Base.Name, e.Present(), e.StandIn(), e.About())
		}
	}
}
