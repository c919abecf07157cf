package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestACurrentContextIsAnEngineElsewhere(t *testing.T) {
	dir := t.TempDir()
	sum := sha256.Sum256([]byte("remote"))
	meta := filepath.Join(dir, "contexts", "meta", hex.EncodeToString(sum[:]), "meta.json")
	if err := os.MkdirAll(filepath.Dir(meta), 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		filepath.Join(dir, "config.json"): `{"currentContext": "remote"}`,
		meta:                              `{"Endpoints": {"docker": {"Host": "tcp://builder.example:2376"}}}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"DOCKER_CONFIG": dir, "DOCKER_HOST": "", "DOCKER_CONTEXT": ""} {
		t.Setenv(name, value)
	}
	if got := (&machine{}).Facts().Elsewhere; !strings.Contains(got, `"remote"`) {
		t.Errorf("the engine is elsewhere by %q, want the context", got)
	}
	t.Setenv("DOCKER_CONTEXT", "default")
	if got := (&machine{}).Facts().Elsewhere; got != "" {
		t.Errorf("the default context is elsewhere by %q", got)
	}
}
