package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shipshape/checker"
)

// writeAll writes files under dir, making the folders on the way.
func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func contextFile(kind, name, file string) string {
	sum := sha256.Sum256([]byte(name))
	return ".docker/contexts/" + kind + "/" + hex.EncodeToString(sum[:]) + "/" + file
}

func TestAChosenEngineIsToldFromTheDefaultOne(t *testing.T) {
	home := t.TempDir()
	writeAll(t, home, map[string]string{
		".docker/config.json":                       `{"currentContext":"remote"}`,
		contextFile("meta", "remote", "meta.json"):  `{"Endpoints":{"docker":{"Host":"tcp://builder:2376"}}}`,
		contextFile("meta", "another", "meta.json"): `{"Endpoints":{"docker":{"Host":"` + defaultHost() + `"}}}`,
		"fresh/config.json":                         `{}`,
		"damaged/config.json":                       `{"currentContext":`,
	})
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"the current context":         {nil, `the docker context "remote"`},
		"a host":                      {map[string]string{"DOCKER_HOST": "tcp://builder:2376"}, "DOCKER_HOST"},
		"nothing":                     {map[string]string{"DOCKER_CONFIG": filepath.Join(home, "fresh")}, ""},
		"the default context":         {map[string]string{"DOCKER_CONTEXT": "default"}, ""},
		"the default socket":          {map[string]string{"DOCKER_HOST": defaultHost()}, ""},
		"a context of the default":    {map[string]string{"DOCKER_CONTEXT": "another"}, ""},
		"a context that is not there": {map[string]string{"DOCKER_CONTEXT": "never"}, "Docker's configuration"},
		"a damaged configuration":     {map[string]string{"DOCKER_CONFIG": filepath.Join(home, "damaged")}, "Docker's configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			s := surroundings{getenv: func(key string) string { return c.env[key] }, home: home}
			if got := s.chosenBy(); got != c.want {
				t.Errorf("chosen by %q, want %q", got, c.want)
			}
		})
	}
}

func TestEndpoint(t *testing.T) {
	const remote = `{"Name":"remote","Endpoints":{"docker":{"Host":"tcp://builder:2376","SkipTLSVerify":true}}}`
	home := map[string]string{
		".docker/config.json":                         `{"currentContext":"rootless"}`,
		contextFile("meta", "rootless", "meta.json"):  `{"Name":"rootless","Endpoints":{"docker":{"Host":"unix:///run/user/1000/docker.sock"}}}`,
		contextFile("meta", "remote", "meta.json"):    remote,
		contextFile("meta", "empty", "meta.json"):     `{"Name":"empty"}`,
		"elsewhere/config.json":                       `{}`,
		"damaged/config.json":                         `{"currentContext":`,
		contextFile("tls", "badca", "docker/ca.pem"):  "no certificate",
		contextFile("meta", "badca", "meta.json"):     remote,
		contextFile("meta", "default", "ignored.txt"): "",
	}
	tests := map[string]struct {
		asked    string
		env      map[string]string
		want     string
		wantTLS  bool
		wantFail string
	}{
		"current context":         {want: "unix:///run/user/1000/docker.sock"},
		"asked for":               {asked: "tcp://127.0.0.1:1", env: map[string]string{"DOCKER_HOST": "unix:///x"}, want: "tcp://127.0.0.1:1"},
		"DOCKER_HOST comes first": {env: map[string]string{"DOCKER_HOST": "unix:///x", "DOCKER_CONTEXT": "remote"}, want: "unix:///x"},
		"DOCKER_CONTEXT":          {env: map[string]string{"DOCKER_CONTEXT": "remote"}, want: "tcp://builder:2376", wantTLS: true},
		"context named default":   {env: map[string]string{"DOCKER_CONTEXT": "default"}, want: "unix:///var/run/docker.sock"},
		"no current context":      {env: map[string]string{"DOCKER_CONFIG": "elsewhere"}, want: "unix:///var/run/docker.sock"},
		"no configuration":        {env: map[string]string{"DOCKER_CONFIG": "nowhere"}, want: "unix:///var/run/docker.sock"},
		"verified TLS":            {env: map[string]string{"DOCKER_HOST": "tcp://x:1", "DOCKER_TLS_VERIFY": "1"}, want: "tcp://x:1", wantTLS: true},
		"damaged configuration":   {env: map[string]string{"DOCKER_CONFIG": "damaged"}, wantFail: "can't be read"},
		"unknown context":         {env: map[string]string{"DOCKER_CONTEXT": "gone"}, wantFail: `context "gone"`},
		"context without a host":  {env: map[string]string{"DOCKER_CONTEXT": "empty"}, wantFail: "names no host"},
		"damaged certificate":     {env: map[string]string{"DOCKER_CONTEXT": "badca"}, wantFail: "ca.pem"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeAll(t, dir, home)
			s := surroundings{home: dir, getenv: func(key string) string {
				if key == "DOCKER_CONFIG" && tt.env[key] != "" {
					return filepath.Join(dir, tt.env[key])
				}
				return tt.env[key]
			}}
			got, err := s.endpoint(tt.asked)
			if tt.wantFail != "" {
				var environment *checker.EnvironmentError
				if !errors.As(err, &environment) || environment.Remedy == "" || !strings.Contains(err.Error(), tt.wantFail) {
					t.Fatalf("endpoint = %+v, %v; want an EnvironmentError with a remedy that says %q", got, err, tt.wantFail)
				}
				return
			}
			if err != nil || got.host != tt.want || (got.tls != nil) != tt.wantTLS {
				t.Errorf("endpoint = %+v, %v; want host %s, TLS %v", got, err, tt.want, tt.wantTLS)
			}
		})
	}
}

func TestOpenTellsWhyNot(t *testing.T) {
	dir := t.TempDir()
	deaf := filepath.Join(dir, "deaf.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: deaf})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil { // a socket file that nobody listens on
		t.Fatal(err)
	}
	engine := func(headers map[string]string, version string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for k, v := range headers {
				w.Header().Set(k, v)
			}
			if strings.HasSuffix(r.URL.Path, "/version") {
				_, _ = w.Write([]byte(version))
			}
		}))
		t.Cleanup(s.Close)
		return strings.Replace(s.URL, "http", "tcp", 1)
	}
	tests := map[string]struct{ host, problem, remedy string }{
		"socket missing":     {"unix://" + filepath.Join(dir, "none.sock"), "does not exist", "install"},
		"nobody listens":     {"unix://" + deaf, "no Docker engine listens", "Start Docker"},
		"ssh":                {"ssh://host", "not one that shipshape can use", "ssh HOST shipshape"},
		"not an address":     {"nonsense", "not one that shipshape can use", "DOCKER_HOST"},
		"nothing on a port":  {"tcp://127.0.0.1:1", "no Docker engine", "Start Docker"},
		"too old":            {engine(map[string]string{"Api-Version": "1.40", "Ostype": "linux"}, "{}"), "too old", "20.10"},
		"much too old":       {engine(map[string]string{"Api-Version": "1.24", "Ostype": "linux"}, "{}"), "too old", "20.10"},
		"Windows containers": {engine(map[string]string{"Api-Version": "1.51", "Ostype": "windows"}, "{}"), "windows containers", "Linux containers"},
		"Podman":             {engine(map[string]string{"Api-Version": "1.41", "Ostype": "linux"}, `{"Components":[{"Name":"Podman Engine"}]}`), "not BuildKit", "Docker Engine"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := Open(t.Context(), Options{Host: tt.host, DataDir: dir})
			if err == nil {
				t.Fatalf("Open succeeded: %+v", c)
			}
			var e *checker.EnvironmentError
			if !errors.As(err, &e) || !strings.Contains(e.Problem, tt.problem) || !strings.Contains(e.Remedy, tt.remedy) {
				t.Errorf("Open: %+v; want a problem with %q and a remedy with %q", e, tt.problem, tt.remedy)
			}
		})
	}
}

func TestNoEngineNamesTheGroup(t *testing.T) {
	var e *checker.EnvironmentError
	err := noEngine(endpoint{host: "unix:///s"}, &net.OpError{Op: "dial", Err: fs.ErrPermission})
	if !errors.As(err, &e) || !strings.Contains(e.Remedy, "group docker") {
		t.Errorf("noEngine = %+v, want a remedy that names the group docker", err)
	}
	err = noEngine(endpoint{host: "unix:///s"}, context.DeadlineExceeded)
	if !errors.As(err, &e) || !strings.Contains(e.Problem, "did not answer within") {
		t.Errorf("noEngine = %+v, want a problem that tells of the time", err)
	}
}

func TestRemoteName(t *testing.T) {
	for host, want := range map[string]string{
		"unix:///var/run/docker.sock": "", "tcp://127.0.0.1:2375": "", "tcp://localhost:2375": "",
		"tcp://[::1]:2375": "", "tcp://docker:2375": "docker", "tcp://10.0.0.7:2376": "10.0.0.7",
	} {
		if got := remoteName(host); got != want {
			t.Errorf("remoteName(%s) = %q, want %q", host, got, want)
		}
	}
}
