package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/moby/moby/api/types/network"

	"shipshape/checker"
)

const (
	// bodyLimit is how much of an answer is read, in bytes.
	bodyLimit = 1 << 20
	// headerLimit is the largest header of an answer, in bytes.
	headerLimit = 64 << 10
)

// Do implements [checker.Container]. Each request has a connection of its own,
// over IPv4, past any proxy; redirects are answers like others.
func (r *running) Do(ctx context.Context, method, path string, timeout time.Duration) (checker.Response, error) {
	address, err := r.published(ctx)
	if err != nil {
		return checker.Response{}, err
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	answer, err := ask(limited, method, address, path)
	switch {
	case err == nil:
		return answer, nil
	case ctx.Err() != nil:
		return checker.Response{}, ctx.Err()
	case undialled(err):
		return checker.Response{}, fmt.Errorf("%s %s: %w: %w", method, path, checker.ErrNoConnection, harmless(err))
	case errors.Is(err, context.DeadlineExceeded):
		return checker.Response{}, fmt.Errorf("%s %s: no answer within %s", method, path, timeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return checker.Response{}, fmt.Errorf("%s %s: the connection was closed without an answer", method, path)
	}
	return checker.Response{}, fmt.Errorf("%s %s: %w", method, path, harmless(err))
}

// undialled reports whether a request did not get as far as a connection.
func undialled(err error) bool {
	var at *net.OpError
	return errors.As(err, &at) && at.Op == "dial"
}

func ask(ctx context.Context, method, address, path string) (checker.Response, error) {
	var dialer net.Dialer
	transport := &http.Transport{
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: headerLimit,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp4", address)
		},
	}
	client := http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+address+"/"+strings.TrimPrefix(path, "/"), nil)
	if err != nil {
		return checker.Response{}, err
	}
	answer, err := client.Do(req)
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the address, which nobody chose
	}
	if err != nil {
		return checker.Response{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit))
	if err != nil {
		return checker.Response{}, err
	}
	return checker.Response{
		Status: answer.StatusCode, Body: string(body),
		Open: answer.ContentLength < 0 && len(answer.TransferEncoding) == 0 && !answer.Uncompressed,
	}, nil
}

// published returns where the container's port is reached from here.
func (r *running) published(ctx context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.address != "" {
		return r.address, nil
	}
	port, ok := network.PortFrom(uint16(r.port), network.TCP) //nolint:gosec // a TCP port fits
	if !ok || r.port == 0 {
		return "", errors.New("the container publishes no port")
	}
	got, err := r.inspect(ctx)
	if err != nil {
		return "", err
	}
	if !got.State.Running {
		return "", checker.ErrNotRunning
	}
	for _, b := range got.NetworkSettings.Ports[port] {
		if b.HostIP.Is4() || !b.HostIP.IsValid() {
			r.address = net.JoinHostPort(cmp.Or(r.client.remote, "127.0.0.1"), b.HostPort)
			return r.address, nil
		}
	}
	return "", fmt.Errorf("port %d is not published", r.port)
}
