package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"shipshape/checker"
)

// An engine that is reached at an address which is not its own, as behind a
// router, publishes on all of its addresses instead.
func TestPublishingOnAnEngineElsewhere(t *testing.T) {
	var bound []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.51")
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/containers/create"):
			var asked struct {
				HostConfig struct {
					PortBindings map[string][]struct{ HostIP string }
				}
			}
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				t.Error(err)
			}
			for _, b := range asked.HostConfig.PortBindings["8080/tcp"] {
				bound = append(bound, b.HostIP)
			}
			fmt.Fprint(w, `{"Id":"c1"}`)
		case strings.HasSuffix(r.URL.Path, "/start") && !slices.Contains(bound, "0.0.0.0"):
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, `{"message":"driver failed programming external connectivity: listen tcp4 192.0.2.1:0: bind: cannot assign requested address"}`)
		case strings.HasSuffix(r.URL.Path, "/start"):
			w.WriteHeader(http.StatusNoContent)
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
	c.remote, c.remoteIP = "builder.example", netip.MustParseAddr("192.0.2.1")
	run, err := c.NewRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.lock.release() })
	for range 2 {
		if _, err := run.Start(t.Context(), checker.RunRequest{Image: "i", Port: 8080}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"192.0.2.1", "0.0.0.0", "0.0.0.0"}; !slices.Equal(bound, want) {
		t.Errorf("ports were published at %v, want %v", bound, want)
	}
}
