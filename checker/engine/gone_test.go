package engine

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shipshape/checker"
)

// fakeEngine answers like an engine and leaves the build to the test.
func fakeEngine(t *testing.T, build http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.51")
		w.Header().Set("Ostype", "linux")
		switch {
		case strings.HasSuffix(r.URL.Path, "/build"):
			build(w, r)
		case strings.HasSuffix(r.URL.Path, "/version"):
			fmt.Fprint(w, `{"Version":"28.5.2"}`)
		case strings.HasSuffix(r.URL.Path, "/json"), strings.HasSuffix(r.URL.Path, "/networks"):
			fmt.Fprint(w, `[]`)
		default:
			fmt.Fprint(w, `{}`)
		}
	}))
	t.Cleanup(s.Close)
	c, err := Open(t.Context(), Options{Host: strings.Replace(s.URL, "http", "tcp", 1), DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestBuildOnAnEngineThatFails(t *testing.T) {
	tests := map[string]struct {
		build http.HandlerFunc
		want  string
	}{
		"goes away": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"stream":"`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "went away"},
		"goes away before it answers": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "went away"},
		"ends without a result": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, `{"stream":"nearly there"}`)
		}, "without a result"},
		"is full": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, `{"errorDetail":{"message":"failed to copy: no space left on device"}}`)
		}, "no disk space"},
		"is full and says so at once": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			http.Error(w, `write /var/lib/docker/tmp/x: no space left on device`, http.StatusInternalServerError)
		}, "no disk space"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			run, err := fakeEngine(t, tt.build).NewRun(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := run.lock.release(); err != nil {
					t.Error(err)
				}
			}()
			dir := t.TempDir()
			writeAll(t, dir, map[string]string{"Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"})
			b, err := run.Build(t.Context(), checker.BuildRequest{Dir: dir})
			var environment *checker.EnvironmentError
			if !errors.As(err, &environment) || !strings.Contains(err.Error(), tt.want) || environment.Remedy == "" {
				t.Errorf("build: %T %v, want an EnvironmentError with %q and a remedy", err, err, tt.want)
			}
			if b == nil || b.ImageID != "" {
				t.Errorf("build = %+v, want one without an image", b)
			}
		})
	}
}
