package engine_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"shipshape/checker"
	"shipshape/checker/engine/enginetest"
)

// registry serves one small image as "app:1", to those whom admit lets in, and
// returns its address.
func registry(t *testing.T, admit func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	return registryOf(t, emptyTar(), admit)
}

// registryOf is a registry whose image has a layer of its own.
func registryOf(t *testing.T, content []byte, admit func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	layer := static.NewLayer(content, types.DockerUncompressedLayer)
	image, err := mutate.AppendLayers(mutate.MediaType(empty.Image, types.DockerManifestSchema2), layer)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config.OS, config.Architecture = "linux", runtime.GOARCH
	if image, err = mutate.ConfigFile(image, config); err != nil {
		t.Fatal(err)
	}
	manifest, err := image.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	configText, err := image.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	blobs := map[string][]byte{
		parsed.Config.Digest.String():    configText,
		parsed.Layers[0].Digest.String(): content,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !admit(w, r) {
			return
		}
		switch last := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]; {
		case strings.Contains(r.URL.Path, "/manifests/"):
			w.Header().Set("Content-Type", string(parsed.MediaType))
			_, _ = w.Write(manifest)
		case blobs[last] != nil:
			_, _ = w.Write(blobs[last])
		case r.URL.Path != "/v2/":
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// emptyTar is a tar without entries.
func emptyTar() []byte { return make([]byte, 1024) }

// everybody admits those who fetched the token that everybody gets.
func everybody(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == "/token" {
		fmt.Fprint(w, `{"token":"everybody"}`)
		return false
	}
	if r.Header.Get("Authorization") == "Bearer everybody" {
		return true
	}
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="test",scope="repository:app:pull"`, r.Host))
	w.WriteHeader(http.StatusUnauthorized)
	return false
}

// answer refuses everybody with a status and a registry's error code.
func answer(status int, code string, headers ...string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/v2/" && status != http.StatusUnauthorized {
			return true
		}
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			fmt.Fprintf(w, `{"errors":[{"code":%q,"message":"no"}]}`, code)
		}
		return false
	}
}

// A base that is not on the engine is pulled by the build, where the registry
// gives it to everybody.
func TestBuildPullsItsBase(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	base := registry(t, everybody) + "/app:1"
	dir := enginetest.Project(t, map[string]string{"Dockerfile": "FROM " + base + "\nCOPY service /service\n"})
	b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir})
	if err != nil || b.ImageID == "" {
		t.Fatalf("build on %s: %v", base, err)
	}
}

// A command that waits for files of its base image has not begun, or ends with
// an error that tells of them.
func TestBuildWhileItsBaseIsFetched(t *testing.T) {
	run := enginetest.Run(t, enginetest.Open(t))
	// A layer of which the engine has nothing yet.
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: rand.Text(), Mode: 0o644}), w.Close()); err != nil {
		t.Fatal(err)
	}
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(layer.Bytes()))
	base := registryOf(t, layer.Bytes(), func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, digest) && r.Method == http.MethodGet {
			<-r.Context().Done()
		}
		return true
	}) + "/app:1"
	dir := enginetest.Project(t, map[string]string{"Dockerfile": "FROM " + base + "\nRUN [\"/service\"]\n"})
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	b, err := run.Build(ctx, checker.BuildRequest{Dir: dir})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("build: %v, want the deadline", err)
	}
	if s := stepNamed(t, b.Steps, "RUN"); s.Started && !strings.HasPrefix(s.Err, "failed to copy") {
		t.Errorf("the command that waited: %+v", s)
	}
}

// A base that can't be had is the environment's fault, and says what to do.
func TestBaseThatCannotBeHad(t *testing.T) {
	c := enginetest.Open(t)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	tests := map[string]struct {
		registry        string
		problem, remedy string
	}{
		"needs a login": {registry(t, answer(http.StatusUnauthorized, "UNAUTHORIZED", "WWW-Authenticate", `Basic realm="test"`)), "needs a login", "docker login 127.0.0.1:"},
		"forbidden":     {registry(t, answer(http.StatusForbidden, "DENIED")), "does not give out", "docker login 127.0.0.1:"},
		"not there":     {registry(t, answer(http.StatusNotFound, "MANIFEST_UNKNOWN")), "none of that name", "docker pull 127.0.0.1:"},
		"too many":      {registry(t, answer(http.StatusTooManyRequests, "TOOMANYREQUESTS")), "no more images for now", "Try again later"},
		"unwell":        {registry(t, answer(http.StatusServiceUnavailable, "UNKNOWN")), "can't be pulled", "in reach"},
		"out of reach":  {strings.TrimPrefix(closed.URL, "http://"), "can't be pulled", "in reach"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			run := enginetest.Run(t, c)
			base := tt.registry + "/app:1"
			dir := enginetest.Project(t, map[string]string{"Dockerfile": "FROM " + base + "\nCOPY service /service\n"})
			_, building := run.Build(t.Context(), checker.BuildRequest{Dir: dir})
			pulling := c.PullImage(t.Context(), base, nil)
			for what, err := range map[string]error{"build": building, "pull": pulling} {
				var e *checker.EnvironmentError
				if !errors.As(err, &e) || !strings.Contains(e.Problem, tt.problem) || !strings.Contains(e.Problem, base) || !strings.Contains(e.Remedy, tt.remedy) {
					t.Errorf("%s: %T %+v; want a problem with %q that names the image, and a remedy with %q", what, err, err, tt.problem, tt.remedy)
				}
			}
		})
	}
}
