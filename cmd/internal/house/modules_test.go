package house

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryDependencyHasItsReason demands that each module which go.mod
// requires directly stands in the table of CONTRIBUTING.md, there perhaps
// shortened to what follows an "…".
func TestEveryDependencyHasItsReason(t *testing.T) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root(t), "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		short := "`…" + strings.TrimPrefix(r.Path, "github.com/charmbracelet") + "`"
		if !r.Indirect && !strings.Contains(string(text), "`"+r.Path+"`") && !strings.Contains(string(text), short) {
			t.Errorf("CONTRIBUTING.md gives no reason for %s", r.Path)
		}
	}
}
