package engine

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shipshape/checker"
)

// A build that fails for a base image of another machine says so, and is never
// the Dockerfile's fault.
func TestBuildOnAForeignBase(t *testing.T) {
	const (
		notThere = `pulling is not possible: no such host`
		notRun   = `process "/app" did not complete successfully: exit code: 1`
	)
	tests := map[string]struct {
		dockerfile string
		has        string // the architecture of the base on the engine, empty for none
		failure    string // the builder's last words
		trace      string // what the failed step printed
		want       string // the environment's problem, empty for the Dockerfile's
	}{
		"loaded from another machine":  {"FROM base:1\nRUN [\"/app\"]\n", "arm64", notRun, "exec /app: exec format error", "is for linux/arm64, and the engine runs linux/amd64"},
		"there, and not found":         {"FROM base:1\nCOPY a /\n", "arm64", "failed to resolve source metadata for docker.io/library/base:1: " + notThere, "", "is for linux/arm64, and the engine runs linux/amd64"},
		"asked for":                    {"FROM --platform=linux/arm64/v8 base:1\nRUN [\"/app\"]\n", "amd64", notRun, "exec /app: exec format error", "FROM asks for the platform linux/arm64, whose programs"},
		"asked for, and not found":     {"FROM --platform=linux/arm64 base:1\nCOPY a /\n", "amd64", "failed to resolve source metadata for docker.io/library/base:1: " + notThere, "", "for linux/amd64 only"},
		"its own program, another's":   {"FROM base:1\nCOPY app /\nRUN [\"/app\"]\n", "amd64", notRun, "exec /app: exec format error", ""},
		"another program's failure":    {"FROM base:1\nRUN [\"/app\"]\n", "arm64", notRun, "no such option", ""},
		"the engine's, by a variable":  {"FROM --platform=$BUILDPLATFORM base:1\nRUN [\"/app\"]\n", "amd64", notRun, "exec /app: exec format error", ""},
		"no base here to be looked at": {"FROM base:1\nRUN [\"/app\"]\n", "", notRun, "exec /app: exec format error", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := &Client{platform: "linux/amd64", version: "28.5.2", patience: defaultPatience}
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Api-Version", "1.51")
				switch {
				case !strings.HasSuffix(r.URL.Path, "/images/base:1/json"):
				case tt.has == "":
					http.NotFound(w, r)
				default:
					fmt.Fprintf(w, `{"Id":"sha256:1","Os":"linux","Architecture":%q}`, tt.has)
				}
			}))
			t.Cleanup(s.Close)
			var err error
			if c.api, err = c.connect(endpoint{host: strings.Replace(s.URL, "http", "tcp", 1)}, true); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			writeAll(t, dir, map[string]string{"Dockerfile": tt.dockerfile, "a": "", "app": ""})
			src, err := openSource(checker.BuildRequest{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			var steps []checker.Step
			if tt.trace != "" {
				steps = []checker.Step{{Name: "[2/2] RUN [\"/app\"]", Line: 2, Err: "exit code: 1", Log: tt.trace}}
			}
			got := c.foreign(t.Context(), c.buildFailure(tt.failure, steps, src), src)
			var environment *checker.EnvironmentError
			var broken *checker.BuildError
			switch {
			case tt.want == "":
				if !errors.As(got, &broken) {
					t.Errorf("%T %v, want a BuildError", got, got)
				}
			case !errors.As(got, &environment) || errors.As(got, &broken) || !strings.Contains(environment.Problem, tt.want) || environment.Remedy == "":
				t.Errorf("%T %v, want an EnvironmentError with %q and a remedy", got, got, tt.want)
			}
		})
	}
}
