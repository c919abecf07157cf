package engine

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shipshape/checker"
)

// answering is an engine's answer to everything that opening one asks.
func answering(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Api-Version", "1.45")
	if strings.HasSuffix(r.URL.Path, "/version") {
		_, _ = io.WriteString(w, `{"Version":"26.0.0"}`)
	}
}

// secured starts an engine with TLS; with clients, it demands a certificate of
// theirs.
func secured(t *testing.T, clients bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(answering))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	if clients {
		s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// trusting makes a folder of certificates in which a server's is trusted.
func trusting(t *testing.T, s *httptest.Server) string {
	t.Helper()
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOpenOverTLS(t *testing.T) {
	open := secured(t, false)
	closed := secured(t, true)
	plain := httptest.NewServer(http.HandlerFunc(answering))
	t.Cleanup(plain.Close)
	_, port, err := net.SplitHostPort(open.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		host    string
		certs   string // DOCKER_CERT_PATH, with DOCKER_TLS_VERIFY
		problem string // empty where it opens
	}{
		"trusted":              {host: open.Listener.Addr().String(), certs: trusting(t, open)},
		"without TLS":          {host: open.Listener.Addr().String(), problem: "wants an encrypted connection"},
		"not trusted":          {host: open.Listener.Addr().String(), certs: t.TempDir(), problem: "is not one to trust"},
		"another name":         {host: "localhost:" + port, certs: trusting(t, open), problem: "is for another name"},
		"no certificate":       {host: closed.Listener.Addr().String(), certs: trusting(t, closed), problem: "does not accept your certificate"},
		"TLS where none is":    {host: plain.Listener.Addr().String(), certs: t.TempDir(), problem: "does not encrypt"},
		"no such certificates": {host: plain.Listener.Addr().String(), certs: filepath.Join(t.TempDir(), "none"), problem: "can't be read"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DOCKER_CERT_PATH", tt.certs)
			t.Setenv("DOCKER_TLS_VERIFY", strings.Repeat("1", min(1, len(tt.certs))))
			c, err := Open(t.Context(), Options{Host: "tcp://" + tt.host, DataDir: t.TempDir()})
			if tt.problem == "" {
				if err != nil {
					t.Fatal(err)
				}
				_ = c.Close()
				return
			}
			wantProblem(t, err, tt.problem)
		})
	}
}

func TestOpenWhatIsNoEngine(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Not found</title>")
	}))
	t.Cleanup(page.Close)
	empty := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(empty.Close)
	engine := httptest.NewServer(http.HandlerFunc(answering))
	t.Cleanup(engine.Close)
	tests := map[string]struct{ url, version, problem string }{
		"a web page":               {page.URL, "", "is no Docker engine"},
		"a version that is no one": {engine.URL, "newest", "DOCKER_API_VERSION"},
		"a version too old":        {engine.URL, "1.24", "DOCKER_API_VERSION asks for API 1.24"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DOCKER_API_VERSION", tt.version)
			_, err := Open(t.Context(), Options{Host: strings.Replace(tt.url, "http", "tcp", 1), DataDir: t.TempDir()})
			wantProblem(t, err, tt.problem)
			if strings.Contains(err.Error(), "<!DOCTYPE") {
				t.Errorf("it quotes the page: %v", err)
			}
		})
	}
}

func TestNoEngineByThatName(t *testing.T) {
	wantProblem(t, noEngine(endpoint{host: "tcp://engine.invalid:2375"}, &net.DNSError{Name: "engine.invalid"}), "is not known by that name")
}

// A learner whose engine is rootless, and whose shell does not know it, is told
// where it is.
func TestAnotherSocketIsTold(t *testing.T) {
	dir, err := os.MkdirTemp("", "sock") // a socket's path may not be long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "docker.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := surroundings{home: dir, getenv: func(key string) string {
		return map[string]string{"XDG_RUNTIME_DIR": dir}[key]
	}}
	at, err := s.endpoint("")
	if err != nil {
		t.Fatal(err)
	}
	var e *checker.EnvironmentError
	if err := noEngine(at, os.ErrNotExist); !errors.As(err, &e) || !strings.Contains(e.Remedy, "DOCKER_HOST=unix://"+dir+"/docker.sock") {
		t.Errorf("%+v, want a remedy that names the other socket", e)
	}
}

// wantProblem wants an EnvironmentError with a remedy.
func wantProblem(t *testing.T, err error, problem string) {
	t.Helper()
	var e *checker.EnvironmentError
	if !errors.As(err, &e) || !strings.Contains(e.Problem, problem) || e.Remedy == "" {
		t.Fatalf("%T %v; want an EnvironmentError with %q and a remedy", err, err, problem)
	}
}
