package faultproxy

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Request is one request that reached the proxy.
type Request struct {
	// N counts from 1.
	N int
	// Call is the method and the path without version and names, such as
	// "GET /containers/*/json".
	Call string
}

// Proxy is a proxy that listens.
type Proxy struct {
	host    string
	server  *http.Server
	forward *httputil.ReverseProxy
	// closing ends the requests that hang.
	closing chan struct{}

	mu       sync.Mutex
	plan     func(Request) Fault
	requests []Request
}

// Start listens until the test's end, in front of the engine at host, which is
// written as in DOCKER_HOST.
func Start(t testing.TB, host string) *Proxy {
	t.Helper()
	network, address, ok := strings.Cut(host, "://")
	if !ok || network != "unix" && network != "tcp" {
		t.Fatalf("no proxy stands in front of %s: it is neither a unix socket nor a TCP port", host)
	}
	// Not the test's folder: a socket's path may have no more than some 100
	// bytes.
	dir, err := os.MkdirTemp("", "faultproxy")
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "engine.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{host: "unix://" + socket, closing: make(chan struct{}), plan: func(Request) Fault { return None }}
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "engine"})
		},
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				var dialer net.Dialer
				return dialer.DialContext(ctx, network, address)
			},
			DisableCompression: true,
		},
		FlushInterval:  -1,
		ModifyResponse: p.spoil,
		// The client's own end of the connection tells it enough.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:     log.New(io.Discard, "", 0),
	}
	p.server = &http.Server{Handler: p, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan error, 1)
	go func() { served <- p.server.Serve(listener) }()
	t.Cleanup(func() {
		close(p.closing)
		_ = p.server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the proxy ended with %v", err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Host is where the proxy listens, as in DOCKER_HOST.
func (p *Proxy) Host() string { return p.host }

// Arm lets plan choose what happens to each request from now on, counted from
// 1 again. It is called for one request at a time, and calls nothing of the
// proxy's but GoAway.
func (p *Proxy) Arm(plan func(Request) Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.requests = plan, nil
}

// GoAway ends all connections and takes no more, as an engine does that dies. It
// may be called by a plan.
func (p *Proxy) GoAway() {
	_ = p.server.Close() // what it could not close is closed by the other end
}

// Requests are those since the proxy was armed.
func (p *Proxy) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Request(nil), p.requests...)
}

// choose takes a request down and returns what is to happen to it.
func (p *Proxy) choose(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	request := Request{N: len(p.requests) + 1, Call: call(r)}
	p.requests = append(p.requests, request)
	return p.plan(request)
}

// call names what a request asks for, without what differs between runs.
func call(r *http.Request) string {
	name := regexp.MustCompile(`^/v[0-9.]+/`).ReplaceAllString(r.URL.Path, "/")
	name = regexp.MustCompile(`^/(containers|images|exec|networks|volumes)/(.+)/`).ReplaceAllString(name, "/$1/*/")
	return r.Method + " " + regexp.MustCompile(`^/(containers|images|networks|volumes)/([0-9a-f]{12,}|sha256:.*|shipshape.*)$`).ReplaceAllString(name, "/$1/*")
}

// faultKey is where a request's context holds its fault.
type faultKey struct{}

// ServeHTTP passes a request on, or not.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := p.choose(r)
	switch fault {
	case Refused:
		panic(http.ErrAbortHandler)
	case Stalled:
		p.hang(r)
	case Garbage:
		answerGarbage(w)
	case Nonsense:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `["ahoy"`)
	case Unwell:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"message":"the ship's cat has eaten the answer"}`)
	default:
		p.forward.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), faultKey{}, fault)))
	}
}

// hang waits for the client to give up, or the test to end.
func (p *Proxy) hang(r *http.Request) {
	// Only once a body is read does the server notice that its sender left.
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-r.Context().Done():
	case <-p.closing:
	}
	panic(http.ErrAbortHandler)
}

// answerGarbage writes what nobody can read as HTTP.
func answerGarbage(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = conn.Write([]byte("\x00\x16\x03\xff ahoy\r\n\r\n\xfe\xfd"))
	_ = conn.Close()
}
