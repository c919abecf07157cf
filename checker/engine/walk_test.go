package engine

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shipshape/checker"
)

// An engine that breaks off an export between two files has not shown the rest:
// what was not seen is not known to be absent.
func TestWalkOfAnExportThatBreaksOff(t *testing.T) {
	var whole bytes.Buffer
	w := tar.NewWriter(&whole)
	for _, name := range []string{"etc/passwd", "usr/bin/gcc"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 700}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, 700)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	const entry = 512 + 1024 // a header and 700 bytes in whole blocks
	tests := map[string]struct {
		export []byte
		whole  bool
	}{
		"whole":                {whole.Bytes(), true},
		"whole, without files": {make([]byte, tarEnd), true},
		"before the end":       {whole.Bytes()[:2*entry], false},
		"between two files":    {whole.Bytes()[:entry], false},
		"within a file":        {whole.Bytes()[:entry-600], false},
		"at once":              {nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Api-Version", "1.51")
				switch {
				case strings.HasSuffix(r.URL.Path, "/export"):
					_, _ = w.Write(tt.export)
				case strings.HasSuffix(r.URL.Path, "/containers/create"):
					fmt.Fprint(w, `{"Id":"c1"}`)
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
			run, err := c.NewRun(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = run.lock.release() })
			err = run.Walk(t.Context(), "image", func(*tar.Header, io.Reader) error { return nil })
			var environment *checker.EnvironmentError
			if tt.whole != (err == nil) || err != nil && !errors.As(err, &environment) {
				t.Errorf("Walk = %v, want it whole: %v", err, tt.whole)
			}
		})
	}
}
