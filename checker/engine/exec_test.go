package engine

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"shipshape/checker"
)

// An engine that a container ends under while a command begins may answer 500,
// and for a moment still call the container running.
func TestACommandRefusedByTheEndOfItsContainer(t *testing.T) {
	for name, c := range map[string]struct {
		looks int64 // how often the container is still called running
		gone  bool
	}{
		"it has ended":   {looks: 0, gone: true},
		"it is about to": {looks: 3, gone: true},
		"it goes on":     {looks: 1 << 30, gone: false},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Api-Version", "1.41")
				switch {
				case strings.HasSuffix(r.URL.Path, "/containers/c/exec"):
					w.WriteHeader(http.StatusCreated)
					fmt.Fprint(w, `{"Id":"e"}`)
				case strings.HasSuffix(r.URL.Path, "/exec/e/start"):
					http.Error(w, `{"message":"something odd"}`, http.StatusInternalServerError)
				case strings.HasSuffix(r.URL.Path, "/containers/c/json"):
					fmt.Fprintf(w, `{"Id":"c","Config":{},"State":{"Running":%t}}`, asked.Add(1) <= c.looks)
				case strings.HasSuffix(r.URL.Path, "/version"):
					fmt.Fprint(w, `{"Version":"20.10.24"}`)
				case strings.HasSuffix(r.URL.Path, "/json"), strings.HasSuffix(r.URL.Path, "/networks"):
					fmt.Fprint(w, `[]`)
				default:
					fmt.Fprint(w, `{}`)
				}
			}))
			t.Cleanup(s.Close)
			client, err := Open(t.Context(), Options{Host: strings.Replace(s.URL, "http", "tcp", 1), DataDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = client.Close() })
			_, err = (&running{client: client, id: "c"}).Exec(t.Context(), "", "true")
			var environment *checker.EnvironmentError
			if errors.Is(err, checker.ErrNotRunning) != c.gone || errors.As(err, &environment) == c.gone {
				t.Errorf("it says %v", err)
			}
		})
	}
}
