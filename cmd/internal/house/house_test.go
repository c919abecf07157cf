package house

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms are the only folders at the top of the repository that hold Go code.
var rooms = []string{"checker", "cmd", "exercises", "lessons", "tui"}

const (
	charm  = "charm.land/"
	client = "github.com/moby/moby/client"
)

// forbidden says what the packages below a prefix must not depend on, not even
// through others. The longest prefix that matches a package counts.
var forbidden = map[string][]string{
	"lessons":            {"shipshape/tui", "shipshape/cmd", "shipshape/checker", charm, client},
	"lessons/progress":   {"shipshape/tui", "shipshape/cmd", "shipshape/checker", charm, client},
	"exercises":          {"shipshape/tui", "shipshape/cmd", "shipshape/checker/engine", "shipshape/lessons", charm, client},
	"checker":            {"shipshape/exercises", "shipshape/lessons", "shipshape/tui", "shipshape/cmd", charm, client},
	"checker/claim":      {"shipshape/exercises", "shipshape/lessons", "shipshape/tui", "shipshape/cmd", "shipshape/checker/engine", charm, client},
	"checker/dockerfile": {"shipshape/exercises", "shipshape/lessons", "shipshape/tui", "shipshape/cmd", charm, client},
	"checker/engine":     {"shipshape/exercises", "shipshape/lessons", "shipshape/tui", "shipshape/cmd", charm},
	"tui":                {"shipshape/checker/engine", "shipshape/cmd", client},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func TestNoPackageDependsOnWhatItsRoomForbids(t *testing.T) {
	for _, p := range list(t) {
		room := strings.TrimPrefix(p.ImportPath, "shipshape/")
		for _, prefix := range forbidden[longest(room)] {
			for _, dep := range p.Deps {
				if dep == prefix || strings.HasPrefix(dep, strings.TrimSuffix(prefix, "/")+"/") {
					t.Errorf("%s depends on %s, which its room forbids (%s)", p.ImportPath, dep, prefix)
				}
			}
		}
	}
}

func TestOnlyTheEngineRoomImportsTheEnginesClient(t *testing.T) {
	for _, p := range list(t) {
		if slices.Contains(p.Imports, client) && !strings.HasPrefix(p.ImportPath, "shipshape/checker/engine") {
			t.Errorf("%s imports %s; only checker/engine may", p.ImportPath, client)
		}
	}
}

func TestScreensDoNotImportEachOther(t *testing.T) {
	const screens = "shipshape/tui/screen/"
	for _, p := range list(t) {
		if !strings.HasPrefix(p.ImportPath, screens) {
			continue
		}
		for _, other := range p.Imports {
			if strings.HasPrefix(other, screens) {
				t.Errorf("%s imports %s; screens know nothing of each other", p.ImportPath, other)
			}
		}
	}
}

func TestTheTopLevelHasFiveRooms(t *testing.T) {
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		built := e.Name() == "bin" || e.Name() == "dist"
		if e.IsDir() && !built && !strings.HasPrefix(e.Name(), ".") {
			found = append(found, e.Name())
		}
	}
	if !slices.Equal(found, rooms) {
		t.Errorf("the top level holds %v, want %v", found, rooms)
	}
}

// TestTheTableHasARowForEveryPackage demands that each package that the program
// is made of stands in the first column of CONTRIBUTING.md's table.
func TestTheTableHasARowForEveryPackage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") {
			for i, part := range strings.Split(strings.Split(line, "|")[1], "`") {
				if i%2 == 1 {
					rows = append(rows, part)
				}
			}
		}
	}
	packages := list(t)
	program := slices.IndexFunc(packages, func(p goPackage) bool { return p.ImportPath == "shipshape/cmd/shipshape" })
	for _, dep := range packages[program].Deps {
		room, ours := strings.CutPrefix(dep, "shipshape/")
		named := func(row string) bool { ok, _ := path.Match(row, room); return ok }
		if ours && !slices.ContainsFunc(rows, named) {
			t.Errorf("CONTRIBUTING.md has no row for %s", room)
		}
	}
}

// longest returns the longest key of forbidden that is room or a parent of it.
func longest(room string) string {
	best := ""
	for prefix := range forbidden {
		if (room == prefix || strings.HasPrefix(room, prefix+"/")) && len(prefix) > len(best) {
			best = prefix
		}
	}
	return best
}

// list returns all packages of this module, with what they depend on.
func list(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.ImportPath, "shipshape/") {
			packages = append(packages, p)
		}
	}
	if len(packages) == 0 {
		t.Fatal("go list found no package of this module")
	}
	return packages
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
