package engine

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"shipshape/checker"
)

// defaultContext is the name that the docker command gives to "no context".
const defaultContext = "default"

// endpoint is where an engine listens.
type endpoint struct {
	// host is written as in DOCKER_HOST.
	host string
	// source tells the learner where the host was read.
	source string
	// other tells of another engine's socket, as half a remedy.
	other string
	// tls is nil for a connection in the clear.
	tls *tls.Config
}

// surroundings are what an endpoint is found by.
type surroundings struct {
	getenv func(string) string
	home   string
}

func ownSurroundings() surroundings {
	home, _ := os.UserHomeDir() // without a home there is no docker context
	return surroundings{getenv: os.Getenv, home: home}
}

// endpoint finds the engine as the docker command does: the host that was asked
// for, DOCKER_HOST, DOCKER_CONTEXT, the current context, the default socket.
func (s surroundings) endpoint(asked string) (endpoint, error) {
	if asked != "" {
		return s.withEnvTLS(endpoint{host: asked, source: "the command line"})
	}
	if host := s.getenv("DOCKER_HOST"); host != "" {
		return s.withEnvTLS(endpoint{host: host, source: "DOCKER_HOST"})
	}
	name, source := s.getenv("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
	if name == "" {
		config := filepath.Join(s.configDir(), "config.json")
		var err error
		if name, err = currentContext(config); err != nil {
			return endpoint{}, err
		}
		source = config
	}
	if name == "" || name == defaultContext {
		return endpoint{host: defaultHost(), source: "the default", other: s.otherSocket()}, nil
	}
	return s.fromContext(name, source)
}

// ChosenBy tells what chose the engine that [Open] connects to where Options
// name none, such as "DOCKER_HOST" or a docker context. It is empty where the
// engine is the one that a new installation would be.
func ChosenBy() string { return ownSurroundings().chosenBy() }

func (s surroundings) chosenBy() string {
	at, err := s.endpoint("")
	switch {
	case err != nil: // a choice, if one that can't be followed
		return "Docker's configuration"
	case at.host == defaultHost():
		return ""
	}
	return at.source
}

func (s surroundings) configDir() string {
	if dir := s.getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(s.home, ".docker")
}

func defaultHost() string {
	if runtime.GOOS == "windows" {
		return "npipe:////./pipe/docker_engine"
	}
	return "unix:///var/run/docker.sock"
}

// withEnvTLS adds the certificates that DOCKER_CERT_PATH and DOCKER_TLS_VERIFY
// ask for.
func (s surroundings) withEnvTLS(e endpoint) (endpoint, error) {
	dir, verify := s.getenv("DOCKER_CERT_PATH"), s.getenv("DOCKER_TLS_VERIFY") != ""
	if dir == "" && !verify {
		return e, nil
	}
	if dir == "" {
		dir = s.configDir()
	}
	if _, err := os.Stat(dir); err != nil {
		return endpoint{}, &checker.EnvironmentError{
			Problem: "the folder with the certificates for the engine, " + dir + ", can't be read",
			Remedy:  "Set DOCKER_CERT_PATH to the folder that holds them, or unset it and DOCKER_TLS_VERIFY.",
			Err:     err,
		}
	}
	var err error
	e.tls, err = tlsConfig(dir, !verify)
	return e, err
}

// currentContext reads the name that `docker context use` stored; empty
// without one.
func currentContext(config string) (string, error) {
	text, err := os.ReadFile(config)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var c struct {
		CurrentContext string `json:"currentContext"`
	}
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return "", &checker.EnvironmentError{
			Problem: "Docker's own configuration " + config + " can't be read",
			Remedy:  "Repair or remove " + config + ", or set DOCKER_HOST.",
			Err:     err,
		}
	}
	return c.CurrentContext, nil
}

// fromContext reads a context out of Docker's context store, whose folders are
// named by the SHA-256 of the context's name.
func (s surroundings) fromContext(name, source string) (endpoint, error) {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	meta := filepath.Join(s.configDir(), "contexts", "meta", id, "meta.json")
	var m struct {
		Endpoints map[string]struct {
			Host          string
			SkipTLSVerify bool
		}
	}
	text, err := os.ReadFile(meta)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	docker := m.Endpoints["docker"]
	if err == nil && docker.Host == "" {
		err = errors.New("it names no host")
	}
	if err != nil {
		return endpoint{}, &checker.EnvironmentError{
			Problem: fmt.Sprintf("the docker context %q, named by %s, can't be read", name, source),
			Remedy:  "Choose another with `docker context use default`, or set DOCKER_HOST.",
			Err:     err,
		}
	}
	e := endpoint{host: docker.Host, source: fmt.Sprintf("the docker context %q", name)}
	certs := filepath.Join(s.configDir(), "contexts", "tls", id, "docker")
	if _, err := os.Stat(certs); err == nil || docker.SkipTLSVerify {
		if e.tls, err = tlsConfig(certs, docker.SkipTLSVerify); err != nil {
			return endpoint{}, err
		}
	}
	return e, nil
}

// tlsConfig reads ca.pem, cert.pem and key.pem of a folder, each of which may
// be missing: without the first the system's authorities count, without the
// others no client certificate is shown.
func tlsConfig(dir string, skipVerify bool) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: skipVerify} //nolint:gosec // as the owner of the context chose
	bad := func(file string, err error) error {
		return &checker.EnvironmentError{
			Problem: "the engine's certificate " + filepath.Join(dir, file) + " can't be used",
			Remedy:  "Repair the certificates in " + dir + ", or choose another engine with DOCKER_HOST or `docker context use`.",
			Err:     err,
		}
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	switch {
	case err == nil:
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(ca) {
			return nil, bad("ca.pem", errors.New("no certificate is in it"))
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, bad("ca.pem", err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	switch {
	case err == nil:
		c.Certificates = []tls.Certificate{pair}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, bad("cert.pem", err)
	}
	return c, nil
}
