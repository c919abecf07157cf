package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"shipshape/checker"
)

// noEngine says why an engine doesn't answer, and what to do about it.
func noEngine(at endpoint, err error) error {
	e := &checker.EnvironmentError{
		Problem: "no Docker engine answers at " + at.host + " (from " + at.source + ")",
		Remedy:  "Start Docker, or install it (Debian and Ubuntu: sudo apt-get install docker.io; macOS and Windows: Docker Desktop), or set DOCKER_HOST.",
		Err:     harmless(err),
	}
	if problem, remedy := unsecured(at, err); problem != "" {
		e.Problem, e.Remedy = problem, remedy
		return e
	}
	var (
		unknown *net.DNSError
		silent  *silence
	)
	switch {
	case errors.Is(err, fs.ErrPermission):
		e.Problem = "the Docker engine at " + at.host + " does not let you in"
		e.Remedy = "Add yourself to the group docker (sudo usermod -aG docker $USER, then log in again), or run shipshape with sudo." + at.other
	case errors.Is(err, fs.ErrNotExist):
		e.Problem = "there is no Docker engine: the socket " + at.host + " (from " + at.source + ") does not exist"
		e.Remedy += at.other
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Problem = "no Docker engine listens at " + at.host + " (from " + at.source + ")"
		e.Remedy = "Start Docker (sudo systemctl start docker, or sudo service docker start), or set DOCKER_HOST." + at.other
	case errors.As(err, &unknown):
		e.Problem = "the machine of the Docker engine at " + at.host + " (from " + at.source + ") is not known by that name"
		e.Remedy = "Correct the name, or set DOCKER_HOST to an engine that answers."
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &silent):
		e.Problem = "the Docker engine at " + at.host + " did not answer within " + answerTime.String()
		e.Remedy = "Restart Docker, or set DOCKER_HOST to an engine that answers."
	case containsAny(err.Error(), "client version", "invalid API version"):
		e.Problem = "the Docker engine at " + at.host + " does not speak the version of the API that DOCKER_API_VERSION names"
		e.Remedy = "Unset DOCKER_API_VERSION: the two then agree on one."
	case containsAny(err.Error(), "for API route and version", "<html", "<HTML", "<!DOCTYPE"):
		e.Problem = "what answers at " + at.host + " (from " + at.source + ") is no Docker engine"
		e.Remedy = "Set DOCKER_HOST to the address of one, and see that no proxy stands in between (NO_PROXY)."
		e.Err = nil // it may be a whole page
	}
	return e
}

// unsecured says what is wrong with the way in which a connection was to be
// encrypted; empty where nothing is.
func unsecured(at endpoint, err error) (problem, remedy string) {
	if !strings.HasPrefix(at.host, "tcp:") {
		return "", ""
	}
	var (
		alien   x509.UnknownAuthorityError
		other   x509.HostnameError
		expired x509.CertificateInvalidError
		plain   tls.RecordHeaderError
		alert   *net.OpError
	)
	const own = "Point DOCKER_CERT_PATH at the folder with the ca.pem, cert.pem and key.pem that the engine's owner gave you, and set DOCKER_TLS_VERIFY=1."
	switch {
	case containsAny(err.Error(), "HTTP request to an HTTPS server", "malformed HTTP response"):
		return "the Docker engine at " + at.host + " (from " + at.source + ") wants an encrypted connection", own
	case errors.As(err, &alien), errors.As(err, &expired):
		return "the certificate of the Docker engine at " + at.host + " is not one to trust", own
	case errors.As(err, &other):
		return "the certificate of the Docker engine at " + at.host + " (from " + at.source + ") is for another name",
			"Use the name that the certificate is for, or have one made for this name."
	case errors.As(err, &alert) && alert.Op == "remote error": // an alert of TLS
		return "the Docker engine at " + at.host + " does not accept your certificate, or you showed none", own
	case errors.As(err, &plain), containsAny(err.Error(), "HTTP response to HTTPS client"):
		return "what answers at " + at.host + " does not encrypt",
			"See that the port is the engine's (2376 with TLS, by custom), or unset DOCKER_TLS_VERIFY and DOCKER_CERT_PATH where an engine without TLS is meant."
	}
	return "", ""
}

// otherSocket tells of an engine's socket in a place that is not the default
// one, as half a remedy; empty where there is none.
func (s surroundings) otherSocket() string {
	for _, socket := range []string{
		filepath.Join(s.getenv("XDG_RUNTIME_DIR"), "docker.sock"), // a rootless engine's
		filepath.Join(s.home, ".docker", "run", "docker.sock"),    // Docker Desktop's on macOS
		filepath.Join(s.home, ".docker", "desktop", "docker.sock"),
	} {
		if info, err := os.Stat(socket); err == nil && info.Mode()&fs.ModeSocket != 0 && filepath.IsAbs(socket) {
			return " There is another socket: try DOCKER_HOST=unix://" + socket + "."
		}
	}
	return ""
}
