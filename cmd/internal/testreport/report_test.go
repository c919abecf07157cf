package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a module with one test file.
func module(t *testing.T, tests string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example.org/m\n\ngo 1.23\n", "m_test.go": tests} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tested runs the reader over a module's real `go test -json`. It returns the
// events, what the reader showed, and its exit code.
func tested(t *testing.T, dir string) (events []byte, shown string, code int) {
	t.Helper()
	cmd := exec.Command("go", "test", "-json", "./...")
	cmd.Dir = dir
	events, err := cmd.Output()
	if err != nil && len(events) == 0 {
		t.Fatal(err)
	}
	var out bytes.Buffer
	code = run(bytes.NewReader(events), &out, &out)
	return events, out.String(), code
}

const mixed = `package m

import "testing"

func TestGood(t *testing.T)   { t.Log("a chatty test") }
func TestEngine(t *testing.T) { t.Skip("SKIPPED, no engine: nobody is there") }
func TestOther(t *testing.T)  { t.Skip("not on a Tuesday") }
`

func TestSkippedTestsAreCountedAlsoFromTheCache(t *testing.T) {
	t.Setenv("GOFLAGS", "") // -count=1 there would keep the cache out
	dir := module(t, mixed)
	for _, attempt := range []string{"first", "cached"} {
		events, shown, code := tested(t, dir)
		if attempt == "cached" && !bytes.Contains(events, []byte("(cached)")) {
			t.Fatalf("the second run is not cached:\n%s", events)
		}
		if code != 0 {
			t.Errorf("%s: code %d", attempt, code)
		}
		for _, want := range []string{
			"1 passed, 0 failed, 1 skipped without an engine, 1 skipped otherwise",
			"NO CONTAINER ENGINE ANSWERED: 1 tests", "not run: example.org/m.TestEngine", "not on a Tuesday", "ok  \texample.org/m",
		} {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: it does not say %q:\n%s", attempt, want, shown)
			}
		}
		if strings.Contains(shown, "chatty") {
			t.Errorf("%s: it shows the log of a test that passed:\n%s", attempt, shown)
		}
	}
}

// subtests are two that fail, in a test that fails with them.
const subtests = `func TestAll(t *testing.T) {
	t.Run("some", func(t *testing.T) {
		t.Run("first", func(t *testing.T) { t.Error("it is wrong") })
		t.Run("second", func(t *testing.T) { t.Error("so is this") })
		t.Run("third", func(t *testing.T) {})
	})
}`

func TestFailuresAreShownAndFail(t *testing.T) {
	for name, c := range map[string]struct {
		source, want string
		failed       int
	}{
		"a test":         {`func TestBad(t *testing.T) { t.Error("it is wrong") }`, "it is wrong", 1},
		"two tests":      {`func TestBad(t *testing.T) { t.Fail() }; func TestWorse(t *testing.T) { t.Error("it is wrong") }`, "it is wrong", 2},
		"subtests":       {subtests, "it is wrong", 2},
		"a panic":        {`func TestBad(t *testing.T) { panic("it is broken") }`, "it is broken", 1},
		"an exit":        {`import "os"; func TestMain(m *testing.M) { m.Run(); println("it is late"); os.Exit(1) }; func TestGood(t *testing.T) {}`, "it is late", 1},
		"no compiling":   {`func TestBad(t *testing.T) { undefined() }`, "undefined: undefined", 1},
		"nothing at all": {`func helper(t *testing.T) {}`, "nothing was tested", 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, out, code := tested(t, module(t, "package m\n\nimport \"testing\"\n\n"+c.source+"\n"))
			if code != 1 || !strings.Contains(out, c.want) {
				t.Errorf("code %d, want 1 and %q in:\n%s", code, c.want, out)
			}
			if want := fmt.Sprintf(" %d failed, ", c.failed); !strings.Contains(out, want) {
				t.Errorf("it does not say %q:\n%s", want, out)
			}
		})
	}
}
